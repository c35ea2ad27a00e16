/** Files of documents for windows. */

import { documentIn } from "../../../projector/documents/document-in.ts";
import type { Moment } from "../../../projector/queries/moment.ts";
import { sourceOf } from "../../../projector/queries/read.ts";
import type { ParsedArgument } from "../../contract/arguments.ts";
import type { DocumentFileAnswer } from "../../contract/contract.ts";
import type { Desktop } from "../sync/desktop.ts";

/** @throws Refusal UNKNOWN_INVOICE, NOT_ISSUED, FORMAT_RULES; CallError NO_DATA, DOCUMENT_NOT_MADE */
export async function makeDocument(
  desktop: Desktop,
  { id, format, at }: ParsedArgument<"makeDocument">,
): Promise<DocumentFileAnswer> {
  const { reader: db, copy } = desktop;
  const from = {
    db,
    nowMs: Date.now(),
    ...(copy && { sourceAt: (moment: Moment) => copy.moments.sourceAt(moment) }),
  };
  const { file, name } = await desktop.documents.make(documentIn(sourceOf(from, at), id), format);
  return { name, mediaType: file.mediaType, base64: Buffer.from(file.bytes).toString("base64") };
}
