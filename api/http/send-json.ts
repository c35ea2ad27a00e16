/** Sends JSON that may be long, in the client's preferred encoding. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { encodingFor, pack, WORTH_PACKING } from "./content-encoding.ts";

/** Sends JSON. A client that accepts none of the server's encodings gets it uncompressed. */
export async function sendJson(request: FastifyRequest, reply: FastifyReply, value: unknown): Promise<FastifyReply> {
  const text = Buffer.from(JSON.stringify(value));
  reply.header("vary", "accept-encoding, authorization").type("application/json; charset=utf-8");
  const encoding = text.length < WORTH_PACKING ? "identity" : (encodingFor(request) ?? "identity");
  if (encoding !== "identity") reply.header("content-encoding", encoding);
  return reply.send(await pack(text, encoding, "often"));
}
