/** The formats of an export, in the order in which they are offered. */
import { DOCUMENT_FORMATS, type DocumentFormat, isEInvoice } from "../../../events/einvoice/formats.ts";
import { formatName } from "../more/format-words.ts";

export interface FormatChoice {
  format: DocumentFormat;
  name: string;
  /** True for the client's own, which is the first. */
  isClients: boolean;
}

/** @param clients the client's format; null: none is set, or a newer release has set it */
export function exportFormats(clients: string | null): FormatChoice[] {
  const choices = DOCUMENT_FORMATS.map((format) => ({
    format,
    name: formatName(format),
    isClients: format === clients && isEInvoice(format),
  }));
  return [...choices.filter(({ isClients }) => isClients), ...choices.filter(({ isClients }) => !isClients)];
}
