/** Names of files in the app's folder. `mirrorFileName` names the mirrors. */

/** The cache, of whichever log is open. Safe to delete. */
export const CACHE_FILE = "invoify.sqlite";

/** Settings and unsent input. They exist nowhere else: not safe to delete. */
export const STORE_FILE = "local.sqlite";
