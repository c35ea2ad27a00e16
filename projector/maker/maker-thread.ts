/** The thread that makes documents: its program and its limits. */

/** The program's source beside this file, or its bundle beside this file's bundle. */
export const MAKER_PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "maker-program.ts" : "maker-program.cjs",
  import.meta.url,
);

/** Maximum time of a document, ms. The largest takes about two seconds on a machine that is free. */
export const MAKER_LIMIT_MS = 60_000;
/** Limit of the thread's JavaScript heap, MiB: the largest document has 10 MB of XML. Pages are made outside of it. */
export const MAKER_HEAP_MIB = 512;
