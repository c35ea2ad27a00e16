/** What a document lacks for a format. */
import type { Finding } from "../../events/einvoice/finding.ts";
import type { DocumentFormat } from "../../events/einvoice/formats.ts";
import { checkFormat } from "../../events/einvoice/rules/check-format.ts";
import type { DocumentSource } from "./document-source.ts";

/** A draft's number, while it has none: no rule is about what it is. */
const SOME_NUMBER = "1";

/**
 * Checks a document by the rules of a format; a draft as it would be issued now.
 *
 * @returns what it lacks, in the order of the places; empty: it has all
 */
export function checkDocument({ invoice, number }: DocumentSource, format: DocumentFormat): Finding[] {
  return checkFormat(number === null ? { ...invoice, number: SOME_NUMBER } : invoice, format);
}
