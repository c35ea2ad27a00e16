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
import { LogError } from "../../events/errors.ts";
import type { StoredEvent, WritableLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence } from "../../events/sequence.ts";
import type { EventsFile } from "../../events/sources/file/events-file.ts";
import { appendAll } from "../../projector/command-line/copy-log.ts";
import { countOf } from "../../projector/text/figures.ts";
import { isSameUser } from "../storage/accounts.ts";
import type { Storage } from "../storage/storage.ts";
import { hashAt } from "./backup.ts";
import type { BackupFile } from "./backup-file.ts";
import type { ClaimLine } from "./backup-format.ts";

export interface RestoreOptions {
  signal?: AbortSignal;
  /** How many events were restored, of how many. */
  onProgress?: (done: number, total: number) => void;
  /** ms since 1970 UTC. */
  clock?: () => number;
}

export interface RestoreResult {
  logs: number;
  events: number;
  accounts: number;
}

/** The store is not empty. Nothing was written. */
export class StoreNotEmpty extends Error {
  override readonly name = "StoreNotEmpty";
}

/**
 * @param storage opened with `restoring`
 * @throws StoreNotEmpty if the store has anything but a part of this restore; LogError if writing a log fails: then the
 *   same call continues
 */
export async function restoreBackup(
  backup: BackupFile,
  storage: Storage,
  options: RestoreOptions = {},
): Promise<RestoreResult> {
  const { signal, onProgress, clock = Date.now } = options;
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
  for (const { log, events, hash } of logs) {
    await restoreLog(backup, storage, { log, events, hash }, async (seq) => {
      onProgress?.(done + seq, total);
      await setImmediate(); // an embedded log never waits for anything, and signals would never be heard
      signal?.throwIfAborted();
    });
    done += events;
  }
  await storage.restoreMark.clear();
  return { logs: logs.length, events: total, accounts };
}

/** Marks the store. Records under the mark of this backup come from this restore. */
async function begin({ id, path, manifest }: BackupFile, storage: Storage, nowMs: number): Promise<void> {
  const mark = { backup: id, file: basename(path), beganAt: new Date(nowMs).toISOString() };
  const before = await storage.restoreMark.read();
  if (before?.backup === id) return;
  if (before)
    throw new StoreNotEmpty(
      `${storage.name}: holds a part of another backup, ${before.file}, whose restore was broken off; do that one again, or empty it`,
    );
  await refuseIfNotEmpty(storage);
  if (await storage.restoreMark.set(mark)) return;
  throw new StoreNotEmpty(
    `${storage.name}: another backup than that of ${manifest.beganAt} is being restored here just now`,
  );
}

/** @throws StoreNotEmpty naming the contents of the store */
async function refuseIfNotEmpty(storage: Storage): Promise<void> {
  const logs = await storage.listLogs();
  const { accounts, claims, families } = await storage.accounts.counts();
  const found = [
    logs.length > 0 && countOf(logs.length, "log"),
    accounts > 0 && countOf(accounts, "account"),
    claims > 0 && countOf(claims, "e-mail address", "e-mail addresses"),
    families > 0 && countOf(families, "session"),
  ].filter((part) => part !== false);
  if (found.length > 0)
    throw new StoreNotEmpty(`${storage.name}: holds ${found.join(", ")}; a backup is restored where there is nothing`);
}

async function restoreClaim(claim: ClaimLine, { name, accounts }: Storage): Promise<void> {
  if (await accounts.putClaim(claim, null)) return;
  const held = await accounts.findClaim(claim.email);
  if (held && isSameUser(held, claim)) return; // a restore that was broken off has put it there
  throw new StoreNotEmpty(
    `${name}: ${claim.email} was given to somebody else meanwhile: a server is at work here; stop it`,
  );
}

async function restoreLog(
  backup: BackupFile,
  storage: Storage,
  { log, events, hash }: { log: string; events: Sequence; hash: string },
  onProgress: (seq: Sequence) => Promise<void>,
): Promise<void> {
  const source = await backup.openLog(log);
  const target = await storage.openLog(log, { create: true });
  if (!target) throw new Error(`log ${log} could not be made`);
  try {
    const held = await heldBy(target, source);
    await appendAll(target, counted(source.readStored({ after: held, upTo: events }), onProgress));
    await onProgress(events);
    const found = { head: await target.head(), hash: await hashAt(target, events) };
    if (found.head !== events || found.hash !== hash)
      throw new LogError(
        "DAMAGED",
        `${target.name}: ends with event ${found.head} and has ${found.hash} at ${events}, where the backup ends with ${hash}`,
      );
  } finally {
    await target.close();
    await source.close();
  }
}

/** The head that an interrupted restore has reached, after comparing its last event. */
async function heldBy(target: WritableLog, source: EventsFile): Promise<Sequence> {
  const held = await target.head();
  if (held === 0) return 0;
  if (held > source.headNow || (await hashAt(target, held)) !== (await hashAt(source, held)))
    throw new LogError("FORKED", `${target.name}: its event ${held} is not that of ${source.name}; it stays as it is`);
  return held;
}

async function* counted(
  events: AsyncIterable<StoredEvent>,
  onProgress: (seq: Sequence) => Promise<void>,
): AsyncGenerator<StoredEvent> {
  for await (const event of events) {
    yield event;
    if (event.seq % SEGMENT === 0) await onProgress(event.seq);
  }
}
