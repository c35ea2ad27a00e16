/** Closes the server's folders to other users of the machine: they hold companies' data and hashes of passwords. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openPrivateFolder } from "../../events/private-files.ts";
import { foldersOf } from "../config/config.ts";
import type { StoreConfig } from "./storage.ts";

const SLOT = /^\d+$/;

/**
 * Closes the folders that exist. The others are created private.
 *
 * @returns what was open, for the operator
 */
export function closeServerFolders(store: StoreConfig): string[] {
  const { logs, caches, keys } = foldersOf(store);
  const folders: [folder: string, ours: RegExp][] = [
    [store.dataFolder, /^(?:logs|caches|keys|accounts\.sqlite.*|restoring\.json.*)$/],
    [logs, /\.sqlite/],
    [keys, /./],
    [caches, SLOT],
    ...slotsIn(caches).map((slot): [string, RegExp] => [slot, /./]),
  ];
  const existing = folders.filter(([folder]) => existsSync(folder));
  return existing.map(([folder, ours]) => openPrivateFolder(folder, { ours })).filter((note) => note !== null);
}

function slotsIn(caches: string): string[] {
  if (!existsSync(caches)) return [];
  return readdirSync(caches)
    .filter((name) => SLOT.test(name))
    .map((name) => join(caches, name));
}
