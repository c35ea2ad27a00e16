/** Names of files in the app's folder. Mirrors have the names that `mirrorFileName` gives. */

/** The cache, whichever log it is of. Safe to delete. */
export const CACHE_FILE = "invoify.sqlite";

/** Settings and unsent input. Nothing else holds them: not safe to delete. */
export const STORE_FILE = "local.sqlite";
