/** This installation: the folder of its files, and the server that an administrator has set for it. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "electron";
import { parseServerAddress } from "../contract/server-address.ts";

/** True if the app runs from its sources. */
export function isDevelopment(app: Pick<App, "isPackaged">): boolean {
  return !app.isPackaged;
}

/** `%APPDATA%\Invoify\database`, or a folder of the project if the app is not packaged. Created if it does not exist. */
export function databaseFolder(app: Pick<App, "isPackaged" | "getPath">): string {
  const folder = app.isPackaged
    ? join(app.getPath("appData"), "Invoify", "database")
    : fileURLToPath(new URL("../../.invoify/desktop", import.meta.url)); // relative to desktop/main and to desktop/dist
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * The server that an administrator has set: in `INVOIFY_SERVER`, or for the machine in
 * `%PROGRAMDATA%\Invoify\settings.json` (outside Windows `/etc/invoify/settings.json`), with
 * `{ "server": "https://invoices.example" }`.
 *
 * @returns null if none is set: the app asks the user
 * @throws Error that names the invalid variable or file
 */
export function administratorServer(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | null {
  const { INVOIFY_SERVER: server, PROGRAMDATA: programData } = env;
  if (server) return addressIn("INVOIFY_SERVER", server);
  const folder = platform === "win32" ? programData && join(programData, "Invoify") : "/etc/invoify";
  if (!folder) return null;
  const path = join(folder, "settings.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Error(`${path}: cannot be read`, { cause: error });
  }
  // Notepad may write a byte order mark.
  const { server: setting, ...others } = Object(json(path, text.replace(/^\ufeff/, "")));
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`${path}: ${unknown}: there is no such setting`);
  return addressIn(path, setting);
}

function json(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: is not JSON: ${(error as Error).message}`);
  }
}

function addressIn(source: string, server: unknown): string {
  try {
    return parseServerAddress(typeof server === "string" ? server : "");
  } catch (error) {
    throw new Error(`${source}: server: ${(error as Error).message}`);
  }
}
