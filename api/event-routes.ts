/** `GET /api/events`: ranges of the log, as the events' own bytes one after the other. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { eventToJson } from "../events/event-json.ts";
import { eventHash } from "../events/hash.ts";
import { LOG_HEADERS, MAX_WAIT_S } from "../events/http-log.ts";
import type { WritableLog } from "../events/log.ts";
import { SEGMENT, type Sequence, segmentEnd } from "../events/sequence.ts";
import type { Organizations } from "./organizations.ts";
import { HttpProblem } from "./problems.ts";
import { claims, requireSession, sessionFrom, sessionOf } from "./sessions.ts";

const MSGPACK = "application/vnd.msgpack";

const query = z.object({
  log: z.string().optional(),
  after: z.coerce.number().pipe(z.int().min(0)).default(0),
  limit: z.coerce.number().pipe(z.int().min(0).max(SEGMENT)).default(SEGMENT),
  wait: z.coerce.number().pipe(z.int().min(0).max(MAX_WAIT_S)).default(0),
});

export function eventRoutes(app: FastifyInstance, organizations: Organizations): void {
  app.get("/api/events", { onRequest: requireSession(organizations) }, async (request, reply) => {
    const { organization } = sessionFrom(request);
    const { log: wanted, after, limit, wait } = query.parse(request.query);
    const { log, logId } = organization;
    if (wanted !== undefined && wanted !== logId)
      throw new HttpProblem(403, "OTHER_LOG", "this token is for another log");

    let head = await headFrom(log, after);
    if (head === after && wait > 0) {
      await waitFor(request, log, after, wait * 1000);
      // Whoever was shut out in the meantime gets nothing more.
      await sessionOf(organizations, claims.parse(request.user));
      head = await headFrom(log, after);
    }
    const upTo = Math.min(after + limit, segmentEnd(after), head);
    const { bodies, hash } = await readRange(log, after, upTo);
    reply.header(LOG_HEADERS.log, logId);
    if (hash) reply.header(LOG_HEADERS.hash, hash.toString("hex"));
    reply.header("vary", "accept, accept-encoding, authorization");
    // A full segment never changes, so anyone may keep it. The last one still grows: it says how far the log goes.
    if (bodies.length === SEGMENT) return sendSegment(request, reply, logId, after, bodies);
    reply.header(LOG_HEADERS.head, String(head)).header("cache-control", "no-store");
    return sendEvents(request, reply, after, bodies);
  });
}

/** The head, which is not before what the client holds. @throws HttpProblem 409 HEAD_BEFORE_AFTER with the head */
async function headFrom(log: WritableLog, after: Sequence): Promise<Sequence> {
  const head = await log.head();
  if (head >= after) return head;
  throw new HttpProblem(409, "HEAD_BEFORE_AFTER", `the log ends at ${head}, before ${after}`, { head, after });
}

async function readRange(log: WritableLog, after: Sequence, upTo: Sequence) {
  // From the event at `after` on: its hash says which history this is.
  const from = Math.max(0, after - 1);
  const bodies: Uint8Array[] = [];
  for await (const batch of log.read({ after: from, upTo: Math.max(upTo, after) })) bodies.push(...batch.bodies);
  const at = after > 0 ? bodies.shift() : undefined;
  return { bodies, hash: at ? eventHash(at) : null };
}

function sendSegment(
  request: FastifyRequest,
  reply: FastifyReply,
  logId: string,
  after: Sequence,
  bodies: readonly Uint8Array[],
): unknown {
  const etag = `"${logId}/${after}"`;
  reply.header("etag", etag).header("cache-control", "private, max-age=31536000, immutable");
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return sendEvents(request, reply, after, bodies);
}

function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  after: Sequence,
  bodies: readonly Uint8Array[],
): unknown {
  if (request.headers.accept?.includes("application/json")) {
    const events = bodies.map((body, n) => eventToJson(body, null, `event ${after + n + 1}`));
    const text = `[${events.join(",\n")}]`;
    return reply.type("application/json; charset=utf-8").send(text);
  }
  return reply.type(MSGPACK).send(Buffer.concat(bodies));
}

/** Until the log has more, the client is gone, or the time is over. */
async function waitFor(request: FastifyRequest, log: WritableLog, after: Sequence, timeoutMs: number): Promise<void> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const gone = () => stop.abort();
  request.raw.socket.once("close", gone);
  try {
    await log.changed(after, stop.signal);
  } finally {
    clearTimeout(timer);
    request.raw.socket.off("close", gone);
  }
}
