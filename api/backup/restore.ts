/**
 * Restores a backup into an empty store. It sets a mark at the beginning (restore-mark.ts) and removes it at the end.
 * While the mark is set, no log is opened: if the restore is interrupted, nothing is served from the store, and the same
 * restore continues where it stopped. Addresses and accounts are few and come first, so that a server on this store
 * responds to logins with "try again" instead of "wrong password".
 *
 * A backup has no sessions or one-time links: all users log in again, with their passwords of that time.
 */
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { BlobStore } from "../../events/blobs/blob-store.ts";
import { decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { BlockCounter } from "../../events/log/blocks.ts";
import type { LogId, StoredEvent, WritableLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { EventsFile } from "../../events/sources/file/events-file.ts";
import { UniqueEvents } from "../../events/sources/sqlite/unique-events.ts";
import { appendAll } from "../../projector/command-line/copy-log.ts";
import { countOf } from "../../projector/text/figures.ts";
import type { Signing } from "../proofs/signing.ts";
import { isSameUser } from "../storage/accounts.ts";
import type { Storage } from "../storage/storage.ts";
import { hashAt } from "./backup.ts";
import type { BackupFile } from "./backup-file.ts";
import type { ClaimLine, Manifest } from "./backup-format.ts";
import { continueSigned, pastOf } from "./backup-proofs.ts";

interface RestoreOptions {
  signal?: AbortSignal;
  /** Called with the number of events restored and their total. */
  onProgress?: (done: number, total: number) => void;
  /** ms since 1970 UTC. */
  clock?: () => number;
  /** What the server signs with. A log of which anything was signed is not restored without it. */
  signing?: Signing | null;
}

interface RestoreResult {
  logs: number;
  events: number;
  accounts: number;
  /** Files of delivered documents. */
  files: number;
}

/** Logs of the backup were signed, and there is no key to sign that they continue. Nothing was written. */
export class NoSigningKey extends Error {
  override readonly name = "NoSigningKey";
}

/** The store is not empty. Nothing was written. */
export class StoreNotEmpty extends Error {
  override readonly name = "StoreNotEmpty";
}

/**
 * @param storage opened with `restoring`
 * @throws NoSigningKey; StoreNotEmpty if the store contains anything but a part of this restore; LogError if writing a log fails: calling
 *   it again continues
 */
export async function restoreBackup(
  backup: BackupFile,
  storage: Storage,
  options: RestoreOptions = {},
): Promise<RestoreResult> {
  const { signal, onProgress, clock = Date.now, signing = null } = options;
  const signed = signing ? undefined : backup.manifest.logs.find((entry) => pastOf(entry, signing));
  if (signed)
    throw new NoSigningKey(
      `${backup.path}: log ${signed.log} was signed, so it needs the signing key to continue: set INVOIFY_SIGNING_KEY_FILE`,
    );
  await begin(backup, storage, clock());
  for await (const claim of backup.claims()) await restoreClaim(claim, storage);
  let accounts = 0;
  for await (const account of backup.accounts()) {
    await storage.accounts.add({ ...account, link: null });
    accounts++;
  }
  const { logs } = backup.manifest;
  const total = logs.reduce((sum, { events }) => sum + events, 0);
  let done = 0;
  let files = 0;
  for (const entry of logs) {
    const { events } = entry;
    files += await restoreFiles(backup, storage, entry.log, signal);
    await restoreLog(backup, storage, { entry, signing }, async (seq) => {
      onProgress?.(done + seq, total);
      await setImmediate(); // an embedded log never yields, so signals would not be handled
      signal?.throwIfAborted();
    });
    done += events;
  }
  await storage.restoreMark.clear();
  return { logs: logs.length, events: total, accounts, files };
}

/** Marks the store. Its contents under the mark of this backup come from this restore. */
async function begin({ id, path, manifest }: BackupFile, storage: Storage, nowMs: number): Promise<void> {
  const mark = { backup: id, file: basename(path), beganAt: new Date(nowMs).toISOString() };
  const before = await storage.restoreMark.read();
  if (before?.backup === id) return;
  if (before)
    throw new StoreNotEmpty(
      `${storage.name}: contains part of another backup, ${before.file}, whose restore was interrupted; restore that backup again, or empty the store`,
    );
  await refuseIfNotEmpty(storage);
  if (await storage.restoreMark.set(mark)) return;
  throw new StoreNotEmpty(
    `${storage.name}: another backup than that of ${manifest.beganAt} is being restored into this store; wait until it has ended`,
  );
}

/** @throws StoreNotEmpty naming the contents of the store */
async function refuseIfNotEmpty(storage: Storage): Promise<void> {
  const logs = await storage.listLogs();
  const { accounts, claims, families } = await storage.accounts.counts();
  const contents = [
    logs.length > 0 && countOf(logs.length, "log"),
    accounts > 0 && countOf(accounts, "account"),
    claims > 0 && countOf(claims, "e-mail address", "e-mail addresses"),
    families > 0 && countOf(families, "session"),
  ].filter((part) => part !== false);
  if (contents.length > 0)
    throw new StoreNotEmpty(`${storage.name}: contains ${contents.join(", ")}; restore the backup into an empty store`);
}

async function restoreClaim(claim: ClaimLine, { name, accounts }: Storage): Promise<void> {
  if (await accounts.putClaim(claim, null)) return;
  const current = await accounts.findClaim(claim.email);
  if (current && isSameUser(current, claim)) return; // written by an interrupted restore
  throw new StoreNotEmpty(
    `${name}: ${claim.email} was given to another user during the restore: a server is running on this store; stop it`,
  );
}

/** Puts the files before the events that name them. Those that an interrupted restore has put are there already. */
async function restoreFiles(backup: BackupFile, storage: Storage, log: LogId, signal?: AbortSignal): Promise<number> {
  let blobs: BlobStore | null = null;
  let count = 0;
  try {
    for await (const { bytes } of backup.files(log)) {
      signal?.throwIfAborted();
      blobs ??= await storage.openBlobs(log, { create: true });
      await blobs?.put(bytes);
      count++;
      await setImmediate();
    }
  } finally {
    await blobs?.close();
  }
  return count;
}

async function restoreLog(
  backup: BackupFile,
  storage: Storage,
  { entry, signing }: { entry: Manifest["logs"][number]; signing: Signing | null },
  onProgress: (seq: Sequence) => Promise<void>,
): Promise<void> {
  const { log, events, hash } = entry;
  const source = await backup.openLog(log);
  const target = await storage.openLog(log, { create: true });
  if (!target) throw new Error(`log ${log} could not be created`);
  const seen = new UniqueEvents();
  try {
    const restored = await restoredHead(target, source);
    for await (const { seq, body } of source.readStored({ after: 0, upTo: restored }))
      seen.add(decodeHeader(body, `event ${seq}`));
    await appendAll(target, withProgress(source.readStored({ after: restored, upTo: events }), onProgress), seen);
    await onProgress(events);
    const result = { head: await target.head(), hash: await hashAt(target, events) };
    if (result.head !== events || result.hash !== hash)
      throw new LogError(
        "DAMAGED",
        `${target.name}: ends at event ${result.head} and has hash ${result.hash} at event ${events}, where the backup ends with hash ${hash}`,
      );
    await continueSigned(storage, target, { entry, signing });
  } finally {
    seen.close();
    await target.close();
    await source.close();
  }
}

/** The head that an interrupted restore has reached. Its last event is compared with the backup. */
async function restoredHead(target: WritableLog, source: EventsFile): Promise<Sequence> {
  const head = await target.head();
  if (head === 0) return 0;
  if (head > source.headNow || (await hashAt(target, head)) !== (await hashAt(source, head)))
    throw new LogError(
      "FORKED",
      `${target.name}: event ${head} differs from event ${head} of ${source.name}; the log is unchanged`,
    );
  return head;
}

async function* withProgress(
  events: AsyncIterable<StoredEvent>,
  onProgress: (seq: Sequence) => Promise<void>,
): AsyncGenerator<StoredEvent> {
  const counter = new BlockCounter();
  for await (const event of events) {
    yield event;
    if (counter.add(event.seq, event.body)) await onProgress(event.seq);
  }
}
