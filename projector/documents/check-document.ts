/** What a document lacks for a format. */
import { semanticOf } from "../../events/document/semantic-of.ts";
import type { Finding } from "../../events/einvoice/finding.ts";
import type { DocumentFormat } from "../../events/einvoice/formats.ts";
import { checkFormat } from "../../events/einvoice/rules/check-format.ts";
import type { ReadSource } from "../queries/read.ts";
import type { DocumentSource } from "./document-source.ts";
import { typedDocument } from "./draft-document.ts";

/** A draft's number, while it has none: no rule is about what it is. */
const SOME_NUMBER = "1";

/**
 * Checks a document by the rules of a format; a draft as it would be issued now.
 *
 * @returns what it lacks, in the order of the places; empty: it has all
 */
export function checkDocument(
  { invoice, number }: Pick<DocumentSource, "invoice" | "number">,
  format: DocumentFormat,
): Finding[] {
  return checkFormat(number === null ? { ...invoice, number: SOME_NUMBER } : invoice, format);
}

/**
 * Checks what is typed in a form and not sent yet, as it would be issued now.
 *
 * @throws Refusal what the rules of a draft refuse
 */
export function checkTyped(
  { db, nowMs }: ReadSource,
  draft: Parameters<typeof typedDocument>[1],
  format: DocumentFormat,
): Finding[] {
  const typed = typedDocument(db, draft, nowMs);
  return typed ? checkDocument({ invoice: semanticOf(typed), number: null }, format) : [];
}
