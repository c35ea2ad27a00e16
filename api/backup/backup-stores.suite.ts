/** Stores for tests of backups: filled without a server, and compared. */
import { createHash } from "node:crypto";
import { sha256 } from "../../events/hash.ts";
import type { LogId } from "../../events/log/log.ts";
import { uuidText } from "../../events/uuid.ts";
import { idOf, logOf } from "../../fixtures/data/events.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import type { Config } from "../config/config.ts";
import { hashPassword } from "../sessions/passwords.ts";
import { newConfig, PASSWORD } from "../sessions/people.suite.ts";
import type { EmailClaim, Family } from "../storage/accounts.ts";
import { openStorage } from "../storage/open-storage.ts";
import type { Storage } from "../storage/storage.ts";
import type { StoreConfig } from "./backup-program.suite.ts";

/** The first owner can log in. The others have a text that is not a valid hash. */
export const HASHES = [await hashPassword(PASSWORD)];

/** Each kind of store; MongoDB only if a server is available. */
export async function kindsOfStore(): Promise<{ kind: string; newStore: () => Config }[]> {
  const url = await sharedMongoUrl();
  const databases = url === null ? null : temporaryDatabases(url);
  const embedded = { kind: "embedded", newStore: () => newConfig() };
  if (!databases) return [embedded];
  return [embedded, { kind: "MongoDB", newStore: () => newConfig({ MONGODB_URL: databases.newDatabase() }) }];
}

export async function withStorage<T>(
  store: StoreConfig,
  work: (storage: Storage) => Promise<T>,
  restoring = false,
): Promise<T> {
  const storage = await openStorage(store, { restoring });
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

export function logIdOf(salt: number): LogId {
  return uuidText(idOf(1, salt));
}

/** The owner of the log with this salt. */
export function ownerOf(salt: number) {
  return { logId: logIdOf(salt), userEventId: uuidText(idOf(2, salt)) };
}

export function claimOf(salt: number, more: Partial<EmailClaim> = {}): EmailClaim {
  return { ...ownerOf(salt), email: "owner@example.com", claimedAtMs: salt, ...more };
}

export function familyOf(salt: number): Family {
  const expiresAtMs = Date.now() + 3_600_000;
  return {
    ...ownerOf(salt),
    id: `f${salt}`,
    sessions: 0,
    generation: 1,
    used: null,
    startedAtMs: 1,
    expiresAtMs,
  };
}

/** Fills a store with a log for each count, with salts from 1. The owners have accounts and are logged in. */
export async function fill(store: StoreConfig, counts: readonly number[]): Promise<void> {
  await withStorage(store, async ({ accounts, openLog }) => {
    for (const [n, count] of counts.entries()) {
      const salt = n + 1;
      const log = await openLog(logIdOf(salt), { create: true });
      // Every second event comes from a command.
      const request = (seq: number) => (seq % 2 === 0 ? sha256(`command ${seq}`) : null);
      await log?.append(logOf(count, salt).map((event) => ({ ...event, request: request(event.seq) })));
      await log?.close();
      const link = { hash: `link ${salt}`, expiresAtMs: Date.now() + 3_600_000 };
      await accounts.add({ ...ownerOf(salt), passwordHash: HASHES[n] ?? `hash ${salt}`, link });
      await accounts.addFamily(familyOf(salt));
    }
    await accounts.putClaim(claimOf(1), null);
  });
}

/** Everything that a backup contains. The events of a log are one hash over their bytes and their request hashes. */
export async function contentsOf(store: StoreConfig) {
  return await withStorage(store, async (storage) => {
    const logs: { log: LogId; events: number; hash: string }[] = [];
    for (const log of await storage.listLogs()) {
      const opened = await storage.openLog(log, { create: false });
      const hash = createHash("sha256");
      let events = 0;
      for await (const { body, request } of opened?.readStored({ after: 0, upTo: Number.MAX_SAFE_INTEGER }) ?? []) {
        hash.update(body).update(request ?? "");
        events++;
      }
      await opened?.close();
      logs.push({ log, events, hash: hash.digest("hex") });
    }
    const accounts = await Array.fromAsync(storage.accounts.listAccounts(), (account) => ({ ...account, link: null }));
    return { logs, accounts, claims: await Array.fromAsync(storage.accounts.listClaims()) };
  });
}
