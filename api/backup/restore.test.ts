import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { clientRegistered, idOf, logOf, PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import type { Config } from "../config/config.ts";
import { call, newConfig, PASSWORD, startApi } from "../sessions/people.suite.ts";
import type { Storage } from "../storage/storage.ts";
import { makeBackup } from "./backup.ts";
import { BackupFile } from "./backup-file.ts";
import {
  claimOf,
  contentsOf,
  familyOf,
  fill,
  kindsOfStore,
  logIdOf,
  ownerOf,
  withStorage,
} from "./backup-stores.suite.ts";
import { restoreBackup } from "./restore.ts";

const folder = temporaryFolder();
let files = 0;

const source = newConfig();
await fill(source, [3, 2100, 1024]);
const backup = await backupOf(source);

async function backupOf(store: Config): Promise<BackupFile> {
  const path = join(folder, `${++files}.tar`);
  await withStorage(store, (storage) => makeBackup(storage, path, { release: "1.2.3" }));
  return await BackupFile.open(path);
}

for (const { kind, newStore } of await kindsOfStore()) {
  test(`${kind}: restoreBackup() restores everything except sessions and one-time links`, async () => {
    const store = newStore();
    const restored = await withStorage(store, (storage) => restoreBackup(backup, storage), true);
    assert.deepEqual(restored, { logs: 3, events: 3127, accounts: 3, files: 0 });
    assert.deepEqual(await contentsOf(store), await contentsOf(source));
    await withStorage(store, async ({ accounts }) => {
      assert.equal((await accounts.counts()).families, 0);
      assert.equal((await accounts.find(ownerOf(1)))?.link, null);
      assert.equal(await accounts.setLink(ownerOf(1), { hash: "new", expiresAtMs: 1 }), true, "a new link is possible");
    });
    // A backup of the restored store contains the same logs.
    assert.deepEqual((await backupOf(store)).manifest.logs, backup.manifest.logs);
  });

  const contents: [string, RegExp, (storage: Storage) => Promise<unknown>][] = [
    [
      "a log",
      /contains 1 log;/,
      async (storage) => {
        const log = await storage.openLog(logIdOf(9), { create: true });
        await log?.append(logOf(1, 9));
        await log?.close();
      },
    ],
    ["an account", /1 account;/, ({ accounts }) => accounts.add({ ...ownerOf(9), passwordHash: null, link: null })],
    ["an address", /1 e-mail address;/, ({ accounts }) => accounts.putClaim(claimOf(9), null)],
    ["a session", /1 session;/, ({ accounts }) => accounts.addFamily(familyOf(9))],
  ];
  for (const [what, message, put] of contents)
    test(`${kind}: restoreBackup() refuses a store that contains ${what}, and changes nothing`, async () => {
      const store = newStore();
      await withStorage(store, put);
      const before = await contentsOf(store);
      await withStorage(
        store,
        (storage) => assert.rejects(restoreBackup(backup, storage), { name: "StoreNotEmpty", message }),
        true,
      );
      assert.deepEqual(await contentsOf(store), before);
    });

  /** Each interrupts the restore at a different point. */
  const interruptions: [string, (storage: Storage) => Promise<unknown>, loginStatus?: number][] = [
    ["between two logs", (storage) => restoreStoppedAt(storage, 3)],
    ["inside a log", (storage) => restoreStoppedAt(storage, 3 + 1024)],
    ["at its end", (storage) => restoreStoppedAt(storage, 3127)],
    ["before the accounts", (storage) => restoreBackup(backup, withoutAccounts(storage)), 401],
  ];
  for (const [where, interrupt, loginStatus = 503] of interruptions)
    test(`${kind}: a store whose restore was interrupted ${where} serves nothing, and the restore continues`, async () => {
      const store = newStore();
      await withStorage(store, (storage) => assert.rejects(interrupt(storage), /interrupted/), true);

      const { base } = await startApi(store);
      const login = { email: "owner@example.com", password: PASSWORD };
      assert.equal((await call(base, "POST", "/api/auth/login", login)).status, loginStatus);
      const founding = { profile: PROFILE, owner: { ...login, email: "new@example.com", name: "Olive Owner" } };
      assert.equal((await call(base, "POST", "/api/organizations", founding)).status, 503);
      const refusal = { code: "UNREACHABLE", message: /is being restored into this store .* run it again/ };
      await withStorage(store, async (storage) => {
        for (const { log } of backup.manifest.logs)
          await assert.rejects(storage.openLog(log, { create: false }), refusal);
        await assert.rejects(makeBackup(storage, join(folder, "half.tar"), { release: "1" }), refusal);
      });
      const other = await backupOf(await newFilledStore([4]));
      const otherOne = { name: "StoreNotEmpty", message: /contains part of another backup, \d+\.tar/ };
      await withStorage(store, (storage) => assert.rejects(restoreBackup(other, storage), otherOne), true);

      await withStorage(store, (storage) => restoreBackup(backup, storage), true);
      const { logs, accounts, claims } = await contentsOf(store);
      const expected = await contentsOf(source);
      assert.deepEqual(logs, expected.logs);
      // Requests made before the restore continued did no harm.
      const isOurs = ({ logId }: { logId: string }) => logs.some(({ log }) => log === logId);
      assert.deepEqual(accounts.filter(isOurs), expected.accounts);
      assert.deepEqual(claims.filter(isOurs), expected.claims);
    });

  test(`${kind}: if two restores start at once, one is refused`, async () => {
    const store = newStore();
    const other = await backupOf(await newFilledStore([4]));
    const refused = await withStorage(
      store,
      async (storage) => {
        const results = await Promise.allSettled([backup, other].map((one) => restoreBackup(one, storage)));
        return results.filter(({ status }) => status === "rejected");
      },
      true,
    );
    assert.equal(refused.length, 1);
    const { logs } = await contentsOf(store);
    assert.ok([1, 3].includes(logs.length), `${logs.length} logs: those of one backup`);
  });

  test(`${kind}: a restore reports that a server on the store gave an address to another user`, async () => {
    const store = newStore();
    const put = withStorage(
      store,
      async (storage) => {
        const { set } = storage.restoreMark;
        storage.restoreMark.set = async (mark) => {
          await storage.accounts.putClaim(claimOf(9), null); // between the check of the store and the first write
          return await set(mark);
        };
        await restoreBackup(backup, storage);
      },
      true,
    );
    await assert.rejects(put, { name: "StoreNotEmpty", message: /owner@example.com was given to another user/ });
  });

  test(`${kind}: restoreBackup() does not append an event with the id of an earlier one, also if it continues`, async () => {
    const wrong = newConfig();
    await fill(wrong, [2099]);
    await withStorage(wrong, async ({ openLog }) => {
      const log = await openLog(logIdOf(1), { create: false });
      assert.equal(await log?.append([clientRegistered(2100, { id: idOf(3, 1), salt: 1 })]), 1);
      await log?.close();
    });
    const twice = await backupOf(wrong);
    const store = newStore();
    for (let n = 0; n < 2; n++)
      await withStorage(
        store,
        (storage) =>
          assert.rejects(restoreBackup(twice, storage), { code: "INCONSISTENT_LOG", message: /of event 3:/ }),
        true,
      );
  });

  test(`${kind}: a restore that continues compares the events already there`, async () => {
    const store = newStore();
    await withStorage(store, (storage) => assert.rejects(restoreStoppedAt(storage, 3), /interrupted/), true);
    await withStorage(
      store,
      async (storage) => {
        const log = await storage.openLog(logIdOf(3), { create: true });
        const [first, second] = logOf(2, 3);
        assert.ok(first && second);
        await log?.append([first, { ...second, body: withLastByteChanged(second.body) }]);
        await log?.close();
        await assert.rejects(restoreBackup(backup, storage), { code: "FORKED", message: /the log is unchanged/ });
      },
      true,
    );
  });
}

async function newFilledStore(counts: readonly number[]): Promise<Config> {
  const store = newConfig();
  await fill(store, counts);
  return store;
}

/** Stops a restore after a number of events. */
async function restoreStoppedAt(storage: Storage, events: number): Promise<void> {
  const stop = new AbortController();
  const onProgress = (done: number) => done >= events && stop.abort(new Error("interrupted"));
  await restoreBackup(backup, storage, { signal: stop.signal, onProgress });
}

function withoutAccounts(storage: Storage): Storage {
  const accounts = new Proxy(storage.accounts, {
    get(target, name) {
      if (name === "add") return () => Promise.reject(new Error("interrupted"));
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { ...storage, accounts };
}

function withLastByteChanged(body: Uint8Array): Uint8Array {
  const changed = Buffer.from(body);
  const last = changed.length - 1;
  changed[last] = (changed[last] ?? 0) ^ 1;
  return changed;
}
