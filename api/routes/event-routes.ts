/** `GET /api/events`: ranges of the log, as the events' own bytes one after the other. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { eventToJson } from "../../events/encoding/event-json.ts";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence, segmentEnd } from "../../events/sequence.ts";
import { LOG_HEADERS, MAX_WAIT_S, splitEvents } from "../../events/sources/http/http-log.ts";
import { chooseEncoding, type Encoding, pack, WORTH_PACKING } from "../http/content-encoding.ts";
import { LongPolls } from "../http/long-polls.ts";
import { memoize } from "../http/memoize.ts";
import { HttpProblem } from "../http/problems.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import type { Organization } from "../organizations/organization.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";
import { readRange, Segments } from "./segments.ts";

const MSGPACK = "application/vnd.msgpack";
const JSON_TYPE = "application/json; charset=utf-8";
const FOR_EVER = "private, max-age=31536000, immutable";

export const eventQuery = z.object({
  log: z.string().optional().describe("The id of the log, which must be the token's."),
  after: z.coerce.number().pipe(z.int().min(0)).default(0).describe("Events after this sequence."),
  limit: z.coerce.number().pipe(z.int().min(0).max(SEGMENT)).default(SEGMENT).describe("The most events."),
  wait: z.coerce
    .number()
    .pipe(z.int().min(0).max(MAX_WAIT_S))
    .default(0)
    .describe("Seconds to wait for one, if there is none."),
});

const EVENT_DOCS: RouteDocs = {
  id: "readEvents",
  summary: "A range of the log: the events' own bytes one after the other, at most to the end of a segment of 1,024",
  query: eventQuery,
  headers: ["AcceptEncoding", "IfNoneMatch"],
  answer: {
    types: {
      [MSGPACK]: { type: "string", contentMediaType: MSGPACK },
      "application/json": { type: "array", items: { $ref: "#/components/schemas/Event" } },
    },
  },
  answerHeaders: {
    [LOG_HEADERS.log]: "the log's id",
    [LOG_HEADERS.head]: "the log's last sequence; absent with a full segment, which never changes",
    [LOG_HEADERS.hash]: "hash of the event at `after`, hex; absent where that is 0",
    etag: "with a full segment: its content in this encoding",
  },
  revalidates: true,
  problems: { 403: ["OTHER_LOG"], 406: ["NO_ENCODING"], 409: ["HEAD_BEFORE_AFTER"], 503: ["TOO_MANY_WAITING"] },
};

/** What the log holds after a sequence, as far as it goes now. */
interface Range {
  head: Sequence;
  bytes: Uint8Array;
  /** The event hash at the sequence that they come after, hex; null at 0. */
  hash: string | null;
}

export interface EventRoutesOptions {
  segments?: Segments;
  polls?: LongPolls;
  /** Told what is sent: how many bytes, in which encoding. */
  served?: (encoding: Encoding, bytes: number) => void;
  /** Told how far an organization's log was seen to go. */
  headSeen?: (organization: Organization, head: Sequence) => void;
}

export function eventRoutes(app: FastifyInstance, options: EventRoutesOptions = {}): void {
  const { segments = new Segments(), polls = new LongPolls(), served = () => {}, headSeen = () => {} } = options;
  const send: Send = (reply, bytes, encoding) => {
    if (encoding !== "identity") reply.header("content-encoding", encoding);
    served(encoding, bytes.length);
    return reply.send(bytes);
  };
  app.addHook("preClose", () => polls.end());
  const readTogether = sharing(readLive);

  app.get("/api/events", { config: { access: READERS, docs: EVENT_DOCS } }, (request, reply) => {
    const { log, logId, checkpoint } = sessionFrom(request).organization;
    const query = queryOf(request.url, request.query);
    if (query.log !== undefined && query.log !== logId)
      throw new HttpProblem("OTHER_LOG", "this token is for another log");
    const asked = { query, form: formFor(request) };
    reply.header("vary", "accept, accept-encoding, authorization").header(LOG_HEADERS.log, logId);

    const { after, limit } = query;
    const { form } = asked;
    const isFull = limit === SEGMENT && after % SEGMENT === 0 && checkpoint >= after + SEGMENT;
    if (!isFull) return answerLive(request, reply, asked);
    const inMemory = form.json ? null : segments.kept(log, after, form.encoding);
    if (!inMemory) return answerFull(request, reply, asked);
    // It is sent before this returns, so there is nothing to wait for.
    void sendSegment(request, reply, { ...inMemory, after, form, send });
  });

  /** A full segment never changes, so anyone may keep it. */
  async function answerFull(request: FastifyRequest, reply: FastifyReply, asked: Asked) {
    const { after } = asked.query;
    const { form } = asked;
    const { log } = sessionFrom(request).organization;
    const segment = await segments.get(log, after, form.json ? "identity" : form.encoding);
    if (!segment) return answerLive(request, reply, asked);
    return sendSegment(request, reply, { ...segment, after, form, send });
  }

  /** What still grows: it says how far the log goes. */
  async function answerLive(request: FastifyRequest, reply: FastifyReply, { query, form }: Asked) {
    const { organization, check } = sessionFrom(request);
    const { log } = organization;
    const { after, limit, wait } = query;
    let range = await readLive(log, after, limit);
    if (range.head === after && wait > 0) {
      request.waited = true;
      if (!(await polls.wait(log, after, reply, wait * 1000))) return reply.send();
      // Whoever was shut out in the meantime gets nothing more.
      await check();
      range = await readTogether(log, after, limit);
    }
    headSeen(organization, range.head);
    reply.header(LOG_HEADERS.head, String(range.head)).header("cache-control", "no-store");
    return await sendRange(reply, { ...range, after, form, send });
  }
}

/** What is asked for, and in which form. */
interface Asked {
  query: z.infer<typeof eventQuery>;
  form: Form;
}

/** Of an address. Desktops that catch up ask for the same segments in the same words. @throws ZodError */
const queryOf = memoize((_url: string, query: unknown) => eventQuery.parse(query));

/** In which form the client wants events. */
interface Form {
  /** For people: the events as JSON. */
  json: boolean;
  encoding: Encoding;
}

/** @throws HttpProblem 406 NO_ENCODING */
function formFor(request: FastifyRequest): Form {
  const { accept, "accept-encoding": accepted } = request.headers;
  const encoding = chooseEncoding(Array.isArray(accepted) ? accepted.join() : accepted);
  if (!encoding) throw new HttpProblem("NO_ENCODING", "Accept-Encoding: take zstd, gzip or identity");
  return { json: accept?.includes("application/json") ?? false, encoding };
}

/** @throws HttpProblem 409 HEAD_BEFORE_AFTER with the head */
async function readLive(log: EventLog, after: Sequence, limit: number): Promise<Range> {
  const head = await log.head(after);
  // What is beyond the head even when it is read anew, from the beginning, is of another history.
  if (head < after && (await log.head()) < after)
    throw new HttpProblem("HEAD_BEFORE_AFTER", `the log ends at ${head}, before ${after}`, { head, after });
  const { bodies, hash } = await readRange(log, after, Math.min(after + limit, segmentEnd(after), head));
  return { head, bytes: Buffer.concat(bodies), hash };
}

/** The same read, done once for all who ask while it is under way: an event may wake a thousand waits. */
function sharing(read: typeof readLive): typeof readLive {
  const underWay = new WeakMap<EventLog, Map<string, Promise<Range>>>();
  return (log, after, limit) => {
    const reads = underWay.get(log) ?? new Map<string, Promise<Range>>();
    underWay.set(log, reads);
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
type Answer = Pick<Range, "bytes" | "hash"> & { after: Sequence; form: Form; send: Send };

/** @param answer.bytes packed, unless they are to be JSON */
function sendSegment(request: FastifyRequest, reply: FastifyReply, answer: Answer & { digest: string }) {
  const { bytes, hash, digest, after, form, send } = answer;
  const etag = `"${digest}.${form.json ? "json" : "msgpack"}.${form.encoding}"`;
  reply.header("etag", etag).header("cache-control", FOR_EVER);
  if (hash) reply.header(LOG_HEADERS.hash, hash);
  if (holds(request.headers["if-none-match"], etag)) return reply.code(304).send();
  if (form.json) return sendRange(reply, { bytes, hash, after, form, send });
  return send(reply.type(MSGPACK), bytes, form.encoding);
}

/** @param answer.bytes not packed */
async function sendRange(reply: FastifyReply, { bytes, hash, after, form, send }: Answer) {
  if (hash) reply.header(LOG_HEADERS.hash, hash);
  const content = form.json ? jsonOf(bytes, after) : bytes;
  const encoding = content.length < WORTH_PACKING ? "identity" : form.encoding;
  return send(reply.type(form.json ? JSON_TYPE : MSGPACK), await pack(content, encoding, "often"), encoding);
}

function jsonOf(bytes: Uint8Array, after: Sequence): Buffer {
  const events = splitEvents(bytes, `events after ${after}`).map((body, n) =>
    eventToJson(body, null, `event ${after + n + 1}`),
  );
  return Buffer.from(`[${events.join(",\n")}]`);
}

/** True if `If-None-Match` names what would be sent: the client has it. */
function holds(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => ["*", etag, `W/${etag}`].includes(tag.trim()));
}
