/** Copies a log into MongoDB, serves it, and syncs it over HTTP into a new cache. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { decodeHeader } from "../events/encoding/event.ts";
import { HttpLog } from "../events/sources/http/http-log.ts";
import { SqliteLog } from "../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../events/uuid.ts";
import { openCacheForReading } from "../projector/cache/cache.ts";
import { digestOf } from "../projector/cache/digest.ts";
import { openOrRebuild } from "../projector/rebuild/open-cache.ts";
import { sync } from "../projector/sync/sync.ts";
import { hashPassword } from "./sessions/passwords.ts";
import { logIn, newConfig, PASSWORD, startApi } from "./sessions/people.suite.ts";

const INVOIFY = fileURLToPath(new URL("../projector/invoify.ts", import.meta.url));

interface Round {
  /** Digest of the synced cache. */
  digest: string;
  events: number;
  copyMs: number;
  syncMs: number;
}

/**
 * @param path the embedded log; its owner, user 2, gets an account
 * @param mongoUrl a new database
 */
export async function syncByWayOfMongo(path: string, mongoUrl: string, folder: string): Promise<Round> {
  const source = SqliteLog.open(path, { readonly: true });
  const logId = await source.id();
  const [, second] = source.readNow(0, 2);
  await source.close();
  assert.ok(logId && second, `${path} has an organization and its owner`);

  const copying = performance.now();
  await promisify(execFile)(process.execPath, [INVOIFY, "copy", path, `${mongoUrl}#${logId}`]);
  const copyMs = performance.now() - copying;

  const { api, base } = await startApi(newConfig({ MONGODB_URL: mongoUrl }));
  const user = { logId, userEventId: uuidText(decodeHeader(second).id) };
  const { accounts } = api.storage;
  assert.ok(await accounts.add({ ...user, passwordHash: await hashPassword(PASSWORD), link: null }));
  assert.ok(await accounts.putClaim({ ...user, email: "owner@example.com", claimedAtMs: Date.now() }, null));
  assert.ok(await api.organizations.get(logId, { patienceMs: Number.POSITIVE_INFINITY })); // builds the server's cache now, outside the measured time
  const { token } = await logIn(base, "owner@example.com");

  const mirror = SqliteLog.open(join(folder, "mirror.sqlite"), { kind: "mirror", create: true });
  const cachePath = join(folder, "synced.sqlite");
  const { cache } = await openOrRebuild(cachePath, mirror);
  const syncing = performance.now();
  const { events, stoppedBy } = await sync(new HttpLog(base, { token: () => token }), mirror, cache);
  const syncMs = performance.now() - syncing;
  assert.equal(stoppedBy, null);
  cache.close();
  await mirror.close();

  const db = openCacheForReading(cachePath);
  const { digest } = digestOf(db);
  db.close();
  return { digest, events, copyMs, syncMs };
}
