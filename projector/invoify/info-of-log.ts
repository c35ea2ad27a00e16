/** Describes a log. */
import { statSync } from "node:fs";
import { decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { isAddress, isHttp } from "../command-line/logs-and-caches.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { bytesText, countText, instantText } from "../text/figures.ts";
import { decodeAt, readBody } from "./decoded-events.ts";
import type { Fact, Info } from "./facts.ts";

interface InfoOptions {
  brief: boolean;
  /** The last event to describe. */
  upTo: Sequence;
  signal: AbortSignal;
  onProgress: (done: Sequence, total: Sequence) => void;
}

export async function infoOfLog(log: EventLog, location: string, options: InfoOptions): Promise<Info> {
  const { upTo: head } = options;
  const id = head === 0 ? null : await log.id();
  const first = await readEvent(log, 1, head);
  const last = await readEvent(log, head, head);
  const hash = last && eventHash(last).toString("hex");
  const counted = options.brief ? null : await count(abortableLog(log, options.signal), head, options);
  const facts: Fact[] = [
    { label: "what", text: kindOf(log, location), name: "kind", value: kindOf(log, location) },
    { label: "where", text: log.name, name: "place", value: log.name },
    { label: "log id", text: id ?? "none yet", name: "log", value: id },
    { label: "head", text: countText(head), name: "head", value: head },
    timeFact("first event", "firstAt", first, 1),
    timeFact("last event", "lastAt", last, head),
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
  return { facts, events: counted?.events ?? null, rows: null, unreadable: counted?.unreadable ?? null };
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
  return seq < 1 || seq > head ? null : await readBody(log, seq);
}

function timeFact(label: string, name: string, body: Uint8Array | null, seq: Sequence): Fact {
  const value = body && instantText(decodeHeader(body, `event ${seq}`).at);
  return { label, text: value ?? "none", name, value };
}

/**
 * Counts events by type, the most frequent first, and their bytes. Decodes each, so a log that is described without an
 * error can be read as a whole.
 *
 * @throws LogError MALFORMED_EVENT, DAMAGED if not even an event's type can be read
 */
async function count(log: EventLog, head: Sequence, { onProgress }: InfoOptions) {
  const counts = new Map<string, number>();
  let bytes = 0;
  let unreadable: LogError | null = null;
  for await (const { after, bodies } of log.read({ after: 0, upTo: head })) {
    for (const [n, body] of bodies.entries()) {
      const { type, error } = typeOf(body, after + n + 1);
      unreadable ??= error;
      counts.set(type, (counts.get(type) ?? 0) + 1);
      bytes += body.length;
    }
    onProgress(after + bodies.length, head);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { events: Object.fromEntries(sorted), bytes, unreadable };
}

/** The type of an event; with the error if this release cannot read the rest of the event. */
function typeOf(body: Uint8Array, seq: Sequence): { type: string; error: LogError | null } {
  try {
    return { type: decodeAt(body, seq).type, error: null };
  } catch (error) {
    if (!(error instanceof LogError) || error.code === "DAMAGED") throw error;
    return { type: decodeHeader(body, `event ${seq}`).type, error };
  }
}
