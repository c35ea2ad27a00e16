/**
 * Makes a backup of a store (backup-format.ts) while servers use it.
 *
 * It contains every command acknowledged before it began, and no account without its user. The order of reading
 * ensures this:
 *
 * 1. What was signed of each log, and then its head, which is at least as far. Later events are left out, so each log in the backup is a prefix of the original. This needs
 *    no lock, because the events of a log never change.
 * 2. The events up to these heads.
 * 3. The accounts. If they were read before the heads, a user added in between would be in the log without an account,
 *    and could not log in. Read now, they include accounts of users added after the heads. Those are left out: otherwise
 *    they could be mistaken for accounts of later users of the restored log. A password changed during the backup is the
 *    new one.
 * 4. The claims of addresses. An address that moved during the backup goes back to the user who had it at the heads.
 */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { blobText } from "../../events/blobs/blob-store.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import { BlockCounter } from "../../events/log/blocks.ts";
import type { EventLog, LogId, StoredEvent, WritableLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { writeEventsAt } from "../../events/sources/file/events-file.ts";
import { readAll, writeAll, writeWholeFile } from "../../events/sources/file/whole-file.ts";
import { lookUp, NamedBlobs } from "../../projector/command-line/named-blobs.ts";
import { countOf } from "../../projector/text/figures.ts";
import type { Signing } from "../proofs/signing.ts";
import { refuseDuringRestore } from "../storage/restore-mark.ts";
import type { Storage } from "../storage/storage.ts";
import { ArchiveWriter, type Entry } from "./archive.ts";
import {
  ACCOUNTS,
  type AccountLine,
  CLAIMS,
  type ClaimLine,
  FORMAT,
  filesEntry,
  logEntry,
  MANIFEST,
  type Manifest,
  SUMS,
} from "./backup-format.ts";
import { signedStateOf } from "./backup-proofs.ts";
import { BackupUsers } from "./backup-users.ts";

/** Text is written and files are hashed in chunks of this size, bytes. */
const CHUNK_BYTES = 1024 * 1024;

interface BackupOptions {
  /** Of Invoify. */
  release: string;
  signal?: AbortSignal;
  /** Called with the number of events copied and their total. */
  onProgress?: (done: number, total: number) => void;
  /** ms since 1970 UTC. */
  clock?: () => number;
  /** What the server signs with: then each log in the backup has a signed checkpoint. */
  signing?: Signing | null;
  /** Called with what an operator should know. */
  onNote?: (text: string) => void;
}

/** The result of a backup. */
interface BackupResult {
  beganAt: string;
  logs: number;
  events: number;
  accounts: number;
  /** Files of delivered documents. */
  files: number;
  /** Of the file. */
  bytes: number;
}

/**
 * Writes a backup of the whole store. The file appears only once it is complete, on the disk, and has been read back.
 *
 * @throws LogError NOT_A_LOG if the store contains no log; UNREACHABLE, DAMAGED, UNKNOWN_EVENT; Error EEXIST if the
 *   file exists
 */
export async function makeBackup(storage: Storage, path: string, options: BackupOptions): Promise<BackupResult> {
  const { release, onProgress, clock = Date.now } = options;
  await refuseDuringRestore(storage);
  const beganAtMs = clock();
  const heads = await headsOf(storage, options);
  const manifest: Manifest = {
    format: FORMAT,
    release,
    beganAt: new Date(beganAtMs).toISOString(),
    logs: heads.map(({ entry }) => entry),
  };
  if (manifest.logs.length === 0) throw new LogError("NOT_A_LOG", `${storage.name}: contains no log to back up`);
  const total = manifest.logs.reduce((sum, { events }) => sum + events, 0);

  const write = async (file: FileHandle): Promise<BackupResult> => {
    const madeAtS = Math.floor(beganAtMs / 1000);
    const [archive, users] = [new ArchiveWriter(file, madeAtS), new BackupUsers()];
    await archive.add(MANIFEST, (at) => writeText(file, at, [`${JSON.stringify(manifest, null, 2)}\n`]));
    let done = 0;
    let files = 0;
    for (const {
      entry: { log, events },
      checkpoint,
    } of heads) {
      const copied = readEvents(
        storage,
        log,
        events,
        { users, ...(options.signal && { signal: options.signal }) },
        (n) => onProgress?.(done + n, total),
      );
      const named = new NamedBlobs();
      const noted = noting(copied, named);
      await archive.add(logEntry(log), async (at) => (await writeEventsAt(file, at, noted, { checkpoint })).length);
      if (named.size > 0)
        await archive.add(filesEntry(log), async (at) => {
          const written = await writeFiles(storage, log, named, { file, at, madeAtS, ...options });
          files += written.files;
          return written.length;
        });
      done += events;
    }
    let accounts = 0;
    const counting = lines(accountsAtHeads(storage, users), () => accounts++);
    await archive.add(ACCOUNTS, (at) => writeText(file, at, counting));
    await archive.add(CLAIMS, (at) => writeText(file, at, lines(claimsAtHeads(storage, users))));
    await archive.add(SUMS, async (at) => await writeText(file, at, await sumsOf(file, archive.entries)));
    await archive.finish();
    const { size: bytes } = await file.stat();
    return { beganAt: manifest.beganAt, logs: manifest.logs.length, events: total, accounts, files, bytes };
  };
  return await writeWholeFile(path, write);
}

async function headsOf(storage: Storage, { signal, signing = null, onNote = () => {} }: BackupOptions) {
  const heads: { entry: Manifest["logs"][number]; checkpoint: () => string | null }[] = [];
  for (const log of await storage.listLogs()) {
    signal?.throwIfAborted();
    const head = await withLog(storage, log, async (opened) => {
      const { signed, forks, checkpoint } = await signedStateOf(storage, opened, { logId: log, signing, onNote });
      const events = await opened.head();
      return { entry: { log, events, hash: await hashAt(opened, events), signed, forks }, checkpoint };
    });
    heads.push(head);
  }
  return heads;
}

/** Reads a log's events up to its head, and records its users. */
async function* readEvents(
  storage: Storage,
  log: LogId,
  upTo: Sequence,
  { users, signal }: { users: BackupUsers; signal?: AbortSignal },
  onProgress: (done: number) => void,
): AsyncGenerator<StoredEvent> {
  const opened = await openExisting(storage, log);
  try {
    const readUsers = users.reader(log);
    let seq = 0;
    const counter = new BlockCounter();
    for await (const event of opened.readStored({ after: 0, upTo })) {
      readUsers(event);
      yield event;
      seq = event.seq;
      if (!counter.add(seq, event.body)) continue;
      onProgress(seq);
      await setImmediate(); // an embedded log never yields, so signals would not be handled
      signal?.throwIfAborted();
    }
    if (seq < upTo)
      throw new LogError("DAMAGED", `${opened.name}: ended at event ${upTo} before, and now ends at event ${seq}`);
    onProgress(upTo);
  } finally {
    await opened.close();
  }
}

async function* noting(events: AsyncIterable<StoredEvent>, named: NamedBlobs): AsyncGenerator<StoredEvent> {
  for await (const event of events) {
    named.add(event.seq, event.body);
    yield event;
  }
}

interface FilesTarget extends Pick<BackupOptions, "signal" | "onNote"> {
  file: FileHandle;
  at: number;
  madeAtS: number;
}

/** Writes the files that events name. Each was durable before its event, so those of all events up to the head are there. */
async function writeFiles(
  storage: Storage,
  log: LogId,
  named: NamedBlobs,
  { file, at, madeAtS, signal, onNote }: FilesTarget,
): Promise<{ files: number; length: number }> {
  const archive = new ArchiveWriter(file, madeAtS, at);
  const blobs = await storage.openBlobs(log, { create: false });
  const lost = { missing: 0, altered: 0 };
  try {
    for (const { name } of named) {
      signal?.throwIfAborted();
      const bytes = blobs === null ? "missing" : await lookUp(blobs, name);
      if (typeof bytes === "string") lost[bytes]++;
      else
        await archive.add(blobText(name), async (at) => {
          await writeAll(file, bytes, at);
          return bytes.length;
        });
      await setImmediate();
    }
  } finally {
    await blobs?.close();
  }
  for (const [what, count] of Object.entries(lost))
    if (count > 0)
      onNote?.(`log ${log}: ${countOf(count, "file")} of its documents ${what}: the backup does not have them`);
  return { files: archive.entries.length, length: (await archive.finish()) - at };
}

async function* accountsAtHeads({ accounts }: Storage, users: BackupUsers): AsyncGenerator<AccountLine> {
  for await (const { logId, userEventId, passwordHash } of accounts.listAccounts())
    if (users.has({ logId, userEventId })) yield { logId, userEventId, passwordHash };
}

async function* claimsAtHeads({ accounts }: Storage, users: BackupUsers): AsyncGenerator<ClaimLine> {
  for await (const current of accounts.listClaims()) {
    const claim = users.claimAtHeads(current);
    if (claim) yield claim;
  }
}

async function* lines(records: AsyncIterable<object>, onLine: () => void = () => {}): AsyncGenerator<string> {
  for await (const record of records) {
    yield `${JSON.stringify(record)}\n`;
    onLine();
  }
}

/** The list of hashes, computed from the file. */
async function sumsOf(file: FileHandle, entries: readonly Entry[]): Promise<string[]> {
  const sums: string[] = [];
  for (const entry of entries) sums.push(`${await hashOfEntry(file, entry)}  ${entry.name}\n`);
  return sums;
}

/** SHA-256 of an entry's content, hex. If the file ends early, of the part that exists. */
export async function hashOfEntry(file: FileHandle, { at, length }: Pick<Entry, "at" | "length">): Promise<string> {
  const hash = createHash("sha256");
  for (let done = 0; done < length; done += CHUNK_BYTES)
    hash.update(await readAll(file, at + done, Math.min(CHUNK_BYTES, length - done)));
  return hash.digest("hex");
}

/** @returns bytes written */
async function writeText(file: FileHandle, at: number, parts: Iterable<string> | AsyncIterable<string>) {
  let written = 0;
  let text: string[] = [];
  let length = 0;
  const flush = async () => {
    const bytes = Buffer.from(text.join(""));
    await writeAll(file, bytes, at + written);
    written += bytes.length;
    text = [];
    length = 0;
  };
  for await (const part of parts) {
    text.push(part);
    length += part.length;
    if (length >= CHUNK_BYTES) await flush();
  }
  await flush();
  return written;
}

async function withLog<T>(storage: Storage, log: LogId, work: (log: WritableLog) => Promise<T>): Promise<T> {
  const opened = await openExisting(storage, log);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

async function openExisting(storage: Storage, log: LogId): Promise<WritableLog> {
  const opened = await storage.openLog(log, { create: false });
  if (!opened) throw new LogError("DAMAGED", `${storage.name}: log ${log} has disappeared during the backup`);
  return opened;
}

/** The event hash at a sequence, hex. @throws LogError DAMAGED if there is no event */
export async function hashAt(log: EventLog, seq: Sequence): Promise<string> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq }))
    if (bodies[0]) return eventHash(bodies[0]).toString("hex");
  throw new LogError("DAMAGED", `${log.name}: event ${seq} is missing`);
}
