/** Where this installation's files lie, and which server an administrator has laid down for it. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "electron";
import { z } from "zod";
import { ARGUMENTS } from "../contract/arguments.ts";

/** A machine-wide file's whole content. */
const machineFile = z.strictObject({ server: ARGUMENTS.setServer.shape.server });

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
  if (given) return parsed("INVOIFY_SERVER", { server: given });
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
  return parsed(path, json(path, text.replace(/^\ufeff/, "")));
}

function json(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: is not JSON: ${(error as Error).message}`);
  }
}

function parsed(where: string, value: unknown): string {
  const result = machineFile.safeParse(value);
  if (result.success) return result.data.server;
  const [issue] = result.error.issues;
  throw new Error(`${where}: ${issue?.path.join(".") || "settings"}: ${issue?.message}`);
}
