/** electron-updater as this app uses it: the feed that was packed with it, and a signature that is checked or refused. */
import { readFileSync } from "node:fs";
import type { AppAdapter } from "electron-updater/out/AppAdapter.js";
import { NsisUpdater } from "electron-updater/out/NsisUpdater.js";
import { verifySignature } from "electron-updater/out/windowsExecutableCodeSignatureVerifier.js";
import { PUBLISHER } from "../package/publisher.ts";

type Logger = Parameters<typeof verifySignature>[2];

export interface UpdaterOptions {
  /** `app-update.yml` beside the app. */
  config: string;
  onNote: (text: string) => void;
  /** Default: Electron's. */
  app?: AppAdapter;
}

/** @returns null if this build has no feed, or does not say who must have signed an update */
export function openUpdater({ config, onNote, app }: UpdaterOptions): NsisUpdater | null {
  let feed: string;
  try {
    feed = readFileSync(config, "utf8");
  } catch {
    return null;
  }
  if (!/^publisherName:/m.test(feed)) {
    onNote(`${config}: names no publisher: no updates`);
    return null;
  }
  const updater = new NsisUpdater(null, app);
  updater.updateConfigPath = config;
  updater.logger = { info() {}, warn: onNote, error: onNote };
  updater.disableWebInstaller = true;
  // The whole file, against its hash: what is put together of an old one's blocks would save little and prove less.
  updater.disableDifferentialDownload = true;
  updater.verifyUpdateCodeSignature = (_, path) => signatureProblem(path);
  return updater;
}

/**
 * What is wrong with the signature of a file; null: nothing. electron-updater's own check lets a file pass where PowerShell
 * cannot be run: here that is a refusal.
 *
 * @param verify electron-updater's own
 */
export async function signatureProblem(path: string, verify = verifySignature): Promise<string | null> {
  let skipped: string | null = null;
  const logger: Logger = {
    info() {},
    error() {},
    warn(message: string) {
      if (message.includes("Ignoring signature validation")) skipped = message;
    },
  };
  return (await verify([PUBLISHER], path, logger)) ?? skipped;
}
