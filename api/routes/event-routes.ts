/** `GET /api/events`: ranges of the log, as the concatenated bytes of the events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { eventToJson } from "../../events/encoding/event-json.ts";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence, segmentEnd } from "../../events/sequence.ts";
import { LOG_HEADERS, READS } from "../../events/sources/http/events-request.ts";
import { MAX_WAIT_S, splitEvents } from "../../events/sources/http/http-log.ts";
import { numberWord } from "../../projector/queries/list-words.ts";
import { type Encoding, encodingFor, pack, WORTH_PACKING } from "../http/content-encoding.ts";
import { LongPolls } from "../http/long-polls.ts";
import { memoize } from "../http/memoize.ts";
import { HttpProblem } from "../http/problems.ts";
import { isHeld } from "../http/public-page.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import { Shares } from "../http/shares.ts";
import type { Pause } from "../http/slices.ts";
import { Unread } from "../http/unread.ts";
import type { Organization } from "../organizations/organization.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";
import { BlockReads } from "./block-reads.ts";
import { type Block, Blocks } from "./blocks.ts";
import { bytesForOldReaders, isOldReader, updateNeeded } from "./old-readers.ts";

const MSGPACK = "application/vnd.msgpack";
const JSON_TYPE = "application/json; charset=utf-8";
const VARY = `accept, accept-encoding, authorization, ${READS.header}`;
const FOR_EVER = "private, max-age=31536000, immutable";
/** A range of so few events is read without waiting for a turn: news of a log is that short. */
const SHORT = 32;
/** It is also sent without a turn up to this size, bytes: that takes less than half a millisecond. */
const CHEAP_BYTES = 32 * 1024;
const CHEAP_JSON_BYTES = 2 * 1024;

const eventQuery = z.object({
  log: z.string().optional().describe("The id of the token's log. Another id is refused."),
  after: numberWord(z.int().min(0)).default(0).describe("Events after this sequence."),
  limit: numberWord(z.int().min(0).max(SEGMENT)).default(SEGMENT).describe("Maximum number of events."),
  wait: numberWord(z.int().min(0).max(MAX_WAIT_S))
    .default(0)
    .describe("Seconds to wait for an event if there is none."),
});

const EVENT_DOCS: RouteDocs = {
  id: "readEvents",
  summary: "Read a range of the log: the concatenated bytes of its events, up to the end of a block of about 4 MiB",
  query: eventQuery,
  headers: ["AcceptEncoding", "IfNoneMatch", "Reads"],
  response: {
    types: {
      [MSGPACK]: { type: "string", contentMediaType: MSGPACK },
      "application/json": { type: "array", items: { $ref: "#/components/schemas/Event" } },
    },
  },
  responseHeaders: {
    [LOG_HEADERS.log]: "the log's id",
    [LOG_HEADERS.head]: "the log's last sequence; absent with a complete block, which never changes",
    [LOG_HEADERS.blockEnd]: "only with a complete block: the sequence of its last event",
    [LOG_HEADERS.hash]: "hash of the event at `after`, hex; absent if `after` is 0",
    etag: "only with a complete block: identifies its content in this encoding",
  },
  revalidates: true,
  shared: true,
  problems: {
    403: ["OTHER_LOG"],
    406: ["NO_ENCODING"],
    409: ["HEAD_BEFORE_AFTER"],
    426: ["CLIENT_TOO_OLD"],
    503: ["TOO_MANY_WAITING"],
  },
};

/** The events after a sequence, up to the end of their block or to the current head. */
interface Range {
  head: Sequence;
  bytes: Uint8Array;
  /** The size of the events that an old reader can read; `bytes.length` if it can read all of them. */
  bytesForOldReaders: number;
  /** True if these are all events of a complete block. */
  isBlock: boolean;
  /** The event hash at the sequence before the first event, hex; null at 0. */
  hash: string | null;
}

interface EventRoutesOptions {
  reads?: BlockReads;
  blocks?: Blocks;
  shares?: Shares;
  polls?: LongPolls;
  /** Called with the size of each response with events, bytes, and its encoding. */
  served?: (encoding: Encoding, bytes: number) => void;
  /** Called with each head that a read has seen. */
  headSeen?: (organization: Organization, head: Sequence) => void;
}

export function eventRoutes(app: FastifyInstance, options: EventRoutesOptions = {}): void {
  const { reads = new BlockReads(), shares = new Shares(new Unread()), polls = new LongPolls() } = options;
  const { blocks = new Blocks(reads) } = options;
  const { served = () => {}, headSeen = () => {} } = options;
  const send: Send = (reply, bytes, encoding) => {
    if (encoding !== "identity") reply.header("content-encoding", encoding);
    served(encoding, bytes.length);
    return reply.send(bytes);
  };
  app.addHook("preClose", () => polls.end());
  const read: Read = (log, after, limit) => readLive(reads, log, after, limit);
  const readShared = sharing(read);
  const readOf = ({ log, proofs }: Organization, { query: { after, limit } }: EventRequest) =>
    read(log, after, limit).catch(async (error: unknown) => {
      throw (await proofs?.reasonOf(error, { after, upTo: after + limit })) ?? error;
    });

  app.get("/api/events", { config: { access: READERS, docs: EVENT_DOCS } }, (request, reply) => {
    const { log, logId, checkpoint } = sessionFrom(request).organization;
    const query = queryOf(request.url, request.query);
    if (query.log !== undefined && query.log !== logId)
      throw new HttpProblem("OTHER_LOG", "this token is for another log");
    const selection = { query, form: formFor(request) };
    reply.header("vary", VARY).header(LOG_HEADERS.log, logId);

    const { after, limit } = query;
    const { form } = selection;
    const cached = form.json ? null : blocks.getCached(log, after, form.encoding);
    // It is sent before this returns, so no await is needed.
    if (cached && fits(cached, selection))
      return void sendBlock(request, reply, cached, { after, form, send, pause: () => {} });
    if (limit < SEGMENT || checkpoint < segmentEnd(after)) return sendLive(request, reply, selection);
    return shares.run(request, (pause) => sendFull(request, reply, selection, pause));
  });

  /** Sends a complete block, if one begins after `after`. It never changes, so clients may cache it. */
  async function sendFull(request: FastifyRequest, reply: FastifyReply, selection: EventRequest, pause: Pause) {
    const { after } = selection.query;
    const { form } = selection;
    const { organization } = sessionFrom(request);
    const { log, proofs } = organization;
    const block = await blocks.get(log, after, form.json ? "identity" : form.encoding, proofs);
    if (block && fits(block, selection)) return await sendBlock(request, reply, block, { after, form, send, pause });
    return await sendRead(reply, selection, organization, await readOf(organization, selection), pause);
  }

  /** Sends part of a block, or of the segment that still grows, with the log's head. */
  async function sendLive(request: FastifyRequest, reply: FastifyReply, selection: EventRequest) {
    const { organization, check, onEnd } = sessionFrom(request);
    const { log, head } = organization;
    const { after, limit, wait } = selection.query;
    const count = Math.min(limit, head - after);
    const isShort = count <= 0 || (count <= SHORT && reads.distance(log, after) <= SHORT);
    let range = isShort ? await readOf(organization, selection) : null;
    if (range?.head === after && wait > 0) {
      request.waited = true;
      if (!(await polls.wait(log, after, reply, { timeoutMs: wait * 1000, onEnd }))) return reply.send();
      // The session may have ended during the wait.
      await check();
      range = await readShared(log, after, limit);
    }
    if (range && !range.isBlock && range.bytes.length <= (selection.form.json ? CHEAP_JSON_BYTES : CHEAP_BYTES))
      return await sendRead(reply, selection, organization, range, () => {});
    return await shares.run(request, async (pause) => {
      range ??= await readOf(organization, selection);
      if (range.isBlock) return await sendFull(request, reply, selection, pause);
      return await sendRead(reply, selection, organization, range, pause);
    });
  }

  async function sendRead(
    reply: FastifyReply,
    { query, form }: EventRequest,
    organization: Organization,
    range: Range,
    pause: Pause,
  ) {
    headSeen(organization, range.head);
    const { after } = query;
    const bytes = form.isOld ? range.bytes.subarray(0, range.bytesForOldReaders) : range.bytes;
    if (bytes.length === 0 && range.bytes.length > 0) throw updateNeeded(after + 1);
    reply.header(LOG_HEADERS.head, String(range.head)).header("cache-control", "no-store");
    return await sendRange(reply, { bytes, hash: range.hash }, { after, form, send, pause });
  }
}

/** True if a block is an answer to this request. */
function fits({ end, forOldReaders }: Block, { query: { after, limit }, form }: EventRequest): boolean {
  return end <= after + limit && (forOldReaders || !form.isOld);
}

/** The requested range, and the form of the response. */
interface EventRequest {
  query: z.infer<typeof eventQuery>;
  form: Form;
}

/** Parses the query of a URL. Memoized, because many desktops request the same segments. @throws ZodError */
const queryOf = memoize((_url: string, query: unknown) => eventQuery.parse(query));

/** The form in which the client accepts events. */
interface Form {
  /** True for JSON, which people can read. */
  json: boolean;
  encoding: Encoding;
  /** True if the client may not know blocks, or events of more than 64 KiB. */
  isOld: boolean;
}

/** @throws HttpProblem 406 NO_ENCODING */
function formFor(request: FastifyRequest): Form {
  const { accept } = request.headers;
  const encoding = encodingFor(request);
  if (!encoding) throw new HttpProblem("NO_ENCODING", "Accept-Encoding: must allow zstd, gzip or identity");
  const json = accept?.includes("application/json") ?? false;
  return { json, encoding, isOld: !json && isOldReader(request) };
}

/** @throws HttpProblem 409 HEAD_BEFORE_AFTER with the head */
async function readLive(reads: BlockReads, log: EventLog, after: Sequence, limit: number): Promise<Range> {
  const head = await log.head(after);
  // If `after` is still beyond the head when that is read from the beginning, the client has another history.
  if (head < after && (await log.head()) < after)
    throw new HttpProblem("HEAD_BEFORE_AFTER", `the log ends at ${head}, before ${after}`, { head, after });
  const { bodies, ...part } = await reads.read(log, { after, upTo: Math.min(after + limit, head) });
  return { head, ...part, bytes: Buffer.concat(bodies), bytesForOldReaders: bytesForOldReaders(bodies) };
}

type Read = (log: EventLog, after: Sequence, limit: number) => Promise<Range>;

/** Shares one read among all callers while it runs, because an event may wake a thousand waits. */
function sharing(read: Read): Read {
  const running = new WeakMap<EventLog, Map<string, Promise<Range>>>();
  return (log, after, limit) => {
    const reads = running.get(log) ?? new Map<string, Promise<Range>>();
    running.set(log, reads);
    const key = `${after} ${limit}`;
    let reading = reads.get(key);
    if (!reading) {
      reading = read(log, after, limit).finally(() => reads.delete(key));
      reads.set(key, reading);
    }
    return reading;
  };
}

type Send = (reply: FastifyReply, bytes: Uint8Array, encoding: Encoding) => FastifyReply;
interface Sending {
  after: Sequence;
  form: Form;
  send: Send;
  pause: Pause;
}

/** @param block `block.bytes` are compressed, except for JSON */
function sendBlock(request: FastifyRequest, reply: FastifyReply, block: Block, as: Sending) {
  const { bytes, digest, end, hash } = block;
  const { form } = as;
  const etag = form.json ? `"${digest}.json.${form.encoding}"` : block.etag;
  reply.header("etag", etag).header("cache-control", FOR_EVER).header(LOG_HEADERS.blockEnd, String(end));
  if (hash) reply.header(LOG_HEADERS.hash, hash);
  if (isHeld(etag, request.headers["if-none-match"])) return reply.code(304).send();
  if (form.json) return sendRange(reply, block, as);
  return as.send(reply.type(MSGPACK), bytes, form.encoding);
}

/** Compresses and sends a range. */
async function sendRange(
  reply: FastifyReply,
  { bytes, hash }: Pick<Range, "bytes" | "hash">,
  { after, form, send, pause }: Sending,
) {
  if (hash) reply.header(LOG_HEADERS.hash, hash);
  const content = form.json ? await jsonOf(bytes, after, pause) : bytes;
  const encoding = content.length < WORTH_PACKING ? "identity" : form.encoding;
  return send(reply.type(form.json ? JSON_TYPE : MSGPACK), await packShared(content, encoding), encoding);
}

/** Compressed ranges, by their bytes. */
const packed = new WeakMap<Uint8Array, Partial<Record<Encoding, Promise<Uint8Array>>>>();

/** Compresses bytes once, however many callers share them: a large event may wake a thousand waits. */
function packShared(bytes: Uint8Array, encoding: Encoding): Promise<Uint8Array> {
  const ofBytes = packed.get(bytes) ?? {};
  packed.set(bytes, ofBytes);
  ofBytes[encoding] ??= pack(bytes, encoding, "often");
  return ofBytes[encoding];
}

async function jsonOf(bytes: Uint8Array, after: Sequence, pause: Pause): Promise<Buffer> {
  const events: string[] = [];
  for (const body of splitEvents(bytes, `events after ${after}`)) {
    events.push(eventToJson(body, null, `event ${after + events.length + 1}`));
    await pause();
  }
  return Buffer.from(`[${events.join(",\n")}]`);
}
