/** The drill: a backup is made while API clients write, they write more, and the backup is restored elsewhere and served. */

import assert from "node:assert/strict";
import { join as joinPath } from "node:path";
import { test } from "node:test";
import { sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { openCacheForReading } from "../../projector/cache/cache.ts";
import { digestOf } from "../../projector/cache/digest.ts";
import { openOrRebuild } from "../../projector/rebuild/open-cache.ts";
import { rebuildCache } from "../../projector/rebuild/rebuild.ts";
import { sync } from "../../projector/sync/sync.ts";
import type { Config } from "../config/config.ts";
import { keyFilePath } from "../proofs/open-server-key.ts";
import {
  call,
  join,
  logIn,
  newConfig,
  newKey,
  type Office,
  openOffice,
  PASSWORD,
  signUp,
  startApi,
} from "../sessions/people.suite.ts";
import { openStorage } from "../storage/open-storage.ts";
import { succeeds } from "./backup-program.suite.ts";

const CLIENTS = 8;
/** Commands that each API client has sent when the backup begins, at least. */
const BEFORE = 4;

const url = await sharedMongoUrl();
const databases = url === null ? null : temporaryDatabases(url);
const onSqlite = () => newConfig();
const onMongo = () => newConfig({ MONGODB_URL: databases?.newDatabase() ?? "" });
const skip = databases ? false : "no MongoDB server";

test("drill: embedded, restored to embedded", () => drill(onSqlite(), onSqlite()));
test("drill: embedded, restored to MongoDB", { skip }, () => {
  const from = onSqlite();
  return drill(from, { ...onMongo(), signingKeyFile: keyFilePath(from) }); // what was signed needs its key
});
test("drill: MongoDB, restored to embedded", { skip }, () => drill(onMongo(), onSqlite()));
test("drill: MongoDB, restored to MongoDB", { skip }, () => drill(onMongo(), onMongo()));

interface Receipt {
  key: string;
  name: string;
  seq: number;
}

async function drill(from: Config, to: Config): Promise<void> {
  const folder = temporaryFolder();
  const file = joinPath(folder, "backup.tar");
  const office = await openOffice(from);
  const { owner, base } = office;
  const clerk = await join(office, "clerk");
  const neighbour = await signUp(base);

  const writers = startWriters(office);
  await writers.until(BEFORE);
  const before = [...writers.acknowledged];
  const backup = await succeeds(from, "backup", file);
  const late = await join(office, "clerk"); // after the backup began
  await writers.stop();
  assert.equal(backup.logs, 2);

  // A desktop whose mirror is ahead of the backup.
  const mirror = SqliteLog.open(joinPath(folder, "mirror.sqlite"), { kind: "mirror", create: true });
  const { cache } = await openOrRebuild(joinPath(folder, "desktop.sqlite"), mirror);
  await sync(new HttpLog(base, { token: () => owner.token }), mirror, cache);
  const seen = mirror.headNow();

  const restored = await succeeds(to, "restore", file);
  assert.deepEqual([restored.logs, restored.events, restored.accounts], [backup.logs, backup.events, backup.accounts]);
  assert.equal(restored.accounts, 3, "owner, clerk and neighbour, but no user added after the backup began");
  // With the same secret: tokens signed before the restore must not be valid now.
  const other = await startApi({ ...to, jwtSecret: from.jwtSecret });

  const head = await assertSamePrefix(office, to, folder);
  assert.ok(head < seen, `the backup ends at ${head}, before ${seen}`);
  for (const { seq, key } of before)
    assert.ok(seq <= head, `${key} was acknowledged as event ${seq}, but the backup ends at ${head}`);

  const again = await logIn(other.base, owner.email);
  assert.equal((await logIn(other.base, clerk.email)).id, clerk.id);
  assert.equal((await logIn(other.base, neighbour.email)).log, neighbour.log);
  await assertNoOldAccess(other.base, [owner, clerk, late], late.email);
  await assertRetries(other.base, again.token, before);

  const desktop = { mirror, cache, seen };
  const restoredLog = new HttpLog(other.base, { token: () => again.token });
  await assertForked(restoredLog, desktop);
  // Also once the restored log has grown past the desktop's head.
  for (let at = await restoredLog.head(); at <= seen; at = await restoredLog.head()) {
    const body = { name: "after the restore", address: { country: "GB" } };
    const written = await call(other.base, "POST", "/api/clients", body, { token: again.token });
    assert.equal(written.status, 200, written.text);
  }
  await assertForked(restoredLog, desktop);
  cache.close();
  await mirror.close();
}

/** API clients that write one command after the other, each with its own key, until they are stopped. */
function startWriters({ base, owner }: Office) {
  const acknowledged: Receipt[] = [];
  const counts = new Array<number>(CLIENTS).fill(0);
  let stopped = false;
  const running = counts.map(async (_, n) => {
    while (!stopped) {
      const key = newKey();
      const name = `client ${n}.${counts[n]}`;
      const body = { name, address: { country: "GB" } };
      const response = await call(base, "POST", "/api/clients", body, {
        token: owner.token,
        headers: { "idempotency-key": key },
      });
      assert.equal(response.status, 200, response.text);
      acknowledged.push({ key, name, seq: Number(response.body.seq) });
      counts[n] = (counts[n] ?? 0) + 1;
    }
  });
  return {
    acknowledged,
    /** Resolves when each API client has written this many commands. */
    async until(count: number) {
      while (Math.min(...counts) < count)
        await Promise.race([Promise.all(running), new Promise((next) => setTimeout(next, 5))]);
    },
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

/** The restored log is a prefix of the original, and its cache equals one built from that prefix. @returns its head */
async function assertSamePrefix({ api, owner }: Office, to: Config, folder: string): Promise<number> {
  const original = (await api.organizations.get(owner.log))?.log;
  const storage = await openStorage(to);
  const restored = await storage.openLog(owner.log, { create: false });
  assert.ok(original && restored);
  try {
    const head = await restored.head();
    const bodies = await bodiesOf(original, head);
    const restoredBodies = await bodiesOf(restored, head);
    assert.equal(restoredBodies.length, head);
    assert.ok(restoredBodies.every((body, n) => sameBytes(body, bodies[n])));
    assert.equal(
      await digestAt(restored, head, joinPath(folder, "a.sqlite")),
      await digestAt(original, head, joinPath(folder, "b.sqlite")),
    );
    return head;
  } finally {
    await restored.close();
    await storage.close();
  }
}

async function bodiesOf(log: EventLog, upTo: number): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const { bodies } of log.read({ after: 0, upTo })) all.push(...bodies);
  return all;
}

/** The digest that `invoify replay --at` and `invoify digest` print. */
async function digestAt(log: EventLog, upTo: number, path: string): Promise<string> {
  await rebuildCache(path, log, { upTo });
  const db = openCacheForReading(path);
  const { digest } = digestOf(db);
  db.close();
  return digest;
}

/** All sessions have ended, and a user added after the backup began cannot log in, even after new users are added. */
async function assertNoOldAccess(
  base: string,
  people: readonly { token: string; refreshToken: string }[],
  lateEmail: string,
): Promise<void> {
  const refusesTokens = async (when: string) => {
    for (const { token, refreshToken } of people) {
      assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token })).status, 401, when);
      assert.equal((await call(base, "POST", "/api/auth/refresh", { refreshToken })).status, 401, when);
    }
    assert.equal((await call(base, "POST", "/api/auth/login", { email: lateEmail, password: PASSWORD })).status, 401);
  };
  await refusesTokens("after the restore");
  const owner = await signUp(base); // another organization, whose first user has the same number as the owner
  assert.equal(owner.id, 2);
  await refusesTokens("after another organization was founded");
}

/** A repeated command gets its first result, and another command with the same key is refused. */
async function assertRetries(base: string, token: string, acknowledged: readonly Receipt[]): Promise<void> {
  for (const { key, name, seq } of acknowledged.slice(0, 5)) {
    const send = (body: object) =>
      call(base, "POST", "/api/clients", body, { token, headers: { "idempotency-key": key } });
    const same = await send({ name, address: { country: "GB" } });
    assert.deepEqual([same.status, same.body.seq], [200, seq], same.text);
    assert.equal((await send({ name: "another", address: { country: "GB" } })).status, 422);
  }
}

/** The desktop notices the fork and keeps its local copy. */
async function assertForked(
  remote: EventLog,
  { mirror, cache, seen }: { mirror: SqliteLog; cache: Parameters<typeof sync>[2]; seen: number },
): Promise<void> {
  const hash = mirror.hashAt(seen);
  await assert.rejects(sync(remote, mirror, cache), { code: "FORKED" });
  assert.deepEqual([mirror.headNow(), cache.checkpoint.seq], [seen, seen]);
  assert.ok(sameBytes(mirror.hashAt(seen), hash));
}
