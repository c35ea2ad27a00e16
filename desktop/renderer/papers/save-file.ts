/** Saves a file where the user chooses: the browser downloads it, Electron asks. */
import { bridge } from "../state/bridge.ts";
import { CallFailed } from "../state/call-failed.ts";
import { download } from "../state/download.ts";
import type { PaperFile } from "./document-file.ts";

/**
 * @param onLeave called before the file that leaves is read
 * @returns what the user has to know of the file; null: nothing
 * @throws CallFailed NOT_SAVED, or as `read` does
 */
export async function saveFile(read: () => Promise<PaperFile>, onLeave: () => Promise<void>): Promise<string | null> {
  const { files } = bridge;
  // Nothing has left while the user can still cancel. The name is known once the file is made.
  if (files && !(await files.chooseFile((await read()).name))) return null;
  await onLeave();
  const { name, bytes, mediaType, instead } = await read();
  if (!files) download(name, bytes, mediaType);
  else {
    const reply = await files.write(name, bytes);
    if (!reply.ok) throw new CallFailed(reply.failure);
  }
  return instead;
}
