/** Files of documents and statements, as they cross the channel. Types only. */

export interface PaperFileAnswer {
  /** Its name in a folder. */
  name: string;
  mediaType: "application/pdf" | "application/xml";
  /** The channels of shells carry text. */
  base64: string;
}

/** The file of a document, named after its number and its seller. */
export interface DocumentFileAnswer extends PaperFileAnswer {
  /** True: these are the bytes that were delivered. Their SHA-256 is the one that was recorded. */
  isDelivered: boolean;
  /** The file that was delivered first in this format; null: none was, or it was not kept. */
  delivered: {
    /** Hex. */
    sha256: string;
    /** Bytes. */
    size: number;
    /** Null: it has no pages. */
    paperVersion: number | null;
  } | null;
  /** Why the bytes are made again, although a file was delivered; null: they are not. */
  instead: InsteadOfDelivered | null;
}

/** Why a delivered file cannot be shown. The message is for the user. */
export interface InsteadOfDelivered {
  /** FILE_MISSING and FILE_ALTERED: on the server. KEPT_ON_SERVER: the server cannot be asked now. */
  code: "KEPT_ON_SERVER" | "FILE_MISSING" | "FILE_ALTERED";
  message: string;
}
