/** Exports many documents, one after the other. What cannot be made is named, and the others are exported. */
import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import { FileNames } from "../../../projector/maker/file-name.ts";
import type { Failure } from "../../contract/call-error.ts";
import { failureIn } from "../state/call-failed.ts";
import type { PaperFile } from "./document-file.ts";

/** A document of an export, as far as it is named. */
export interface Exported {
  id: number;
  /** Null: a draft. */
  number: string | null;
  client: string | null;
  status: string;
}

/** A document with what the user has to know of it. */
export interface Remark {
  document: Exported;
  text: string;
  /** The format for which the document lacks something; absent: that is not the reason. */
  lacking?: DocumentFormat;
}

export interface ExportResult {
  done: number;
  /** What was not exported, and why. */
  missing: readonly Remark[];
  /** What was exported, but is not the file that was delivered. */
  instead: readonly Remark[];
  /** True if the user ended it before its end. */
  isCancelled: boolean;
}

interface ExportSteps<Document extends Exported> {
  documents: AsyncIterable<Document>;
  /** The format of a document. */
  formatOf: (document: Document) => Promise<DocumentFormat>;
  /** Records that it leaves. */
  record: (document: Document, format: DocumentFormat) => Promise<void>;
  read: (id: number, format: DocumentFormat) => Promise<PaperFile>;
  /** Puts a file where all go. */
  write: (name: string, file: PaperFile) => Promise<void>;
  /** Called after each document with the number of those before it. */
  onProgress: (count: number) => void;
  signal: AbortSignal;
}

/** Failures that concern one document. Any other would be that of all which follow. */
const OF_ONE: ReadonlySet<string> = new Set([
  "FORMAT_RULES",
  "NOT_ISSUED",
  "UNKNOWN_INVOICE",
  "DOCUMENT_NOT_MADE",
  "KEPT_ON_SERVER",
  "FILE_MISSING",
  "FILE_ALTERED",
]);

/** @throws CallFailed if it cannot go on, for example because the user has logged out */
export async function exportDocuments<Document extends Exported>(
  steps: ExportSteps<Document>,
  words: (failure: Failure) => string,
): Promise<ExportResult> {
  const names = new FileNames();
  const missing: Remark[] = [];
  const instead: Remark[] = [];
  let [count, done] = [0, 0];
  for await (const document of steps.documents) {
    if (steps.signal.aborted) break;
    const why = await exportOne(document);
    if (why === null) done++;
    else missing.push({ document, ...why });
    steps.onProgress(++count);
  }
  return { done, missing, instead, isCancelled: steps.signal.aborted };

  /** @returns why it is not exported; null: it is */
  async function exportOne(document: Document): Promise<Omit<Remark, "document"> | null> {
    if (document.number === null) return { text: "It is a draft. Issue it first." };
    const format = await steps.formatOf(document);
    if (document.status === "void" && format !== "pdf") return { text: "It is void. It leaves as PDF only." };
    try {
      await steps.record(document, format);
      const file = await steps.read(document.id, format);
      if (steps.signal.aborted) return { text: "The export was cancelled." };
      await steps.write(names.unused(file.name), file);
      if (file.instead !== null) instead.push({ document, text: file.instead });
      return null;
    } catch (error) {
      const failure = failureIn(error);
      if (!OF_ONE.has(failure.code)) throw error;
      return { text: words(failure), ...(failure.code === "FORMAT_RULES" && { lacking: format }) };
    }
  }
}
