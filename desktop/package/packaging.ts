/** The configuration of the package for Windows: its files, the fuses of Electron, and the publisher. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Configuration } from "electron-builder";
import { z } from "zod";
import { APP_VERSION } from "../shell/version.ts";
import { PUBLISHER } from "./publisher.ts";

const ELECTRON = new URL("../../node_modules/electron/package.json", import.meta.url);
const electron = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(ELECTRON, "utf8")));

interface PackagingOptions {
  /** The folder for the installer. */
  output: string;
  /** A folder with Electron's files, instead of a download. */
  electronDist?: string;
  /** The address of the folder with `latest.yml` and the newest installer: https, or this machine. */
  updates?: string | undefined;
}

/**
 * The configuration for electron-builder. `projectDir` must be a folder of `writeApp`: the package contains those files
 * only, and none of the project's libraries.
 */
export function packagingOf({ output, electronDist, updates }: PackagingOptions): Configuration {
  return {
    appId: "eu.invoify.desktop",
    productName: "Invoify",
    copyright: "Copyright © 2026 Invoify",
    directories: { output, buildResources: fileURLToPath(new URL("./resources", import.meta.url)) },
    files: ["**/*"],
    asar: true,
    // Windows cannot load a library from within another file.
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
      // A snapshot of its own would lie beside the package, and be loaded unchecked.
      loadBrowserProcessSpecificV8Snapshot: false,
    },
    win: {
      target: [{ target: "nsis", arch: ["x64"] }],
      icon: "icon.ico",
      requestedExecutionLevel: "asInvoker",
      signtoolOptions: { publisherName: [PUBLISHER] },
    },
    nsis: {
      // Installs for one user without an administrator, or for all users with one. `/S /allusers` asks no question.
      oneClick: false,
      perMachine: false,
      // Otherwise the log would have to be fetched again, and unsent input would be lost.
      deleteAppDataOnUninstall: false,
      artifactName: `Invoify-Setup-${APP_VERSION}.exe`,
    },
    // Without a feed the app does not look for updates: an administrator installs a newer release over it.
    publish: updates === undefined ? null : [{ provider: "generic", url: parseFeed(updates) }],
  };
}

/** @throws Error unless the address is https or this machine, because the app runs programs from there */
function parseFeed(address: string): string {
  const url = URL.parse(address);
  const isHere = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol !== "https:" && !isHere)
    throw new Error(`INVOIFY_UPDATES: ${address} does not begin with https://`);
  return address;
}
