/** Where this installation's files lie, and which server an administrator has laid down for it. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "electron";
import { parseServerAddress } from "../contract/server-address.ts";

/** True while it runs from its sources. */
export function isDevelopment(app: Pick<App, "isPackaged">): boolean {
  return !app.isPackaged;
}

/** `%APPDATA%\Invoify\database`; not packaged, a folder of the project that git ignores. Made if it is not there. */
export function databaseFolder(app: Pick<App, "isPackaged" | "getPath">): string {
  const folder = app.isPackaged
    ? join(app.getPath("appData"), "Invoify", "database")
    : fileURLToPath(new URL("../../.invoify/desktop", import.meta.url)); // as seen from desktop/main, and from desktop/dist
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * The server from `INVOIFY_SERVER`, else from the machine-wide file: `%PROGRAMDATA%\Invoify\settings.json` with
 * `{ "server": "https://invoices.example" }`, elsewhere `/etc/invoify/settings.json`. Null: the app asks.
 *
 * @throws Error naming the variable or the file that is wrong
 */
export function laidDownServer(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | null {
  const { INVOIFY_SERVER: given, PROGRAMDATA: programData } = env;
  if (given) return addressIn("INVOIFY_SERVER", given);
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
  // Notepad puts a mark before what it writes.
  const { server, ...others } = Object(json(path, text.replace(/^\ufeff/, "")));
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`${path}: ${other}: there is no such setting`);
  return addressIn(path, server);
}

function json(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: is not JSON: ${(error as Error).message}`);
  }
}

function addressIn(where: string, server: unknown): string {
  try {
    return parseServerAddress(typeof server === "string" ? server : "");
  } catch (error) {
    throw new Error(`${where}: server: ${(error as Error).message}`);
  }
}
