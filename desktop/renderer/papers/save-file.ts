/** Saves a file where the user chooses: the browser downloads it, Electron asks. */
import { download } from "../state/download.ts";
import type { PaperFile } from "./document-file.ts";

/**
 * @param onLeave called before the file that leaves is read
 * @returns what the user has to know of the file; null: nothing
 */
export async function saveFile(read: () => Promise<PaperFile>, onLeave: () => Promise<void>): Promise<string | null> {
  await onLeave();
  const file = await read();
  download(file.name, file.bytes, file.mediaType);
  return file.instead;
}
