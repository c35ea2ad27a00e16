/** `invoify diff`: what changed between two moments, or what differs between two caches of one log. */

import { defineCommand, JSON_OUTPUT } from "../../command-line/command.ts";
import { interruptionOf, UsageError } from "../../command-line/failure.ts";
import { cacheFileOf, kindOfFile } from "../../command-line/logs-and-caches.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { type CacheFile, openAnyCache } from "../../diff/cache-file.ts";
import { diffCaches } from "../../diff/diff-caches.ts";
import { CSV_HEAD, differenceCsv, differenceJson, differenceText, Examples } from "../../diff/diff-text.ts";
import { diffMoments } from "./diff-moments.ts";

/** Rows of each change of a table that are shown. */
const EXAMPLES = "3";

export const diff = defineCommand({
  name: "diff",
  about: `With --from: what changed between two moments of a log or a cache: new, changed and
gone clients, documents, payments and so on, the sums of their amounts before and
after, and the first of them with both states. A log is replayed into a temporary
file first.

  invoify diff LOG --from 2026-03-31 --to 2026-06-30
  invoify diff CACHE --from event:1200

With two caches of one log: compares them row by row: new, changed and gone rows by
table, in how many rows each column differs, the sums of amounts that differ, and
the first rows side by side. The caches may be made by two releases of the
projector: what both have is compared, and what only one has is named. So a change
to a projection shows what it changes. The digest leaves some tables and columns
out, because they follow from others: so does diff, unless --all is given.

  invoify diff old.sqlite new.sqlite

--csv prints every value that differs. Exits with 0 if nothing differs, and with 1
if something does.`,
  positionals: ["CACHE|LOG"],
  further: "CACHE",
  options: {
    from: { type: "string", value: "SEQ|DAY|TIME", help: "the moment before" },
    to: { type: "string", value: "SEQ|DAY|TIME", help: "the moment after; default: now" },
    examples: { type: "string", value: "N", help: `rows of each kind or table to show; default: ${EXAMPLES}` },
    all: { type: "boolean", help: "of two caches: also compare what the digest leaves out" },
    csv: { type: "boolean", help: "print each value that differs as CSV" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals: [first = "", second, stray] }, terminal) {
    const { from, to, csv = false, json = false, all = false } = values;
    if (stray !== undefined) throw new UsageError(`diff: unexpected argument ${JSON.stringify(stray)}`);
    if (csv && json) throw new UsageError("diff prints CSV or JSON, not both");
    const examples = countFrom(values.examples ?? EXAMPLES);
    if (second === undefined) {
      if (from === undefined) throw new UsageError("diff needs a second CACHE, or --from SEQ|DAY|TIME");
      return await diffMoments(first, { from, to, csv, json, examples }, terminal);
    }
    if (from !== undefined || to !== undefined)
      throw new UsageError("diff compares two caches, or two moments of one with --from and --to: not both");
    const a = openNamed(first, all);
    try {
      const b = openNamed(second, all);
      try {
        refuseTwoLogs(a, b);
        return compare({ a, b }, { csv, json, examples: new Examples(examples) }, terminal);
      } finally {
        b.db.close();
      }
    } finally {
      a.db.close();
    }
  },
});

function compare(
  sides: { a: CacheFile; b: CacheFile },
  { csv, json, examples }: { csv: boolean; json: boolean; examples: Examples },
  terminal: Terminal,
): number {
  const signal = terminal.stopSignal();
  const progress = terminal.progress("comparing", "rows");
  if (csv) terminal.out(CSV_HEAD.trimEnd());
  try {
    const difference = diffCaches(sides.a, sides.b, {
      signal,
      onProgress: (done) => progress.update(done, null),
      onDifference: (row) => (csv ? terminal.out(differenceCsv(row).trimEnd()) : examples.add(row)),
    });
    progress.end();
    if (!csv) terminal.out((json ? differenceJson : differenceText)(sides, difference, examples));
    return difference.equal ? 0 : 1;
  } catch (error) {
    throw signal.aborted ? interruptionOf(signal, "nothing was changed") : error;
  } finally {
    progress.end();
  }
}

function openNamed(location: string, all: boolean): CacheFile {
  const path = cacheFileOf(location);
  const kind = kindOfFile(path);
  if (kind === "missing") throw new UsageError(`${path}: there is no such file`);
  if (kind !== "cache") throw new UsageError(`${path}: not a cache of Invoify`);
  return openAnyCache(path, { all });
}

function refuseTwoLogs(a: CacheFile, b: CacheFile): void {
  if (a.logId !== b.logId && a.logId !== null && b.logId !== null)
    throw new UsageError(`${a.path} is of log ${a.logId}, and ${b.path} of log ${b.logId}: two logs`);
}

function countFrom(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--examples is a whole number up to 999999, not ${JSON.stringify(text)}`);
}
