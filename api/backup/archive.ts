/**
 * Archives: several files in one file, in the format of `tar` (POSIX ustar). Entries are read and written in place.
 *
 * An entry is a header of 512 bytes, the content, and zeros up to the next multiple of 512. Two blocks of zeros end the
 * archive. A header contains its own checksum, so this file can check every byte except the contents.
 */
import type { FileHandle } from "node:fs/promises";
import { LogError } from "../../events/errors.ts";
import { readAll, writeAll } from "../../events/sources/file/whole-file.ts";

const BLOCK = 512;
const END = Buffer.alloc(2 * BLOCK);
const MAGIC = Buffer.from("ustar\x0000", "latin1");
/** Larger sizes are written in the binary form of GNU tar, which bsdtar reads too. */
const MAX_OCTAL_SIZE = 8 ** 11 - 1;

/** The fields of a header: offset and length, bytes. */
const NAME = { at: 0, length: 100 };
const SIZE = { at: 124, length: 12 };
const SUM = { at: 148, length: 8 };
const MAGIC_AT = 257;

export interface Entry {
  name: string;
  /** Offset of the content in the archive, bytes. */
  at: number;
  /** Of the content, bytes. */
  length: number;
}

export class ArchiveWriter {
  readonly #file: FileHandle;
  /** Modification time of every entry, s since 1970 UTC. */
  readonly #madeAtS: number;
  readonly #entries: Entry[] = [];
  #end: number;

  /** @param start where it begins in the file: an archive can lie in an entry of another */
  constructor(file: FileHandle, madeAtS: number, start = 0) {
    this.#end = start;
    this.#file = file;
    this.#madeAtS = madeAtS;
  }

  /** The entries added so far. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /**
   * Adds a file.
   *
   * @param name ASCII, at most 100 characters
   * @param write writes the content at the offset `at`; returns its length, bytes
   */
  async add(name: string, write: (at: number) => Promise<number>): Promise<void> {
    const at = this.#end + BLOCK;
    const length = await write(at);
    await writeAll(this.#file, headerOf(name, length, this.#madeAtS), this.#end);
    await writeAll(this.#file, Buffer.alloc(paddingOf(length)), at + length);
    this.#entries.push({ name, at, length });
    this.#end = at + length + paddingOf(length);
  }

  /** @returns where it ends in the file */
  async finish(): Promise<number> {
    await writeAll(this.#file, END, this.#end);
    return this.#end + END.length;
  }
}

/**
 * Lists an archive to its end.
 *
 * @param name of the file, for errors
 * @param range of the archive in the file, bytes; default: all of it
 * @param check called with each entry before the next one is read; may throw to report a damaged entry
 * @throws LogError NOT_A_LOG if the file does not begin like an archive; DAMAGED if it was changed or cut
 */
export async function listArchive(
  file: FileHandle,
  name: string,
  check: (entry: Entry) => Promise<void>,
  range?: Pick<Entry, "at" | "length">,
): Promise<Entry[]> {
  const start = range?.at ?? 0;
  const size = range ? range.at + range.length : (await file.stat()).size;
  const entries: Entry[] = [];
  for (let at = start; ; ) {
    const block = await readAll(file, at, BLOCK);
    if (at === start && !MAGIC.equals(block.subarray(MAGIC_AT, MAGIC_AT + MAGIC.length)))
      throw new LogError("NOT_A_LOG", `${name}: not a backup: it does not begin like one`);
    if (block.length < BLOCK) throw damaged(name, size, "the file ends here, without its end mark");
    if (block.every((byte) => byte === 0)) {
      await checkEnd(file, at, size, name);
      return entries;
    }
    const { name: title, length } = parseHeader(block, at, name);
    const entry = { name: title, at: at + BLOCK, length };
    if (entry.at + length > size)
      throw damaged(name, size, `the file ends here, inside ${title}, which has ${length} bytes`);
    await check(entry);
    const padding = await readAll(file, entry.at + length, paddingOf(length));
    if (padding.length < paddingOf(length)) throw damaged(name, size, `the file ends here, after ${title}`);
    if (padding.some((byte) => byte !== 0))
      throw damaged(name, entry.at + length, `expected only zeros after ${title}`);
    entries.push(entry);
    at = entry.at + length + padding.length;
  }
}

async function checkEnd(file: FileHandle, at: number, size: number, name: string): Promise<void> {
  const end = await readAll(file, at, END.length);
  if (end.length < END.length) throw damaged(name, size, "the file ends here, inside its end mark");
  if (!end.equals(END)) throw damaged(name, at, "expected the zeros that end the file");
  if (size > at + END.length)
    throw damaged(name, at + END.length, `${size - at - END.length} bytes after the end of the archive`);
}

function headerOf(name: string, size: number, madeAtS: number): Buffer {
  if (!/^[\x21-\x7e]{1,100}$/.test(name))
    throw new Error(`${JSON.stringify(name)} is not a valid name for an archive entry`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    header.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
  header.write(name, NAME.at, "latin1");
  octal(0o600, 100, 8);
  octal(0, 108, 8); // owner: root
  octal(0, 116, 8);
  if (size <= MAX_OCTAL_SIZE) octal(size, SIZE.at, SIZE.length);
  else {
    header.writeUInt8(0x80, SIZE.at);
    header.writeBigUInt64BE(BigInt(size), SIZE.at + 4);
  }
  octal(madeAtS, 136, 12);
  header.write("0", 156, "latin1"); // a regular file
  MAGIC.copy(header, MAGIC_AT);
  // Six digits, a zero byte, a blank: the form that every tar writes.
  header.write(`${sumOf(header).toString(8).padStart(6, "0")}\0 `, SUM.at, "latin1");
  return header;
}

function parseHeader(header: Buffer, at: number, file: string): { name: string; length: number } {
  const sum = Number.parseInt(header.toString("latin1", SUM.at, SUM.at + SUM.length), 8);
  if (sum !== sumOf(header)) throw damaged(file, at, "the header of an entry was changed");
  const name = header.toString("latin1", NAME.at, NAME.at + NAME.length).replace(/\0.*$/s, "");
  const size = header.subarray(SIZE.at, SIZE.at + SIZE.length);
  const length = size[0] === 0x80 ? Number(size.readBigUInt64BE(4)) : Number.parseInt(size.toString("latin1"), 8);
  if (!Number.isSafeInteger(length)) throw damaged(file, at, `the size of ${name} is not a number`);
  return { name, length };
}

/** The sum of a header's bytes, with blanks instead of the stored sum. */
function sumOf(header: Buffer): number {
  let sum = 0;
  for (const [at, byte] of header.entries()) sum += at >= SUM.at && at < SUM.at + SUM.length ? 0x20 : byte;
  return sum;
}

function paddingOf(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK;
}

function damaged(name: string, offset: number, problem: string): LogError {
  return new LogError("DAMAGED", `${name}: byte ${offset}: ${problem}`);
}
