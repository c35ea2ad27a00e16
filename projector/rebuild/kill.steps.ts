/** The steps and file names that `kill.test.ts` shares with the process that it kills. */

/** The letter for each step. */
export const MARKS = { ready: "r", began: "b", swapping: "s", committed: "c", done: "d" } as const;

/** The files in the test's folder. */
export const FILES = { cache: "cache.sqlite", mirror: "mirror.sqlite", log: "log.sqlite" } as const;
