/** `GET /api/invoices/:id/document`: a document's file in any format. A thread of its own makes it. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { DOCUMENT_FORMATS } from "../../events/einvoice/formats.ts";
import { momentWord } from "../../projector/queries/moment.ts";
import { attachment } from "../documents/content-disposition.ts";
import type { DocumentMaker } from "../documents/document-maker.ts";
import type { KeptFiles } from "../documents/kept-files.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import type { Shares } from "../http/shares.ts";
import { streamText } from "../http/stream-text.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";

const params = z.object({ id: streamText });

const query = z.object({
  format: z
    .enum(DOCUMENT_FORMATS)
    .default("pdf")
    .describe(
      "`pdf`: paper. `factur-x`: paper (PDF/A-3) with a CII file inside, also known as ZUGFeRD. The others are XML files. A draft or a void document can only be had as `pdf`, which says on each page what it is.",
    ),
  at: momentWord()
    .optional()
    .describe("The document as it stood at a moment of the past, as in other reads. Default: now."),
});

const file = (mediaType: string) => ({ [mediaType]: { type: "string", contentMediaType: mediaType } });

const DOCS: RouteDocs = {
  id: "getDocument",
  summary:
    "Get the file of an invoice or credit note: PDF, Factur-X, or an e-invoice in UBL or CII. If it was delivered in this format by then, these are the bytes that were delivered",
  tag: "invoices",
  query,
  response: { types: { ...file("application/pdf"), ...file("application/xml") } },
  responseHeaders: {
    "content-disposition": "the file's name (RFC 6266)",
  },
  shared: true,
  problems: {
    404: ["UNKNOWN_INVOICE"],
    409: ["NOT_ISSUED", "FORMAT_RULES", "FILE_MISSING", "FILE_ALTERED"],
    500: ["DOCUMENT_NOT_MADE"],
  },
};

interface DocumentRouteOptions {
  documents: DocumentMaker;
  files: KeptFiles;
  shares: Shares;
  /** The time, ms since 1970 UTC. */
  clock?: () => number;
}

export function documentRoutes(
  app: FastifyInstance,
  { documents, files, shares, clock = Date.now }: DocumentRouteOptions,
): void {
  app.get("/api/invoices/:id/document", { config: { access: READERS, docs: DOCS } }, async (request, reply) => {
    const { id } = params.parse(request.params);
    const { format, at = null } = query.parse(request.query);
    request.waited = true; // its duration says nothing about the server
    const { organization, check } = sessionFrom(request);
    const kept = await shares.run(request, () => files.copyOf(organization, { id, format, at }));
    if (kept) {
      await check(); // the session may have ended during the wait
      reply.header("cache-control", "private, no-cache").header("content-disposition", attachment(kept.name));
      return await reply.type(kept.mediaType).send(Buffer.from(kept.bytes));
    }
    const { file, name } = await documents.make(request, organization, { id, format, at, nowMs: clock() });
    await check(); // the session may have ended during the wait
    reply.header("cache-control", "private, no-cache").header("content-disposition", attachment(name));
    return await reply.type(file.mediaType).send(Buffer.from(file.bytes));
  });
}
