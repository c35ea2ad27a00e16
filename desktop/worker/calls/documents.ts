/** Files of documents for windows. */
import { sha256 } from "../../../events/hash.ts";
import { documentIn } from "../../../projector/documents/document-in.ts";
import { statementIn } from "../../../projector/documents/statement-in.ts";
import { deliveredDocument } from "../../../projector/maker/delivered-document.ts";
import type { Moment } from "../../../projector/queries/moment.ts";
import { type ReadSource, sourceOf } from "../../../projector/queries/read.ts";
import type { ParsedArgument } from "../../contract/arguments.ts";
import { CallError } from "../../contract/call-error.ts";
import type { DocumentFileAnswer, InsteadOfDelivered, PaperFileAnswer } from "../../contract/paper-file.ts";
import type { Desktop } from "../sync/desktop.ts";

type Wanted = Omit<ParsedArgument<"documentFile">, "at">;

/**
 * The file that a document was delivered as, if it was delivered in this format; else, or if that file cannot be had, one that is
 * made now.
 *
 * @throws Refusal UNKNOWN_INVOICE, NOT_ISSUED, FORMAT_RULES; CallError NO_DATA, DOCUMENT_NOT_MADE, or the code of
 *   `instead` if the file cannot be made again either
 */
export async function documentFile(
  desktop: Desktop,
  { at, ...wanted }: ParsedArgument<"documentFile">,
): Promise<DocumentFileAnswer> {
  const source = sourceOf(presentOf(desktop), at);
  const document = deliveredDocument(source.db, wanted);
  if (document === null) {
    const { file, name } = await desktop.documents.thread.make(documentIn(source, wanted.id), wanted.format);
    return { ...answerOf(name, file), isDelivered: false, delivered: null, instead: null };
  }
  const { file, mediaType, name } = document;
  const delivered = { sha256: hex(file.sha256), size: file.size, paperVersion: file.paperVersion };
  const found = await desktop.documents.delivered.get(file.sha256);
  if ("bytes" in found)
    return { ...answerOf(name, { mediaType, bytes: found.bytes }), isDelivered: true, delivered, instead: null };
  // The cache may have been replaced in the meantime.
  const again = sourceOf(presentOf(desktop), at);
  const bytes = await makeAgain(desktop, { source: again, ...wanted, ...delivered }, found.absent);
  // Most often it is the same file: then it is the one that was delivered, wherever it comes from.
  const isDelivered = hex(sha256(bytes)) === delivered.sha256;
  if (isDelivered) desktop.documents.delivered.keep(bytes);
  const instead = isDelivered ? null : { ...found.absent, message: `${found.absent.message} ${MADE_AGAIN}` };
  return { ...answerOf(name, { mediaType, bytes }), isDelivered, delivered, instead };
}

/** A client's statement of account, as it is now or was at a moment; null if there is no such client. */
export async function statementFile(
  desktop: Desktop,
  { at, ...account }: ParsedArgument<"statementFile">,
): Promise<PaperFileAnswer | null> {
  const statement = statementIn(sourceOf(presentOf(desktop), at), account);
  if (!statement) return null;
  const { name, file } = await desktop.documents.thread.makeStatement(statement);
  return answerOf(name, file);
}

/** The cache as it is now, and its moments. */
function presentOf({ reader: db, copy }: Desktop): ReadSource {
  return { db, nowMs: Date.now(), ...(copy && { sourceAt: (moment: Moment) => copy.moments.sourceAt(moment) }) };
}

const MADE_AGAIN =
  "What you see was made again from the same document: it states the same, but it is not the same file.";

async function makeAgain(
  desktop: Desktop,
  { source, id, format, paperVersion }: Wanted & { source: ReadSource; paperVersion: number | null },
  { code, message }: InsteadOfDelivered,
): Promise<Uint8Array> {
  try {
    return (await desktop.documents.thread.make(documentIn(source, id), format, paperVersion)).file.bytes;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CallError(code, `${message} It cannot be made again on this device: ${why}`);
  }
}

function answerOf(
  name: string,
  { mediaType, bytes }: Pick<PaperFileAnswer, "mediaType"> & { bytes: Uint8Array },
): PaperFileAnswer {
  return { name, mediaType, base64: Buffer.from(bytes).toString("base64") };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
