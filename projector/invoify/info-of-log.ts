/** Describes a log. */
import { statSync } from "node:fs";
import { decodeHeader } from "../../events/encoding/event.ts";
import { eventHash } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { isAddress, isHttp } from "../command-line/logs-and-caches.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { bytesText, countText, instantText } from "../text/figures.ts";
import type { Fact, Info } from "./facts.ts";

interface InfoOptions {
  brief: boolean;
  signal: AbortSignal;
  onProgress: (done: Sequence, total: Sequence) => void;
}

export async function infoOfLog(log: EventLog, location: string, options: InfoOptions): Promise<Info> {
  const head = await log.head();
  const id = await log.id();
  const first = await readEvent(log, 1, head);
  const last = await readEvent(log, head, head);
  const hash = last && eventHash(last).toString("hex");
  const counted = options.brief ? null : await count(abortableLog(log, options.signal), head, options);
  const facts: Fact[] = [
    { label: "what", text: kindOf(log, location), name: "kind", value: kindOf(log, location) },
    { label: "where", text: log.name, name: "place", value: log.name },
    { label: "log id", text: id ?? "none yet", name: "log", value: id },
    { label: "head", text: countText(head), name: "head", value: head },
    timeFact("first event", "firstAt", first),
    timeFact("last event", "lastAt", last),
    { label: "last hash", text: hash ?? "none", name: "hash", value: hash },
  ];
  if (counted)
    facts.push({
      label: "bytes",
      text: head === 0 ? "0" : `${bytesText(counted.bytes)} in events, ${countText(counted.bytes / head)} each`,
      name: "eventBytes",
      value: counted.bytes,
    });
  if (!isAddress(location)) facts.push(fileSizeFact(location));
  return { facts, events: counted?.events ?? null, rows: null };
}

/** The size of a database's file, including its write-ahead log. */
export function fileSizeFact(path: string): Fact {
  const bytes = ["", "-wal"].reduce(
    (sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  return { label: "file", text: bytesText(bytes), name: "fileBytes", value: bytes };
}

function kindOf(log: EventLog, location: string): string {
  if (log instanceof SqliteLog) return log.kind === "mirror" ? "mirror" : "embedded log";
  if (isAddress(location)) return isHttp(location) ? "log behind an API" : "log in MongoDB";
  return `${location.slice(location.lastIndexOf(".")).toLowerCase()} file`;
}

async function readEvent(log: EventLog, seq: Sequence, head: Sequence): Promise<Uint8Array | null> {
  if (seq < 1 || seq > head) return null;
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq })) return bodies[0] ?? null;
  return null;
}

function timeFact(label: string, name: string, body: Uint8Array | null): Fact {
  const value = body && instantText(decodeHeader(body).at);
  return { label, text: value ?? "none", name, value };
}

/** Counts events by type, the most frequent first, and their bytes. */
async function count(log: EventLog, head: Sequence, { onProgress }: InfoOptions) {
  const counts = new Map<string, number>();
  let bytes = 0;
  for await (const { after, bodies } of log.read({ after: 0, upTo: head })) {
    for (const [n, body] of bodies.entries()) {
      const { type } = decodeHeader(body, `event ${after + n + 1}`);
      counts.set(type, (counts.get(type) ?? 0) + 1);
      bytes += body.length;
    }
    onProgress(after + bodies.length, head);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { events: Object.fromEntries(sorted), bytes };
}
