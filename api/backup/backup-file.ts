/** Reads a backup (backup-format.ts), after checking all of it. */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { z } from "zod";
import { checkedBlob, MAX_BLOB_BYTES, parseBlobName } from "../../events/blobs/blob-store.ts";
import { LogError } from "../../events/errors.ts";
import type { LogId } from "../../events/log/log.ts";
import { EventsFile } from "../../events/sources/file/events-file.ts";
import { readAll } from "../../events/sources/file/whole-file.ts";
import { faultsOf } from "../../events/values/zod-words.ts";
import { type Entry, listArchive } from "./archive.ts";
import { hashAt, hashOfEntry } from "./backup.ts";
import {
  ACCOUNTS,
  type AccountLine,
  accountLine,
  CLAIMS,
  type ClaimLine,
  claimLine,
  FORMAT,
  filesEntry,
  logEntry,
  MANIFEST,
  type Manifest,
  manifest,
  SUMS,
  versioned,
} from "./backup-format.ts";
import { checkCheckpoint } from "./backup-proofs.ts";

/** Limit of the manifest and of the list of hashes, which are read at once, bytes: enough for half a million logs. */
const MAX_TEXT_BYTES = 100 * 1024 * 1024;

export class BackupFile {
  readonly path: string;
  /** Identifies the backup: equal backups have equal ids. */
  readonly id: string;
  readonly manifest: Manifest;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(path: string, id: string, manifest: Manifest, entries: ReadonlyMap<string, Entry>) {
    this.path = path;
    this.id = id;
    this.manifest = manifest;
    this.#entries = entries;
  }

  /**
   * Opens a backup and checks it from the first byte to the last, so that later reads are reliable.
   *
   * @param options.onProgress called with the number of bytes read and their total
   * @throws LogError NOT_A_LOG if it is another kind of file, or of a later version; DAMAGED if it was changed or
   *   cut; Error ENOENT
   */
  static async open(
    path: string,
    options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
  ): Promise<BackupFile> {
    const { signal, onProgress } = options;
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const sums = new Map<string, string>();
      let first: Manifest | null = null;
      const entries = await listArchive(file, path, async (entry) => {
        signal?.throwIfAborted();
        // The manifest comes first, so that a later version is not mistaken for a damaged file.
        if (first === null) first = await readManifest(file, path, entry);
        sums.set(entry.name, await hashOfEntry(file, entry));
        onProgress?.(entry.at + entry.length, size);
      });
      if (first === null) throw new LogError("NOT_A_LOG", `${path}: not a backup: an empty archive`);
      const last = entries.at(-1);
      if (last?.name !== SUMS) throw new LogError("DAMAGED", `${path}: ends with ${last?.name}, not with ${SUMS}`);
      const backup = new BackupFile(path, sums.get(SUMS) ?? "", first, new Map(entries.map((one) => [one.name, one])));
      checkNames(path, entries, backup.manifest);
      checkSums(path, await textOf(file, path, last), entries, sums);
      await backup.#checkLogs(signal);
      return backup;
    } finally {
      await file.close();
    }
  }

  /** Opens one of the manifest's logs. */
  async openLog(log: LogId): Promise<EventsFile> {
    const { at, length, name } = this.#entry(logEntry(log));
    return await EventsFile.open(this.path, { at, length, name: `${this.path}: ${name}` });
  }

  /** The files that a log's events name, as far as the store had them. */
  async *files(log: LogId): AsyncGenerator<{ name: Uint8Array; bytes: Uint8Array }> {
    const range = this.#entries.get(filesEntry(log));
    if (!range) return;
    const where = `${this.path}: ${range.name}`;
    const file = await open(this.path, "r");
    try {
      for (const { name, at, length } of await listArchive(file, where, async () => {}, range)) {
        const blob = parseBlobName(name);
        if (!blob || length > MAX_BLOB_BYTES)
          throw new LogError("DAMAGED", `${where}: ${name} is no file of a document`);
        yield { name: blob, bytes: checkedBlob(where, blob, await readAll(file, at, length)) };
      }
    } finally {
      await file.close();
    }
  }

  accounts(): AsyncGenerator<AccountLine> {
    return this.#lines(ACCOUNTS, accountLine);
  }

  claims(): AsyncGenerator<ClaimLine> {
    return this.#lines(CLAIMS, claimLine);
  }

  async *#lines<T>(name: string, schema: z.ZodType<T>): AsyncGenerator<T> {
    const { at, length } = this.#entry(name);
    if (length === 0) return;
    const input = createReadStream(this.path, { start: at, end: at + length - 1 });
    let n = 0;
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      yield parse(line, schema, `${this.path}: ${name}:${++n}`);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`${this.path} has no ${name}`);
    return entry;
  }

  /** The hashes prove that no entry was changed. This check proves that the entries belong together. */
  async #checkLogs(signal?: AbortSignal): Promise<void> {
    for (const { log, events, hash } of this.manifest.logs) {
      signal?.throwIfAborted();
      const file = await this.openLog(log);
      try {
        const actual = { log: await file.id(), events: await file.head(), hash: await hashAt(file, await file.head()) };
        if (actual.log !== log || actual.events !== events || actual.hash !== hash)
          throw new LogError(
            "DAMAGED",
            `${file.name}: log ${actual.log} up to event ${actual.events} (${actual.hash}), expected log ${log} up to event ${events} (${hash})`,
          );
        await checkCheckpoint(file, log);
      } finally {
        await file.close();
      }
    }
  }
}

async function readManifest(file: FileHandle, path: string, entry: Entry): Promise<Manifest> {
  if (entry.name !== MANIFEST)
    throw new LogError("NOT_A_LOG", `${path}: not a backup: its first entry is ${entry.name}`);
  const where = `${path}: ${MANIFEST}`;
  const text = await textOf(file, path, entry);
  const { format, release } = parse(text, versioned, where);
  if (format > FORMAT)
    throw new LogError(
      "NOT_A_LOG",
      `${path}: a backup of format ${format}, made by release ${release}; this release reads formats up to ${FORMAT}: update needed`,
    );
  return parse(text, manifest, where);
}

function checkNames(path: string, entries: readonly Entry[], { logs }: Manifest): void {
  const given = new Set(entries.map(({ name }) => name));
  // Most logs have no files.
  const ofLog = (log: LogId) => [logEntry(log), ...(given.has(filesEntry(log)) ? [filesEntry(log)] : [])];
  const expected = [MANIFEST, ...logs.flatMap(({ log }) => ofLog(log)), ACCOUNTS, CLAIMS, SUMS];
  const index = expected.findIndex((name, n) => entries[n]?.name !== name);
  if (index !== -1)
    throw new LogError("DAMAGED", `${path}: contains ${entries[index]?.name} instead of ${expected[index]}`);
  if (entries.length > expected.length)
    throw new LogError("DAMAGED", `${path}: contains ${entries[expected.length]?.name} after its last entry`);
}

function checkSums(path: string, text: string, entries: readonly Entry[], sums: ReadonlyMap<string, string>): void {
  const lines = text.split("\n");
  for (const [n, { name }] of entries.slice(0, -1).entries())
    if (lines[n] !== `${sums.get(name)}  ${name}`) throw new LogError("DAMAGED", `${path}: ${name} was changed`);
  if (lines.length !== entries.length || lines.at(-1) !== "")
    throw new LogError("DAMAGED", `${path}: ${SUMS} was changed`);
}

async function textOf(file: FileHandle, path: string, { name, at, length }: Entry): Promise<string> {
  if (length > MAX_TEXT_BYTES)
    throw new LogError("DAMAGED", `${path}: ${name}: ${length} bytes, more than the limit of ${MAX_TEXT_BYTES}`);
  return (await readAll(file, at, length)).toString();
}

function problemsIn({ issues }: z.ZodError): string {
  return faultsOf(issues, 3)
    .map(({ field, message }) => `${field || "it"} ${message}`)
    .join("; ");
}

function parse<T>(text: string, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const problem = error instanceof z.ZodError ? problemsIn(error) : String(error);
    throw new LogError("DAMAGED", `${where}: ${problem}`, { cause: error });
  }
}
