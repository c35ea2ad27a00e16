/** `GET /api/blobs/:sha256`: a file that was delivered, by the SHA-256 of its bytes. It never changes. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { blobText, parseBlobName } from "../../events/blobs/blob-store.ts";
import { LOG_HEADERS } from "../../events/sources/http/events-request.ts";
import { readBlob } from "../documents/kept-files.ts";
import { HttpProblem } from "../http/problems.ts";
import { isHeld } from "../http/public-page.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import type { Shares } from "../http/shares.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";

const params = z.object({ sha256: z.string() });

const file = (mediaType: string) => ({ [mediaType]: { type: "string", contentMediaType: mediaType } });

const DOCS: RouteDocs = {
  id: "getBlob",
  summary: "Get a delivered file by the SHA-256 of its bytes, which `deliveries` of an invoice names",
  tag: "invoices",
  shared: true,
  headers: ["IfNoneMatch"],
  response: { types: { ...file("application/pdf"), ...file("application/xml") } },
  responseHeaders: { etag: "the SHA-256 of the bytes", [LOG_HEADERS.log]: "the id of the organization's log" },
  revalidates: true,
  problems: { 404: ["NO_SUCH_FILE"], 409: ["FILE_ALTERED"] },
};

export function blobRoutes(app: FastifyInstance, { shares }: { shares: Shares }): void {
  app.get("/api/blobs/:sha256", { config: { access: READERS, docs: DOCS } }, (request, reply) =>
    shares.run(request, async () => {
      const { organization } = sessionFrom(request);
      reply.header(LOG_HEADERS.log, organization.logId).header("vary", "authorization");
      const name = parseBlobName(params.parse(request.params).sha256);
      const bytes = name && (await readBlob(await organization.blobs(), name));
      if (!name || !bytes) throw new HttpProblem("NO_SUCH_FILE", "there is no file with this SHA-256");
      const etag = `"${blobText(name)}"`;
      reply.header("etag", etag).header("cache-control", "private, max-age=31536000, immutable");
      if (isHeld(etag, request.headers["if-none-match"])) return reply.code(304).send();
      return reply.type(mediaTypeOf(bytes)).send(Buffer.from(bytes));
    }),
  );
}

const PDF = Buffer.from("%PDF-");

/** By the first bytes: what is kept is a PDF, or else XML. */
function mediaTypeOf(bytes: Uint8Array): string {
  return Buffer.compare(bytes.subarray(0, PDF.length), PDF) === 0 ? "application/pdf" : "application/xml";
}
