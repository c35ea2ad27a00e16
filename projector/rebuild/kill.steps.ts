/** What `kill.test.ts` and the process that it kills agree on. */

/** The letters for steps. */
export const MARKS = { ready: "r", began: "b", swapping: "s", committed: "c", done: "d" } as const;

/** The files in a folder. */
export const FILES = { cache: "cache.sqlite", mirror: "mirror.sqlite", log: "log.sqlite" } as const;
