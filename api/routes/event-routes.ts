/** `GET /api/events`: ranges of the log, as the concatenated bytes of the events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { eventToJson } from "../../events/encoding/event-json.ts";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence, segmentEnd } from "../../events/sequence.ts";
import { LOG_HEADERS } from "../../events/sources/http/events-request.ts";
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
import { readRange, Segments } from "./segments.ts";

const MSGPACK = "application/vnd.msgpack";
const JSON_TYPE = "application/json; charset=utf-8";
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
  summary: "Read a range of the log: the concatenated bytes of its events, up to the end of a segment of 1,024 events",
  query: eventQuery,
  headers: ["AcceptEncoding", "IfNoneMatch"],
  response: {
    types: {
      [MSGPACK]: { type: "string", contentMediaType: MSGPACK },
      "application/json": { type: "array", items: { $ref: "#/components/schemas/Event" } },
    },
  },
  responseHeaders: {
    [LOG_HEADERS.log]: "the log's id",
    [LOG_HEADERS.head]: "the log's last sequence; absent with a full segment, which never changes",
    [LOG_HEADERS.hash]: "hash of the event at `after`, hex; absent if `after` is 0",
    etag: "only with a full segment: identifies its content in this encoding",
  },
  revalidates: true,
  shared: true,
  problems: { 403: ["OTHER_LOG"], 406: ["NO_ENCODING"], 409: ["HEAD_BEFORE_AFTER"], 503: ["TOO_MANY_WAITING"] },
};

/** The events after a sequence, up to the current head. */
interface Range {
  head: Sequence;
  bytes: Uint8Array;
  /** The event hash at the sequence before the first event, hex; null at 0. */
  hash: string | null;
}

interface EventRoutesOptions {
  segments?: Segments;
  shares?: Shares;
  polls?: LongPolls;
  /** Called with the size of each response with events, bytes, and its encoding. */
  served?: (encoding: Encoding, bytes: number) => void;
  /** Called with each head that a read has seen. */
  headSeen?: (organization: Organization, head: Sequence) => void;
}

export function eventRoutes(app: FastifyInstance, options: EventRoutesOptions = {}): void {
  const { segments = new Segments(), shares = new Shares(new Unread()), polls = new LongPolls() } = options;
  const { served = () => {}, headSeen = () => {} } = options;
  const send: Send = (reply, bytes, encoding) => {
    if (encoding !== "identity") reply.header("content-encoding", encoding);
    served(encoding, bytes.length);
    return reply.send(bytes);
  };
  app.addHook("preClose", () => polls.end());
  const readShared = sharing(readLive);

  app.get("/api/events", { config: { access: READERS, docs: EVENT_DOCS } }, (request, reply) => {
    const { log, logId, checkpoint } = sessionFrom(request).organization;
    const query = queryOf(request.url, request.query);
    if (query.log !== undefined && query.log !== logId)
      throw new HttpProblem("OTHER_LOG", "this token is for another log");
    const selection = { query, form: formFor(request) };
    reply.header("vary", "accept, accept-encoding, authorization").header(LOG_HEADERS.log, logId);

    const { after, limit } = query;
    const { form } = selection;
    const isFull = limit === SEGMENT && after % SEGMENT === 0 && checkpoint >= after + SEGMENT;
    const cached = !isFull || form.json ? null : segments.getCached(log, after, form.encoding);
    // It is sent before this returns, so no await is needed.
    if (cached) return void sendSegment(request, reply, { ...cached, after, form, send, pause: () => {} });
    if (!isFull) return sendLive(request, reply, selection);
    return shares.run(request, (pause) => sendFull(request, reply, selection, pause));
  });

  /** Sends a full segment. It never changes, so clients may cache it. */
  async function sendFull(request: FastifyRequest, reply: FastifyReply, selection: EventRequest, pause: Pause) {
    const { after } = selection.query;
    const { form } = selection;
    const { organization } = sessionFrom(request);
    const segment = await segments.get(organization.log, after, form.json ? "identity" : form.encoding);
    if (segment) return await sendSegment(request, reply, { ...segment, after, form, send, pause });
    return await sendRead(reply, selection, organization, await readOf(organization, selection), pause);
  }

  /** Sends a range of the segment that still grows, with the log's head. */
  async function sendLive(request: FastifyRequest, reply: FastifyReply, selection: EventRequest) {
    const { organization, check, onEnd } = sessionFrom(request);
    const { log, head } = organization;
    const { after, limit, wait } = selection.query;
    let range = Math.min(limit, head - after) <= SHORT ? await readOf(organization, selection) : null;
    if (range?.head === after && wait > 0) {
      request.waited = true;
      if (!(await polls.wait(log, after, reply, { timeoutMs: wait * 1000, onEnd }))) return reply.send();
      // The session may have ended during the wait.
      await check();
      range = await readShared(log, after, limit);
    }
    if (range && range.bytes.length <= (selection.form.json ? CHEAP_JSON_BYTES : CHEAP_BYTES))
      return await sendRead(reply, selection, organization, range, () => {});
    return await shares.run(request, async (pause) =>
      sendRead(reply, selection, organization, range ?? (await readOf(organization, selection)), pause),
    );
  }

  async function sendRead(
    reply: FastifyReply,
    { query, form }: EventRequest,
    organization: Organization,
    range: Range,
    pause: Pause,
  ) {
    headSeen(organization, range.head);
    reply.header(LOG_HEADERS.head, String(range.head)).header("cache-control", "no-store");
    return await sendRange(reply, { ...range, after: query.after, form, send, pause });
  }
}

function readOf({ log }: Organization, { query }: EventRequest): Promise<Range> {
  return readLive(log, query.after, query.limit);
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
}

/** @throws HttpProblem 406 NO_ENCODING */
function formFor(request: FastifyRequest): Form {
  const { accept } = request.headers;
  const encoding = encodingFor(request);
  if (!encoding) throw new HttpProblem("NO_ENCODING", "Accept-Encoding: must allow zstd, gzip or identity");
  return { json: accept?.includes("application/json") ?? false, encoding };
}

/** @throws HttpProblem 409 HEAD_BEFORE_AFTER with the head */
async function readLive(log: EventLog, after: Sequence, limit: number): Promise<Range> {
  const head = await log.head(after);
  // If `after` is still beyond the head when that is read from the beginning, the client has another history.
  if (head < after && (await log.head()) < after)
    throw new HttpProblem("HEAD_BEFORE_AFTER", `the log ends at ${head}, before ${after}`, { head, after });
  const { bodies, hash } = await readRange(log, after, Math.min(after + limit, segmentEnd(after), head));
  return { head, bytes: Buffer.concat(bodies), hash };
}

/** Shares one read among all callers while it runs, because an event may wake a thousand waits. */
function sharing(read: typeof readLive): typeof readLive {
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
type RangeResponse = Pick<Range, "bytes" | "hash"> & { after: Sequence; form: Form; send: Send; pause: Pause };

/** @param segment `segment.bytes` are compressed, except for JSON */
function sendSegment(request: FastifyRequest, reply: FastifyReply, segment: RangeResponse & { digest: string }) {
  const { bytes, digest, hash, form } = segment;
  const etag = `"${digest}.${form.json ? "json" : "msgpack"}.${form.encoding}"`;
  reply.header("etag", etag).header("cache-control", FOR_EVER);
  if (hash) reply.header(LOG_HEADERS.hash, hash);
  if (isHeld(etag, request.headers["if-none-match"])) return reply.code(304).send();
  if (form.json) return sendRange(reply, segment);
  return segment.send(reply.type(MSGPACK), bytes, form.encoding);
}

/** Compresses and sends a range. */
async function sendRange(reply: FastifyReply, { bytes, hash, after, form, send, pause }: RangeResponse) {
  if (hash) reply.header(LOG_HEADERS.hash, hash);
  const content = form.json ? await jsonOf(bytes, after, pause) : bytes;
  const encoding = content.length < WORTH_PACKING ? "identity" : form.encoding;
  return send(reply.type(form.json ? JSON_TYPE : MSGPACK), await pack(content, encoding, "often"), encoding);
}

async function jsonOf(bytes: Uint8Array, after: Sequence, pause: Pause): Promise<Buffer> {
  const events: string[] = [];
  for (const body of splitEvents(bytes, `events after ${after}`)) {
    events.push(eventToJson(body, null, `event ${after + events.length + 1}`));
    await pause();
  }
  return Buffer.from(`[${events.join(",\n")}]`);
}
