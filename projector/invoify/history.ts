/** `invoify history`: lists what happened to an invoice or any other stream, when, and by whom. */

import { parseSequence } from "../../events/values/as-of.ts";
import { parseAsOf } from "../as-of/as-of.ts";
import { AT_OPTION, withBooks } from "../as-of/books.ts";
import { lastEventAt, logUpTo } from "../as-of/log-at.ts";
import { readCheckpoint } from "../cache/checkpoint.ts";
import { type Call, defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, UsageError } from "../command-line/failure.ts";
import { openSource, withCache } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { timeText } from "../text/figures.ts";
import { historyOfCache } from "./history-of-cache.ts";
import { historyOfLog } from "./history-of-log.ts";
import type { History, HistoryQuery } from "./history-text.ts";

const OPTIONS = {
  cache: { type: "string", value: "FILE", help: "a cache: fast; details only if there is a mirror beside it" },
  from: { type: "string", value: "LOG", help: "a log: slower, with all details" },
  number: { type: "boolean", help: "the argument is an invoice's number, not a stream" },
  stream: { type: "boolean", help: "the argument is a stream, not an invoice's number" },
  at: AT_OPTION,
  json: JSON_OUTPUT,
} as const;

export const history = defineCommand({
  name: "history",
  about: `Lists what happened to an invoice or credit note, including the payments and
credit applied to it, and refunds out of it; a payment has its refunds. Name an
invoice by its number, and anything else (client, user, payment, refund …) by its
stream, the sequence of its first event. With both --cache and --from, the cache
finds the events and the log provides the details. If an event of the log cannot
be read, the history ends before it, and the exit code is 1: the event could
belong to the history. With --at, it is the history up to that moment, and what was
renamed later has its name of then.`,
  positionals: ["NUMBER|STREAM"],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    const result = await find(queryOf(positionals[0] ?? "", values), values, terminal);
    terminal.out(values.json ? asJson(result) : asText(result));
    if (result.stoppedBy)
      throw new Failure(`${result.stoppedBy.message}; the history above contains the events up to ${result.upTo}`);
    return 0;
  },
});

function queryOf(text: string, { number, stream }: Call<typeof OPTIONS>["values"]): HistoryQuery {
  if (number && stream) throw new UsageError("use --number or --stream, not both");
  const id = parseSequence(text) || null;
  if (stream && id === null)
    throw new UsageError(`${text}: not a stream; a stream is named by the sequence of its first event`);
  return { number: stream ? null : text, stream: number ? null : id };
}

async function find(
  query: HistoryQuery,
  { cache, from, at }: Call<typeof OPTIONS>["values"],
  terminal: Terminal,
): Promise<History> {
  if (cache === undefined && from === undefined) throw new UsageError("history needs --cache FILE or --from LOG");
  const asOf = at === undefined ? null : parseAsOf(at);
  const signal = terminal.stopSignal();
  const log = from === undefined ? null : await openSource(from, terminal);
  try {
    if (cache !== undefined)
      return await withCache(cache, async (whole, path) => {
        const of = readCheckpoint(whole);
        return await withBooks({ location: path, at }, terminal, ({ db, seq }) =>
          historyOfCache(query, db, { path, log, of, upTo: seq }),
        );
      });
    if (log === null) throw new Error("neither cache nor log");
    const books = asOf === null ? log : logUpTo(log, await lastEventAt(log, asOf, at ?? ""));
    const progress = terminal.progress("reading");
    try {
      return await historyOfLog(query, books, { signal, onProgress: (done, total) => progress.update(done, total) });
    } finally {
      progress.end();
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    await log?.close();
  }
}

function asText({ title, timeZone, entries, ...history }: History): string {
  const isKnown = isTimeZone(timeZone);
  const rows = entries.map(({ seq, atMs, who, words, about }) => [
    String(seq),
    timeText(atMs, isKnown ? timeZone : "UTC"),
    who,
    about === null ? words : `${about}: ${words}`,
  ]);
  const table = tableText([["EVENT", "TIME", "WHO", "WHAT"], ...rows], { right: [0] });
  const zoneHint = isKnown ? [] : [`(this Node does not know the time zone ${timeZone}: the times are in UTC)`];
  return [title, table, ...zoneHint, ...hintsFor(history)].join("\n");
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

function hintsFor({ hasDetails, upTo, head, stoppedBy }: Omit<History, "title" | "timeZone" | "entries">): string[] {
  const hints: string[] = [];
  if (!hasDetails) hints.push("(for details, add --from LOG)");
  if (head !== null && head > upTo && stoppedBy === null)
    hints.push(`(the cache ends at event ${upTo}, the log at event ${head}: update the cache with invoify sync)`);
  return hints;
}

function asJson({ kind, stream, title, timeZone, entries, upTo }: History): string {
  const events = entries.map(({ atMs, ...entry }) => ({ ...entry, at: new Date(atMs).toISOString() }));
  return JSON.stringify({ kind, stream, title, timeZone, upTo, events });
}
