import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join as joinPath } from "node:path";
import { test } from "node:test";
import { Packr } from "msgpackr";
import { uuidText } from "../../events/uuid.ts";
import { idOf, logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import type { Config } from "../config/config.ts";
import { call, join, logIn, openOffice, PASSWORD, signUp, startApi } from "../sessions/people.suite.ts";
import type { Account } from "../storage/accounts.ts";
import type { Storage } from "../storage/storage.ts";
import { makeBackup } from "./backup.ts";
import { BackupFile } from "./backup-file.ts";
import { claimOf, contentsOf, fill, kindsOfStore, logIdOf, ownerOf, withStorage } from "./backup-stores.suite.ts";
import { restoreBackup } from "./restore.ts";

const folder = temporaryFolder();
const RELEASE = { release: "1.2.3" };
let files = 0;
const newFile = () => joinPath(folder, `${++files}.tar`);

/** The storage, with an action that runs after the heads are read and before the accounts are read. */
function afterHeadsAreRead(storage: Storage, action: () => Promise<void>): Storage {
  const listAccounts = async function* (): AsyncGenerator<Account> {
    await action();
    yield* storage.accounts.listAccounts();
  };
  const accounts = new Proxy(storage.accounts, {
    get(target, name) {
      if (name === "listAccounts") return listAccounts;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { ...storage, accounts };
}

/** Restores a backup and serves it. @returns the server's address */
async function restoredFrom(path: string, to: Config, jwtSecret: string): Promise<string> {
  const backup = await BackupFile.open(path);
  await withStorage(to, (storage) => restoreBackup(backup, storage), true);
  return (await startApi({ ...to, jwtSecret })).base;
}

for (const { kind, newStore } of await kindsOfStore()) {
  test(`${kind}: makeBackup() leaves out the accounts of users added after the heads were read`, async () => {
    const office = await openOffice(newStore());
    const path = newFile();
    const { storage } = office.api;
    let late = { email: "" };
    const during = afterHeadsAreRead(storage, async () => {
      late = await join(office, "clerk");
      await signUp(office.base, "other@example.com"); // a whole organization that was not in the list of logs
    });
    assert.equal((await makeBackup(during, path, RELEASE)).accounts, 1);
    const backup = await BackupFile.open(path);
    const claims = await Array.fromAsync(backup.claims(), ({ email }) => email);
    assert.deepEqual(claims, [office.owner.email]);
    assert.ok(await storage.accounts.findClaim(late.email), "the store itself has it");
    assert.deepEqual(
      backup.manifest.logs.map(({ log }) => log),
      [office.owner.log],
    );
  });

  test(`${kind}: makeBackup() puts back an address that moved after the heads were read`, async () => {
    const office = await openOffice(newStore());
    const { base, owner } = office;
    const clerk = await join(office, "clerk");
    const neighbour = await signUp(base);
    const path = newFile();
    const { accounts } = office.api.storage;
    const claim = await accounts.findClaim(clerk.email);
    assert.ok(claim && (await accounts.putClaim({ ...claim, claimedAtMs: 1 }, claim))); // an address stays reserved for an hour
    const change = (token: string, id: number, email: string) =>
      call(base, "PATCH", `/api/users/${id}`, { email }, { token });
    const during = afterHeadsAreRead(office.api.storage, async () => {
      const release = await change(owner.token, clerk.id, `moved-${clerk.email}`);
      assert.equal(release.status, 200, release.text);
      const claiming = await change(neighbour.token, neighbour.id, clerk.email);
      assert.equal(claiming.status, 200, claiming.text);
    });
    await makeBackup(during, path, RELEASE);
    const restored = await restoredFrom(path, newStore(), office.config.jwtSecret);
    assert.equal((await logIn(restored, clerk.email)).log, owner.log);
    assert.equal((await logIn(restored, neighbour.email)).log, neighbour.log);
    const moved = { email: `moved-${clerk.email}`, password: PASSWORD };
    assert.equal((await call(restored, "POST", "/api/auth/login", moved)).status, 401);
  });

  test(`${kind}: makeBackup() contains a password changed during the backup`, async () => {
    const office = await openOffice(newStore());
    const path = newFile();
    const during = afterHeadsAreRead(office.api.storage, async () => {
      const change = { current: PASSWORD, new: "another password" };
      const { token } = office.owner;
      const changed = await call(office.base, "POST", "/api/auth/password", change, { token });
      assert.equal(changed.status, 200, changed.text);
    });
    await makeBackup(during, path, RELEASE);
    const restored = await restoredFrom(path, newStore(), office.config.jwtSecret);
    await logIn(restored, office.owner.email, "another password");
  });

  test(`${kind}: makeBackup() leaves out an incomplete founding`, async () => {
    const store = newStore();
    await fill(store, [5]);
    await withStorage(store, async (storage) => {
      const half = { ...ownerOf(2), passwordHash: "hash", link: null };
      await storage.accounts.add(half);
      await storage.accounts.putClaim(claimOf(2, { email: "half@example.com" }), null);
      await (await storage.openLog(logIdOf(2), { create: true }))?.close(); // created, but still empty
      const path = newFile();
      const result = await makeBackup(storage, path, RELEASE);
      assert.deepEqual([result.logs, result.events, result.accounts], [1, 5, 1]);
      const backup = await BackupFile.open(path);
      assert.equal((await Array.fromAsync(backup.claims())).length, 1);
    });
  });

  test(`${kind}: makeBackup() ends each log at its head when the backup began`, async () => {
    const store = newStore();
    await fill(store, [5, 5]);
    await withStorage(store, async (storage) => {
      const grow = async (salt: number) => {
        const log = await storage.openLog(logIdOf(salt), { create: false });
        await log?.append(logOf(8, salt).slice(5));
        await log?.close();
      };
      const path = newFile();
      let grown = false;
      const onProgress = () => {
        if (!grown) growing = grow(2);
        grown = true;
      };
      let growing: Promise<void> | null = null;
      const result = await makeBackup(storage, path, { ...RELEASE, onProgress });
      await growing;
      assert.equal(result.events, 10);
      const log = await (await BackupFile.open(path)).openLog(logIdOf(2));
      assert.equal(log.headNow, 5);
      await log.close();
    });
  });

  test(`${kind}: events of a newer release are backed up and restored unchanged`, async () => {
    const store = newStore();
    await fill(store, [5]);
    const [last] = logOf(6, 1).slice(5);
    assert.ok(last);
    const type = "InvoiceTeleported";
    const positions = [6, Buffer.from(last.id), 6, 1, type, 1, last.at, 2, ["Mars"]];
    const unknown = { ...last, stream: 6, version: 1, type, body: new Packr({ useRecords: false }).pack(positions) };
    const path = newFile();
    await withStorage(store, async (storage) => {
      const log = await storage.openLog(logIdOf(1), { create: false });
      await log?.append([unknown]);
      await log?.close();
      await makeBackup(storage, path, RELEASE);
    });
    const target = newStore();
    const backup = await BackupFile.open(path);
    await withStorage(target, (storage) => restoreBackup(backup, storage), true);
    assert.deepEqual((await contentsOf(target)).logs, (await contentsOf(store)).logs);
  });

  test(`${kind}: makeBackup() leaves no file when it fails, and overwrites none`, async () => {
    const store = newStore();
    const path = newFile();
    await withStorage(store, async (storage) => {
      const empty = { code: "NOT_A_LOG", message: /contains no log to back up/ };
      await assert.rejects(makeBackup(storage, path, RELEASE), empty);
      await fill(store, [2000]);
      const stop = new AbortController();
      const onProgress = () => stop.abort(new Error("enough"));
      await assert.rejects(makeBackup(storage, path, { ...RELEASE, signal: stop.signal, onProgress }), /enough/);
      const failing = afterHeadsAreRead(storage, () => Promise.reject(new Error("no more accounts")));
      await assert.rejects(makeBackup(failing, path, RELEASE), /no more accounts/);
      const named = readdirSync(folder).filter((name) => name.startsWith(`${files}.tar`));
      assert.deepEqual(named, []);
      await makeBackup(storage, path, RELEASE);
      await assert.rejects(makeBackup(storage, path, RELEASE), { code: "EEXIST" });
    });
  });

  test(`${kind}: a store's lists are complete beyond one page`, async () => {
    const store = newStore();
    await withStorage(store, async ({ accounts }) => {
      const ids = Array.from({ length: 2_003 }, (_, n) => uuidText(idOf(n + 1)));
      const put = async (userEventId: string, n: number) => {
        const user = { logId: logIdOf(n % 2), userEventId };
        await accounts.add({ ...user, passwordHash: null, link: null });
        await accounts.putClaim({ ...user, email: `${userEventId}@example.com`, claimedAtMs: n }, null);
      };
      await Promise.all(ids.map(put));
      const listed = await Array.fromAsync(accounts.listAccounts(), ({ userEventId }) => userEventId);
      assert.deepEqual(listed.toSorted(), ids.toSorted());
      const emails = await Array.fromAsync(accounts.listClaims(), ({ email }) => email);
      assert.deepEqual(emails, ids.map((id) => `${id}@example.com`).toSorted());
      assert.deepEqual(await accounts.counts(), { accounts: 2_003, claims: 2_003, families: 0 });
    });
  });
}
