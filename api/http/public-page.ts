/** Pages that are the same for everyone: made and compressed once, however often they are requested. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Encoding, encodingFor, pack } from "./content-encoding.ts";

export class PublicPage {
  readonly #make: () => string;
  #content: { bytes: Buffer; digest: string } | null = null;
  readonly #packed = new Map<Encoding, Promise<Uint8Array>>();

  /** @param make called once, at the first request */
  constructor(make: () => string) {
    this.#make = make;
  }

  /** Sends the page in the client's preferred encoding, or 304 if the client has it. Set the media type before. */
  async send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    this.#content ??= contentOf(this.#make());
    const { bytes, digest } = this.#content;
    const encoding = encodingFor(request) ?? "identity";
    const etag = `"${digest}.${encoding}"`;
    reply.header("etag", etag).header("vary", "accept-encoding").header("cache-control", "public, no-cache");
    if (isHeld(etag, request.headers["if-none-match"])) return reply.code(304).send();
    const packed = this.#packed.get(encoding) ?? pack(bytes, encoding, "once");
    this.#packed.set(encoding, packed);
    if (encoding !== "identity") reply.header("content-encoding", encoding);
    return reply.send(await packed);
  }
}

function contentOf(text: string): { bytes: Buffer; digest: string } {
  const bytes = Buffer.from(text);
  return { bytes, digest: createHash("sha256").update(bytes).digest("base64url") };
}

/** True if `If-None-Match` contains the tag: the client already has the response. */
export function isHeld(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => ["*", etag, `W/${etag}`].includes(tag.trim()));
}
