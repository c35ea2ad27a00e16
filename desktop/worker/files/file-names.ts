/** Names of files in the app's folder. `mirrorFileName` names the mirrors. */

/** Every file in the app's folder, also those of the shell. */
export const OUR_FILES = /\.sqlite(?:$|[-.])|^(?:login|files-key)\.bin|^update\.json$/;

/** Settings and unsent input. They exist nowhere else: not safe to delete. */
export const STORE_FILE = "local.sqlite";
