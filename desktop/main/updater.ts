/** electron-updater with the feed that was packed with the app. An update without a checked signature is refused. */
import { readFileSync } from "node:fs";
import type { AppAdapter } from "electron-updater/out/AppAdapter.js";
import { NsisUpdater } from "electron-updater/out/NsisUpdater.js";
import { verifySignature } from "electron-updater/out/windowsExecutableCodeSignatureVerifier.js";
import { PUBLISHER } from "../package/publisher.ts";

type Logger = Parameters<typeof verifySignature>[2];

interface UpdaterOptions {
  /** The path of `app-update.yml`, next to the app. */
  config: string;
  onNote: (text: string) => void;
  /** Default: Electron's app. */
  app?: AppAdapter;
}

/** @returns null if this build has no feed, or does not name the publisher who signs updates */
export function openUpdater({ config, onNote, app }: UpdaterOptions): NsisUpdater | null {
  let feed: string;
  try {
    feed = readFileSync(config, "utf8");
  } catch {
    return null;
  }
  if (!/^publisherName:/m.test(feed)) {
    onNote(`${config}: names no publisher, so there are no updates`);
    return null;
  }
  const updater = new NsisUpdater(null, app);
  updater.updateConfigPath = config;
  updater.logger = { info() {}, warn: onNote, error: onNote };
  updater.disableWebInstaller = true;
  // An older release, with its known faults, is never offered, whatever the feed says. (Setting a channel would allow it.)
  updater.allowDowngrade = false;
  updater.allowPrerelease = false;
  // Always downloads the whole file, and checks its hash: a differential download would save little.
  updater.disableDifferentialDownload = true;
  updater.verifyUpdateCodeSignature = (_, path) => signatureProblem(path);
  return updater;
}

/**
 * Checks the signature of a file. electron-updater's own check accepts a file if PowerShell cannot run, or if only a part of the
 * signature was checked: here it is refused.
 *
 * @param verify electron-updater's check
 * @returns what is wrong; null if the signature is valid
 */
export async function signatureProblem(path: string, verify = verifySignature): Promise<string | null> {
  let problem: string | null = null;
  const logger: Logger = {
    info() {},
    error() {},
    warn(message: string) {
      // Not checked at all; or only a part of it, such as the common name.
      if (/Ignoring signature validation|Skipping this step|using only CN/.test(message)) problem = message;
    },
  };
  return (await verify([PUBLISHER], path, logger)) ?? problem;
}
