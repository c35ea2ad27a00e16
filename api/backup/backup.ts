/**
 * Makes a backup of a store (backup-format.ts) while servers use it.
 *
 * What was acknowledged before the backup began is in it, and nobody's account without its user, for things are read in
 * this order:
 *
 * 1. the heads of all logs. What comes later is left out, so each log is a prefix of itself; it needs no lock, for what
 *    is in a log never changes.
 * 2. the events up to there.
 * 3. the accounts. Read before the heads, they would lack the account of somebody who was added in between: a user whom
 *    the log has, and who cannot log in. Read now, there are too many: those of users who were added after the heads.
 *    These are known, and left out: else the next user of a restored log could never be told from them. A password that
 *    was changed meanwhile is the new one.
 * 4. the claims of addresses. One that moved on meanwhile is put back to where the logs have it at their heads.
 */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import type { EventLog, LogId, StoredEvent, WritableLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence } from "../../events/sequence.ts";
import { writeEventsAt } from "../../events/sources/file/events-file.ts";
import { readAll, writeAll, writeWholeFile } from "../../events/sources/file/whole-file.ts";
import { refuseDuringRestore } from "../storage/restore-mark.ts";
import type { Storage } from "../storage/storage.ts";
import { ArchiveWriter, type Entry } from "./archive.ts";
import {
  ACCOUNTS,
  type AccountLine,
  CLAIMS,
  type ClaimLine,
  FORMAT,
  logEntry,
  MANIFEST,
  type Manifest,
  SUMS,
} from "./backup-format.ts";
import { BackupUsers } from "./backup-users.ts";

/** Mode of the file, because it contains hashes of passwords. */
const OWNER_ONLY = 0o600;
/** Text is written, and files are hashed, this much at once, bytes. */
const CHUNK_BYTES = 1024 * 1024;

export interface BackupOptions {
  /** Of Invoify. */
  release: string;
  signal?: AbortSignal;
  /** How many events were copied, of how many. */
  onProgress?: (done: number, total: number) => void;
  /** ms since 1970 UTC. */
  clock?: () => number;
}

/** The result of a backup. */
export interface BackupResult {
  beganAt: string;
  logs: number;
  events: number;
  accounts: number;
  /** Of the file. */
  bytes: number;
}

/**
 * Writes a backup of all that the store holds. The file is there when it is whole and on the disk, and was read again.
 *
 * @throws LogError NOT_A_LOG if the store holds no log; UNREACHABLE, DAMAGED, UNKNOWN_EVENT; Error EEXIST if there is
 *   such a file
 */
export async function makeBackup(storage: Storage, path: string, options: BackupOptions): Promise<BackupResult> {
  const { release, signal, onProgress, clock = Date.now } = options;
  await refuseDuringRestore(storage);
  const beganAtMs = clock();
  const manifest: Manifest = {
    format: FORMAT,
    release,
    beganAt: new Date(beganAtMs).toISOString(),
    logs: await headsOf(storage, signal),
  };
  if (manifest.logs.length === 0) throw new LogError("NOT_A_LOG", `${storage.name}: holds no log to back up`);
  const total = manifest.logs.reduce((sum, { events }) => sum + events, 0);

  const write = async (file: FileHandle): Promise<BackupResult> => {
    const archive = new ArchiveWriter(file, Math.floor(beganAtMs / 1000));
    const users = new BackupUsers();
    await archive.add(MANIFEST, (at) => writeText(file, at, [`${JSON.stringify(manifest, null, 2)}\n`]));
    let done = 0;
    for (const { log, events } of manifest.logs) {
      const counted = copied(storage, log, events, { users, ...(signal && { signal }) }, (n) =>
        onProgress?.(done + n, total),
      );
      await archive.add(logEntry(log), async (at) => (await writeEventsAt(file, at, counted)).length);
      done += events;
    }
    let accounts = 0;
    const counting = lines(accountsAtHeads(storage, users), () => accounts++);
    await archive.add(ACCOUNTS, (at) => writeText(file, at, counting));
    await archive.add(CLAIMS, (at) => writeText(file, at, lines(claimsAtHeads(storage, users))));
    await archive.add(SUMS, async (at) => await writeText(file, at, await sumsOf(file, archive.entries)));
    await archive.finish();
    const { size: bytes } = await file.stat();
    return { beganAt: manifest.beganAt, logs: manifest.logs.length, events: total, accounts, bytes };
  };
  return await writeWholeFile(path, write, { mode: OWNER_ONLY });
}

async function headsOf(storage: Storage, signal?: AbortSignal): Promise<Manifest["logs"]> {
  const heads: Manifest["logs"] = [];
  for (const log of await storage.listLogs()) {
    signal?.throwIfAborted();
    const head = await withLog(storage, log, async (opened) => {
      const events = await opened.head();
      return { log, events, hash: await hashAt(opened, events) };
    });
    heads.push(head);
  }
  return heads;
}

/** A log's events up to its head. Records the users on the way. */
async function* copied(
  storage: Storage,
  log: LogId,
  upTo: Sequence,
  { users, signal }: { users: BackupUsers; signal?: AbortSignal },
  onProgress: (done: number) => void,
): AsyncGenerator<StoredEvent> {
  const opened = await openThere(storage, log);
  try {
    const look = users.reader(log);
    let seq = 0;
    for await (const event of opened.readStored({ after: 0, upTo })) {
      look(event.body);
      yield event;
      seq = event.seq;
      if (seq % SEGMENT !== 0) continue;
      onProgress(seq);
      await setImmediate(); // an embedded log never waits for anything, and signals would never be heard
      signal?.throwIfAborted();
    }
    if (seq < upTo) throw new LogError("DAMAGED", `${opened.name}: ended at ${upTo}, and now at ${seq}`);
    onProgress(upTo);
  } finally {
    await opened.close();
  }
}

async function* accountsAtHeads({ accounts }: Storage, users: BackupUsers): AsyncGenerator<AccountLine> {
  for await (const { logId, userEventId, passwordHash } of accounts.listAccounts())
    if (users.has({ logId, userEventId })) yield { logId, userEventId, passwordHash };
}

async function* claimsAtHeads({ accounts }: Storage, users: BackupUsers): AsyncGenerator<ClaimLine> {
  for await (const held of accounts.listClaims()) {
    const claim = users.claimAtHeads(held);
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

/** SHA-256 of an entry's content, hex; of less where the file ends. */
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
  const opened = await openThere(storage, log);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

async function openThere(storage: Storage, log: LogId): Promise<WritableLog> {
  const opened = await storage.openLog(log, { create: false });
  if (!opened) throw new LogError("DAMAGED", `${storage.name}: log ${log} was there a moment ago`);
  return opened;
}

/** The event hash at a sequence, hex. @throws LogError DAMAGED if there is no event */
export async function hashAt(log: EventLog, seq: Sequence): Promise<string> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq }))
    if (bodies[0]) return eventHash(bodies[0]).toString("hex");
  throw new LogError("DAMAGED", `${log.name}: event ${seq} is missing`);
}
