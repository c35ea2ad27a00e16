/** Writes files that are complete or absent, and reads and writes all requested bytes. */
import { randomBytes } from "node:crypto";
import { access, type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { PRIVATE_FILE } from "../../private-files.ts";

export interface WriteOptions {
  /** Replaces an existing file. Without it, an existing file is left unchanged, and the write fails. */
  overwrite?: boolean;
}

/**
 * Writes a private file under a temporary name beside it, and renames it once it is complete and on the disk. If anything
 * fails, nothing is left behind, and an existing file is unchanged.
 *
 * @throws Error EEXIST if the file exists and `overwrite` is not set
 */
export async function writeWholeFile<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  { overwrite = false }: WriteOptions = {},
): Promise<T> {
  if (!overwrite) await refuseExisting(path);
  const temporary = `${path}.${randomBytes(6).toString("hex")}.part`;
  let file: FileHandle | null = null;
  try {
    file = await open(temporary, "wx+", PRIVATE_FILE); // `write` may read back what it wrote
    const result = await write(file);
    await file.sync();
    await file.close();
    if (overwrite) await rename(temporary, path);
    else await renameIfFree(temporary, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await file?.close().catch(() => {});
    await rm(temporary, { force: true });
    throw naming(path, error);
  }
}

/** Operations that fail because of the file that is written, and not because of what is copied into it. */
const WRITING = new Set(["open", "write", "fsync", "close", "link", "rename"]);

/** Names the file in an error of the system: a failed write names none, and the temporary name means nothing to people. */
function naming(path: string, error: unknown): unknown {
  const { syscall = "", path: named } = error as NodeJS.ErrnoException;
  const isOurs = WRITING.has(syscall) && (named === undefined || named.startsWith(`${path}.`));
  return error instanceof Error && isOurs ? Object.assign(error, { path }) : error;
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
    await link(from, to); // unlike rename, link refuses an existing name
    await rm(from);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw existing(to);
    // A file system without links, such as that of a USB stick. Two concurrent writers could both pass this check.
    await refuseExisting(to);
    await rename(from, to);
  }
}

async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw existing(path);
}

function existing(path: string): Error {
  return Object.assign(new Error(`${path} already exists`), { code: "EEXIST", path });
}

/** Makes the new name durable. Windows cannot do this, and does not need it. */
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
