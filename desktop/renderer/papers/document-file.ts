/** The files of documents. */
import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import { call } from "../state/bridge.ts";
import { fileMoment } from "../text/moments/moment-words.ts";

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
  const { name, mediaType, base64, instead } = await call("documentFile", { id, format });
  return { ...fileOf({ name, mediaType, base64 }), instead: instead?.message ?? null };
}

function fileOf({ name, mediaType, base64 }: { name: string; mediaType: string; base64: string }) {
  const moment = fileMoment();
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return { name: moment === null ? name : name.replace(/(\.\w+)$/, ` ${moment}$1`), mediaType, bytes };
}
