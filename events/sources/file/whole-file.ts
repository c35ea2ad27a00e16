/** Files that are there as a whole or not at all, and reads and writes that do all that was asked. */
import { randomBytes } from "node:crypto";
import { access, type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export interface WriteOptions {
  /** Replace the file of that name. Without it, a file of that name is left as it is, and the write fails. */
  overwrite?: boolean;
  /** Who may read and write it: bits as of `chmod`, less the process's umask; default 0o666. */
  mode?: number;
}

/**
 * Writes a file under another name beside it, and gives it its name when it is whole and on the disk. If anything
 * fails, nothing is left behind, and a file of that name is as it was.
 *
 * @throws Error EEXIST if there is a file of that name, and `overwrite` is not set
 */
export async function writeWholeFile<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  { overwrite = false, mode = 0o666 }: WriteOptions = {},
): Promise<T> {
  if (!overwrite) await refuseExisting(path);
  const temporary = `${path}.${randomBytes(6).toString("hex")}.part`;
  const file = await open(temporary, "wx+", mode); // what was written may be read again
  try {
    const result = await write(file);
    await file.sync();
    await file.close();
    if (overwrite) await rename(temporary, path);
    else await renameIfFree(temporary, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes all bytes at an offset. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
}

/** Reads `length` bytes from an offset; fewer where the file ends. */
export async function readAll(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function renameIfFree(from: string, to: string): Promise<void> {
  try {
    await link(from, to); // unlike rename, it refuses a name that is taken
    await rm(from);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw existing(to);
    // A file system without links, such as a stick's: then by looking, which two writers at once could get past.
    await refuseExisting(to);
    await rename(from, to);
  }
}

async function refuseExisting(path: string): Promise<void> {
  const taken = await access(path).then(
    () => true,
    () => false,
  );
  if (taken) throw existing(path);
}

function existing(path: string): Error {
  return Object.assign(new Error(`${path} exists already`), { code: "EEXIST" });
}

/** Makes the new name durable. Windows cannot, and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
