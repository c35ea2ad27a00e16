/** Why a file cannot be read as a document. */
export type FormatErrorCode =
  | "NOT_XML" // not well-formed, or with a document type declaration, which no e-invoice needs and which can do harm
  | "UNKNOWN_DOCUMENT" // XML, but neither a UBL invoice or credit note nor a Cross Industry Invoice
  | "MISSING" // an element that the model cannot do without
  | "BAD_VALUE"; // a value that the model cannot hold: too many decimals, another currency, an unknown category

/** The message is for people: it names the place in the file, and the value. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
