/** Reads about the files of documents. */
import { z } from "zod";
import { draftInput } from "../../../events/document/draft.ts";
import { DOCUMENT_FORMATS } from "../../../events/einvoice/formats.ts";
import { Refusal } from "../../../events/errors.ts";
import { streamId } from "../../../events/values/schema.ts";
import { checkDocument, checkTyped } from "../../documents/check-document.ts";
import { documentIn } from "../../documents/document-in.ts";
import { define } from "../read.ts";

export const DOCUMENT_READS = {
  checkDocument: define({
    summary: "What an invoice or credit note lacks for a format; a draft as it would be issued now",
    input: z.strictObject({
      id: streamId(),
      format: z.enum(DOCUMENT_FORMATS).describe("The format whose rules it is checked by."),
    }),
    http: { path: "/api/invoices/:id/check", answer: { of: "Finding", as: "rows" }, missing: "UNKNOWN_INVOICE" },
    run(source, { id, format }) {
      try {
        return checkDocument(documentIn(source, id), format);
      } catch (error) {
        if (error instanceof Refusal && error.rule === "UNKNOWN_INVOICE") return undefined;
        throw error;
      }
    },
  }),
  checkDraft: define({
    summary: "What a document that is typed in a form lacks for a format, as it would be issued now",
    input: z.strictObject({
      kind: z.enum(["invoice", "credit_note"]),
      correctsId: streamId().nullable().describe("The invoice that it credits; null: none."),
      draft: draftInput,
      format: z.enum(DOCUMENT_FORMATS),
    }),
    http: null,
    run: (source, { format, ...draft }) => checkTyped(source, draft, format),
  }),
} as const;
