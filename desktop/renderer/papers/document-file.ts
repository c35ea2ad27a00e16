/** The files of documents. */
import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import type { Argument } from "../../contract/arguments.ts";
import type { PaperFileAnswer } from "../../contract/paper-file.ts";
import { call } from "../state/bridge.ts";
import { CallFailed } from "../state/call-failed.ts";
import { fileMoment } from "../text/moments/moment-words.ts";

/** A file that is shown, printed or saved. */
export interface PaperFile {
  /** Its name in a folder. Of the past, it says which moment it is. */
  name: string;
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Why these are not the bytes that were delivered, as a sentence; null: they are, or none were. */
  instead: string | null;
}

/** @throws CallFailed NOT_ISSUED, FORMAT_RULES, DOCUMENT_NOT_MADE, … */
export async function documentFile(id: number, format: DocumentFormat): Promise<PaperFile> {
  const { instead, ...answer } = await call("documentFile", { id, format });
  return fileOf(answer, instead?.message ?? null);
}

/** A client's statement of account. @throws CallFailed DOCUMENT_NOT_MADE, … */
export async function statementFile(account: Argument<"statementFile">): Promise<PaperFile> {
  const answer = await call("statementFile", account);
  if (!answer) throw new CallFailed({ code: "UNKNOWN_CLIENT", message: "There is no such client." });
  return fileOf(answer, null);
}

function fileOf({ name, mediaType, base64 }: PaperFileAnswer, instead: string | null): PaperFile {
  const moment = fileMoment();
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return { name: moment === null ? name : name.replace(/(\.\w+)$/, ` ${moment}$1`), mediaType, bytes, instead };
}
