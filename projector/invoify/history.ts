/** `invoify history`: what happened to an invoice (or anything else), who did it and when. */

import { type Call, defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { UsageError } from "../command-line/failure.ts";
import { openSource, withCache } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { timeText } from "../text/figures.ts";
import { historyOfCache } from "./history-of-cache.ts";
import { historyOfLog } from "./history-of-log.ts";
import type { History, HistoryQuery } from "./history-text.ts";

const OPTIONS = {
  cache: { type: "string", value: "FILE", help: "a cache: fast; says in full what a mirror beside it holds" },
  from: { type: "string", value: "LOG", help: "a log: read from its first event on, and told in full" },
  number: { type: "boolean", help: "the argument is an invoice's number, though it looks like a stream" },
  stream: { type: "boolean", help: "the argument is a stream, though there is such a number too" },
  json: JSON_OUTPUT,
} as const;

export const history = defineCommand({
  name: "history",
  about: `What happened to an invoice or credit note, with the payments and credit that
were put against it, by its number; or to a client, user, item, payment … by its
stream, the sequence of its first event. With --cache and --from together, the
cache finds the events and the log tells them.`,
  positionals: ["NUMBER|STREAM"],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    const found = await find(queryOf(positionals[0] ?? "", values), values, terminal);
    terminal.out(values.json ? asJson(found) : asText(found));
    return 0;
  },
});

function queryOf(text: string, { number, stream }: Call<typeof OPTIONS>["values"]): HistoryQuery {
  if (number && stream) throw new UsageError("--number and --stream are two answers to one question");
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
  if (stream && id === null) throw new UsageError(`${text}: not a stream, which is the sequence of an event`);
  return { number: stream ? null : text, stream: number ? null : id };
}

async function find(
  query: HistoryQuery,
  { cache, from }: Call<typeof OPTIONS>["values"],
  terminal: Terminal,
): Promise<History> {
  if (cache === undefined && from === undefined) throw new UsageError("history needs --cache FILE or --from LOG");
  const signal = terminal.stopSignal();
  const log = from === undefined ? null : await openSource(from, terminal);
  try {
    if (cache !== undefined) return await withCache(cache, (db, path) => historyOfCache(query, db, { path, log }));
    if (log === null) throw new Error("neither cache nor log");
    const progress = terminal.progress("reading");
    try {
      return await historyOfLog(query, log, { signal, onProgress: (done, total) => progress.update(done, total) });
    } finally {
      progress.end();
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    await log?.close();
  }
}

function asText({ title, timeZone, entries, hasDetails }: History): string {
  const rows = entries.map(({ seq, atMs, who, words, about }) => [
    String(seq),
    timeText(atMs, timeZone),
    who,
    about === null ? words : `${about}: ${words}`,
  ]);
  const hint = hasDetails ? "" : "\n(a cache keeps no more than this: --from LOG tells it in full)";
  return `${title}\n${tableText([["EVENT", "TIME", "WHO", "WHAT"], ...rows], { right: [0] })}${hint}`;
}

function asJson({ kind, stream, title, timeZone, entries }: History): string {
  const events = entries.map(({ atMs, ...entry }) => ({ ...entry, at: new Date(atMs).toISOString() }));
  return JSON.stringify({ kind, stream, title, timeZone, events });
}
