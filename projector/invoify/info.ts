/** `invoify info`: describes a log or a cache. */

import { parseAsOf } from "../as-of/as-of.ts";
import { AT_OPTION, withBooks } from "../as-of/books.ts";
import { lastEventAt } from "../as-of/log-at.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, UsageError } from "../command-line/failure.ts";
import { cacheFileOf, isAddress, kindOfFile, openSource } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { countText } from "../text/figures.ts";
import type { Info } from "./facts.ts";
import { infoOfBooks, infoOfCache } from "./info-of-cache.ts";
import { infoOfLog } from "./info-of-log.ts";

export const info = defineCommand({
  name: "info",
  about: `Describes a log or a cache. For a log, reads every event to count them by type,
unless --brief is given; if this release cannot read one, the exit code is 1.
For a cache, counts its rows. With --at, counts are those of that moment.`,
  positionals: ["LOG|CACHE"],
  options: {
    at: AT_OPTION,
    brief: { type: "boolean", help: "no counts: read only the first and the last event" },
    json: JSON_OUTPUT,
  },
  async run({ values: { brief = false, at, json }, positionals: [location = ""] }, terminal) {
    const result = await describe(location, { brief, at }, terminal);
    terminal.out(json ? asJson(result) : asText(result));
    if (result.unreadable)
      throw new Failure(`${result.unreadable.message}; its type is counted, its data was not read`);
    return 0;
  },
});

async function describe(
  location: string,
  { brief, at }: { brief: boolean; at: string | undefined },
  terminal: Terminal,
): Promise<Info> {
  const asOf = at === undefined ? null : parseAsOf(at);
  if (!isAddress(location)) {
    const file = cacheFileOf(location);
    const kind = kindOfFile(file);
    if (kind === "cache" && at === undefined) return infoOfCache(file, { brief });
    if (kind === "cache")
      return await withBooks({ location: file, at }, terminal, ({ db, seq }) => infoOfBooks(db, file, { brief, seq }));
    if (kind === "other" && !/\.(?:ndjson|events|sqlite)$/i.test(file))
      throw new UsageError(`${file}: is neither a log nor a cache; their names end in .sqlite, .events or .ndjson`);
  }
  const signal = terminal.stopSignal();
  const log = await openSource(location, terminal);
  const progress = terminal.progress("counting");
  try {
    return await infoOfLog(log, location, {
      brief,
      upTo: asOf === null ? await log.head() : await lastEventAt(log, asOf, at ?? ""),
      signal,
      onProgress: (done, total) => progress.update(done, total),
    });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    progress.end();
    await log.close();
  }
}

function asJson({ facts, events, rows }: Info): string {
  const named = Object.fromEntries(facts.map(({ name, value }) => [name, value]));
  return JSON.stringify({ ...named, ...(events && { events }), ...(rows && { rows }) });
}

function asText({ facts, events, rows }: Info): string {
  const counts = [
    ["events by type", events],
    ["rows by table", rows],
  ] as const;
  return [
    tableText(facts.map(({ label, text }) => [label, text])),
    ...counts.flatMap(([title, numbers]) => {
      if (!numbers || Object.keys(numbers).length === 0) return [];
      const lines = Object.entries(numbers).map(([name, count]) => [name, countText(count)]);
      return [`${title}\n${tableText(lines, { right: [1], indent: 2 })}`];
    }),
  ].join("\n\n");
}
