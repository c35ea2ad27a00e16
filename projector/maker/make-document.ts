/** Makes the file of a document in a format: paper, XML, or paper with XML inside. */

import { type DocumentFile, type DocumentFormat, isEInvoice } from "../../events/einvoice/formats.ts";
import { refusal } from "../../events/errors.ts";
import { checkDocument } from "../documents/check-document.ts";
import type { DocumentSource } from "../documents/document-source.ts";
import { einvoiceXml } from "../formats/einvoice.ts";
import { PAPER_VERSION, paper } from "../paper/paper.ts";
import type { PaperInput } from "../paper/parts/input.ts";
import { FACTUR_X_FILE, withFacturXMetadata } from "./factur-x.ts";
import { fileNameOf } from "./file-name.ts";
import { sizeOf } from "./paper-size.ts";

export interface MadeDocument {
  file: DocumentFile;
  /** Its name in a folder. */
  name: string;
  /** The version of the paper; null if there is no paper in it. */
  paperVersion: number | null;
}

/**
 * @param paperVersion of the paper, if there is any
 * @throws Refusal NOT_ISSUED for a discarded draft, and for a draft or a void document in a format other than `pdf`;
 *   FORMAT_RULES if it lacks something for the format
 */
export function makeDocument(
  source: DocumentSource,
  format: DocumentFormat,
  paperVersion: number = PAPER_VERSION,
): MadeDocument {
  const { id, number, invoice, status } = source;
  if (status === "discarded")
    throw refusal("NOT_ISSUED", "this draft was discarded", { values: { invoice: id, status } });
  if (isEInvoice(format)) requireRules(source, format);
  const name = fileNameOf({ number, id, seller: invoice.seller.name }, format);
  const pages = (attached: Uint8Array | null) => paper(paperInput(source, attached), paperVersion);
  if (format === "pdf") return { file: pdf(format, pages(null)), name, paperVersion };
  const xml = new TextEncoder().encode(einvoiceXml(invoice, format));
  if (format !== "factur-x")
    return { file: { format, mediaType: "application/xml", bytes: xml }, name, paperVersion: null };
  return { file: pdf(format, withFacturXMetadata(pages(xml))), name, paperVersion };
}

function requireRules(source: DocumentSource, format: DocumentFormat): void {
  const { id, status } = source;
  if (status === "void")
    throw refusal("NOT_ISSUED", "a void document leaves as a PDF only, which is marked as void", {
      values: { invoice: id, status },
    });
  if (status !== "issued")
    throw refusal("NOT_ISSUED", "a draft leaves as a PDF only: issue it first", { values: { invoice: id, status } });
  const [first, ...more] = checkDocument(source, format);
  if (!first) return;
  const { rule, text, path } = first;
  const others = more.length === 0 ? "" : ` (${rule}; ${more.length} more)`;
  throw refusal("FORMAT_RULES", `${text}${others}`, {
    field: path,
    values: { format, findings: 1 + more.length, rule, text },
  });
}

function pdf(format: DocumentFormat, bytes: Uint8Array): DocumentFile {
  return { format, mediaType: "application/pdf", bytes };
}

/** @param xml is put inside; null: nothing is */
function paperInput(source: DocumentSource, xml: Uint8Array | null): PaperInput {
  const { invoice, language, cancels, logo, colour, status } = source;
  return {
    document: { kind: "invoice", invoice, cancels },
    language,
    size: sizeOf(invoice.seller.address.country),
    logo,
    colour,
    mark: status === "issued" ? null : status === "void" ? "void" : "draft",
    attachment: xml && {
      name: FACTUR_X_FILE,
      mediaType: "text/xml",
      bytes: xml,
      description: `Factur-X ${invoice.number}`,
      relationship: "alternative",
    },
  };
}
