/** The response to a read at a moment of the past: it says the moment, and clients may keep it but must ask again. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { encodingFor, pack, WORTH_PACKING } from "../http/content-encoding.ts";
import { isHeld } from "../http/public-page.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import type { MomentAnswer } from "../moments/moment-thread-program.ts";

const HEADERS = { seq: "invoify-moment", time: "invoify-moment-time" } as const;

/** What every read documents, because each can be asked for a moment. */
export const MOMENT_DOCS = {
  headers: ["IfNoneMatch"],
  responseHeaders: {
    [HEADERS.seq]: "only with `at`: the last event that the answer knows of",
    [HEADERS.time]: "only with `at`: the time there, which decides what is overdue (RFC 3339)",
    etag: "only with `at`: identifies the answer in this encoding",
  },
  revalidates: true,
  problems: { 503: ["READ_TOO_LONG"] },
} as const satisfies Partial<RouteDocs>;

/**
 * @param missing the problem if what was asked for did not exist then
 * @throws that problem
 */
export async function sendMoment(
  request: FastifyRequest,
  reply: FastifyReply,
  { moment, json, digest }: MomentAnswer,
  missing: () => Error,
): Promise<FastifyReply> {
  reply.header(HEADERS.seq, String(moment.seq)).header(HEADERS.time, new Date(moment.atMs).toISOString());
  if (json === null) throw missing();
  const encoding = json.length < WORTH_PACKING ? "identity" : (encodingFor(request) ?? "identity");
  const etag = `"${digest}.${encoding}"`;
  // The past does not change, but a later release may tell it better, and rights do change: each use is asked for again.
  reply.header("etag", etag).header("cache-control", "private, no-cache");
  reply.header("vary", "accept-encoding, authorization").type("application/json; charset=utf-8");
  if (isHeld(etag, request.headers["if-none-match"])) return reply.code(304).send();
  if (encoding !== "identity") reply.header("content-encoding", encoding);
  return reply.send(await pack(json, encoding, "often"));
}
