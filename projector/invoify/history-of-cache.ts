/** A history from a cache. The cache lists the events; a log, if there is one, provides their details. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import type { Checkpoint } from "../cache/checkpoint.ts";
import { UsageError } from "../command-line/failure.ts";
import { type ActivityRow, activityOfStreams } from "../queries/activity.ts";
import {
  currencyOf,
  type InvoiceHeading,
  invoiceHeading,
  invoiceIdByNumber,
  sourceName,
  streamKindOf,
  streamsAbout,
  timeZoneOf,
} from "../queries/history.ts";
import { type About, titleOf, wordsOf } from "../text/event-words.ts";
import { decodeAt, readBody } from "./decoded-events.ts";
import { chooseStream, type Entry, type History, type HistoryQuery, kindText, whoOf } from "./history-text.ts";

interface Source {
  path: string;
  /** Provides details; if null, a mirror beside the cache does, if there is one. */
  log: EventLog | null;
  /** The checkpoint of the cache. */
  of: Checkpoint;
  /** The last event that the connection shows. */
  upTo: Sequence;
}

/** @param db shows the cache, or its books at a moment */
export async function historyOfCache(query: HistoryQuery, db: Database.Database, source: Source): Promise<History> {
  const { of: checkpoint, upTo } = source;
  const byNumber = query.number === null ? undefined : invoiceIdByNumber(db, query.number);
  const exists = query.stream !== null && streamKindOf(db, query.stream) !== undefined;
  const stream = chooseStream(query, { ...(byNumber !== undefined && { byNumber }), exists });
  const kind = streamKindOf(db, stream) ?? "invoice";
  const streams = kind === "invoice" || kind === "payment" ? [stream, ...streamsAbout(db, stream)] : [stream];
  const activity = activityOfStreams(db, streams);
  const mirror = source.log === null ? openMirrorBeside(source.path, checkpoint) : null;
  try {
    const log = source.log ?? mirror;
    if (log) await refuseOtherLog(log, checkpoint, source.path);
    const entries: Entry[] = [];
    for (const event of activity) entries.push(await entryOf(db, event, { stream, log }));
    const title = titleFor(kind, stream, invoiceHeading(db, stream));
    // At a moment, what came later is not missing.
    const head = log === null || upTo < checkpoint.seq ? null : await log.head(checkpoint.seq);
    const timeZone = timeZoneOf(db);
    return { kind, stream, title, timeZone, entries, hasDetails: log !== null, upTo, head, stoppedBy: null };
  } finally {
    mirror?.closeNow();
  }
}

async function entryOf(
  db: Database.Database,
  { seq, at: atMs, actor, actor_name, type, stream, stream_kind }: ActivityRow,
  { stream: subject, log }: { stream: StreamId; log: EventLog | null },
): Promise<Entry> {
  const about: About = {
    currency: currencyOf(db, stream),
    invoice: (id) => (id === subject ? "this invoice" : nameOf(invoiceHeading(db, id), id)),
    source: (id) => (id === subject ? `this ${streamKindOf(db, id)}` : sourceName(db, id)),
  };
  const event = log === null ? null : decodeAt(await readBody(log, seq), seq);
  return {
    seq,
    atMs,
    actor,
    who: whoOf(actor, actor_name),
    type,
    stream,
    about: stream === subject ? null : `${kindText(invoiceHeading(db, stream)?.kind ?? stream_kind)} ${stream}`,
    words: event === null ? titleOf(type) : wordsOf(event, about),
  };
}

/** @throws UsageError if the cache comes from another log; LogError FORKED if it comes from another history */
async function refuseOtherLog(log: EventLog, { logId, seq, hash }: Checkpoint, path: string): Promise<void> {
  const id = await log.id();
  if (id !== logId) throw new UsageError(`${log.name}: is log ${id}, but ${path} was made from log ${logId}`);
  const expect = hash === null ? {} : { expect: hash };
  for await (const _ of log.read({ after: seq, upTo: seq + 1 }, expect)) return;
}

function openMirrorBeside(path: string, { logId, seq }: Checkpoint): SqliteLog | null {
  const folder = dirname(path);
  const names = readdirSync(folder).filter((name) => name.startsWith(`${logId}.`) && name.endsWith(".mirror.sqlite"));
  for (const name of names.sort((a, b) => generationIn(b) - generationIn(a))) {
    try {
      const mirror = SqliteLog.open(join(folder, name), { kind: "mirror", readonly: true });
      if (mirror.headNow() >= seq) return mirror;
      mirror.closeNow();
    } catch (error) {
      if (!(error instanceof LogError)) throw error; // ignore an unreadable mirror
    }
  }
  return null;
}

function generationIn(name: string): number {
  return Number(name.split(".")[1]);
}

function titleFor(kind: string, stream: StreamId, invoice: InvoiceHeading | undefined): string {
  if (!invoice) return `${kindText(kind)} ${stream}`;
  const { status, buyer_name } = invoice;
  const buyer = buyer_name === null ? "" : `, ${buyer_name}`;
  return `${kindText(invoice.kind)} ${invoice.number ?? ""}${invoice.number ? ` (stream ${stream})` : stream}${buyer}: ${status}`;
}

function nameOf(invoice: InvoiceHeading | undefined, id: StreamId): string {
  return invoice?.number ?? `${kindText(invoice?.kind ?? "invoice")} ${id}`;
}
