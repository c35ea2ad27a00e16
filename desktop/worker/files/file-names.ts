/** Names of files in the app's folder. `mirrorFileName` names the mirrors. */

/** Every file in the app's folder, also those of the shell. */
export const OUR_FILES = /\.sqlite(?:$|[-.])|^(?:login|files-key)\.bin|^update\.json$/;

/** The files of documents that were delivered, as far as they were fetched: those of one log. Safe to delete. */
export const DELIVERED_FILE = /^delivered-[0-9a-f-]{36}\.sqlite$/;

export function deliveredFileName(log: string): string {
  return `delivered-${log}.sqlite`;
}

/** Settings and unsent input. They exist nowhere else: not safe to delete. */
export const STORE_FILE = "local.sqlite";
