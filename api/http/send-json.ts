/** Sends JSON that may be long, in the client's preferred encoding. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { encodingFor, pack, WORTH_PACKING } from "./content-encoding.ts";
import type { Pause } from "./slices.ts";

/**
 * Sends JSON. A client that accepts none of the server's encodings gets it uncompressed.
 *
 * @param pause called after each element of the object's arrays
 */
export async function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  value: object,
  pause: Pause,
): Promise<FastifyReply> {
  const text = Buffer.from(await jsonOf(value, pause));
  reply.header("vary", "accept-encoding, authorization").type("application/json; charset=utf-8");
  const encoding = text.length < WORTH_PACKING ? "identity" : (encodingFor(request) ?? "identity");
  if (encoding !== "identity") reply.header("content-encoding", encoding);
  return reply.send(await pack(text, encoding, "often"));
}

/** As `JSON.stringify` for an object of plain values. */
async function jsonOf(value: object, pause: Pause): Promise<string> {
  const fields: string[] = [];
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const text = Array.isArray(field) ? await arrayOf(field, pause) : JSON.stringify(field);
    fields.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${fields.join(",")}}`;
}

async function arrayOf(elements: readonly unknown[], pause: Pause): Promise<string> {
  const texts: string[] = [];
  for (const element of elements) {
    texts.push(JSON.stringify(element));
    await pause();
  }
  return `[${texts.join(",")}]`;
}
