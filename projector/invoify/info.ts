/** `invoify info`: what a log or a cache is, and what is in it. */

import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { cacheFileOf, isAddress, kindOfFile, openSource } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { countText } from "../text/figures.ts";
import type { Info } from "./facts.ts";
import { infoOfCache } from "./info-of-cache.ts";
import { infoOfLog } from "./info-of-log.ts";

export const info = defineCommand({
  name: "info",
  about: `Of a log, reads every event to count them by type (--brief does not). Of a
cache, counts its rows.`,
  positionals: ["LOG|CACHE"],
  options: {
    brief: { type: "boolean", help: "without counts: only both ends are read" },
    json: JSON_OUTPUT,
  },
  async run({ values: { brief = false, json }, positionals: [place = ""] }, terminal) {
    const found = await look(place, brief, terminal);
    terminal.out(json ? asJson(found) : asText(found));
    return 0;
  },
});

async function look(place: string, brief: boolean, terminal: Terminal): Promise<Info> {
  if (!isAddress(place)) {
    const file = cacheFileOf(place);
    if (kindOfFile(file) === "cache") return infoOfCache(file, { brief });
  }
  const signal = terminal.stopSignal();
  const log = await openSource(place, terminal);
  const progress = terminal.progress("counting");
  try {
    return await infoOfLog(log, place, {
      brief,
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
    ...counts.flatMap(([title, found]) => {
      if (!found || Object.keys(found).length === 0) return [];
      const lines = Object.entries(found).map(([name, count]) => [name, countText(count)]);
      return [`${title}\n${tableText(lines, { right: [1], indent: 2 })}`];
    }),
  ].join("\n\n");
}
