/** The XML of a document in any format that has one. */
import type { DocumentFormat } from "../../events/einvoice/formats.ts";
import type { SemanticInvoice } from "../../events/einvoice/semantic.ts";
import { cii } from "./cii.ts";
import { CII_FORMATS, UBL_FORMATS, type UblFormat, type XmlFormat } from "./profiles.ts";
import { ubl } from "./ubl.ts";

/** True if a file of the format is XML, or (Factur-X) has one inside. */
export function hasXml(format: DocumentFormat): format is XmlFormat {
  return isUbl(format) || CII_FORMATS.some((each) => each === format);
}

function isUbl(format: DocumentFormat): format is UblFormat {
  return UBL_FORMATS.some((each) => each === format);
}

/** The XML file of a document, in UBL or CII as the format wants. It always parses; that it keeps the format's rules is
 * for `checkFormat` to say. */
export function einvoiceXml(document: SemanticInvoice, format: XmlFormat): string {
  return isUbl(format) ? ubl(document, format) : cii(document, format);
}
