/** How the app is packed for Windows: what goes in, what Electron may not do, who is named as its maker. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Configuration } from "electron-builder";
import { z } from "zod";
import { APP_VERSION } from "../shell/version.ts";
import { PUBLISHER } from "./publisher.ts";

const ELECTRON = new URL("../../node_modules/electron/package.json", import.meta.url);
const electron = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(ELECTRON, "utf8")));

export interface PackagingOptions {
  /** Where the installer goes. */
  output: string;
  /** A folder with Electron's files, instead of those that are downloaded. */
  electronDist?: string;
  /** Address of the folder in which `latest.yml` and the newest installer lie: https, or this machine. */
  updates?: string | undefined;
}

/**
 * For electron-builder with `projectDir` where `writeApp` wrote: so nothing but those files goes in, and no library of the
 * project's.
 */
export function packagingOf({ output, electronDist, updates }: PackagingOptions): Configuration {
  return {
    appId: "eu.invoify.desktop",
    productName: "Invoify",
    copyright: "Copyright © 2026 Invoify",
    directories: { output, buildResources: fileURLToPath(new URL("./resources", import.meta.url)) },
    files: ["**/*"],
    asar: true,
    // Windows loads no library from within another file.
    asarUnpack: ["*.node"],
    npmRebuild: false,
    electronVersion: electron.version,
    ...(electronDist !== undefined && { electronDist }),
    electronLanguages: ["en-US"],
    electronFuses: {
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      grantFileProtocolExtraPrivileges: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
    },
    win: {
      target: [{ target: "nsis", arch: ["x64"] }],
      icon: "icon.ico",
      requestedExecutionLevel: "asInvoker",
      signtoolOptions: { publisherName: [PUBLISHER] },
    },
    nsis: {
      // For the user who installs it, without an administrator; with one, for all: `/S /allusers` asks nothing.
      oneClick: false,
      perMachine: false,
      // The copy of the log would have to be fetched again, and input that was not sent would be lost.
      deleteAppDataOnUninstall: false,
      artifactName: `Invoify-Setup-${APP_VERSION}.exe`,
    },
    // Without a feed it looks for no updates by itself: an administrator lays a newer one over it.
    publish: updates === undefined ? null : [{ provider: "generic", url: parseFeed(updates) }],
  };
}

/** @throws Error unless it is https, or this machine: what comes from there is run */
function parseFeed(address: string): string {
  const url = URL.parse(address);
  const isHere = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol !== "https:" && !isHere)
    throw new Error(`INVOIFY_UPDATES: ${address} does not begin with https://`);
  return address;
}
