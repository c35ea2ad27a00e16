/** A server is killed while it opens a long log: the next server opens the log, whatever the first one left behind. */
import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { clientRegistered } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { call, signUp } from "../sessions/people.suite.ts";

/** A cache that is this many events behind is rebuilt. */
const LENGTH = 40_002;
const BATCH = 1_000;

test("the next server opens a long log after two servers were killed while opening it", async (t) => {
  const folder = join(temporaryFolder(), "data");
  const environment = newEnvironment(folder);
  const first = await serveProcess(t, environment);
  const owner = await signUp(first.base);
  await first.kill();
  const log = SqliteLog.open(join(folder, "logs", `${owner.log}.sqlite`), { kind: "embedded" });
  const at = Date.now();
  for (let seq = 3; seq <= LENGTH; seq += BATCH)
    log.appendNow(Array.from({ length: BATCH }, (_, n) => clientRegistered(seq + n, { at })));
  await log.close();

  const cache = join(folder, "caches", "1", `${owner.log}.sqlite`);
  const meAt = (base: string) => call(base, "GET", "/api/auth/me", undefined, { token: owner.token });
  /** The state of the file in which the new cache is built, including one that an earlier server left. */
  const stateOfBuild = () => {
    const { ino, size, mtimeMs } = statSync(`${cache}.next`, { throwIfNoEntry: false }) ?? {};
    return `${ino} ${size} ${mtimeMs}`;
  };
  let kills = 0;
  for (let tries = 0; kills < 2; tries++) {
    assert.ok(tries < 20, "no kill came while the log was being opened");
    const before = stateOfBuild();
    const server = await serveProcess(t, environment);
    let isOpen = false;
    const request = meAt(server.base).then(
      ({ status }) => {
        isOpen = status === 200;
      },
      () => {},
    );
    // Waits until the build has begun. On a busy machine it may already have finished: then the loop tries again.
    while (stateOfBuild() === before && !isOpen) await sleep(1);
    await server.kill();
    await request;
    if (isOpen) rmSync(join(folder, "caches"), { recursive: true });
    else kills++;
  }

  const last = await serveProcess(t, environment);
  let response = await meAt(last.base);
  for (let tries = 0; tries < 600 && response.body.code === "OPENING"; tries++) {
    await sleep(100);
    response = await meAt(last.base);
  }
  assert.equal(response.status, 200, response.text);
  const clients = await call(last.base, "GET", "/api/activity?limit=1", undefined, { token: owner.token });
  assert.equal((clients.body.rows as { seq: number }[])[0]?.seq, LENGTH);
  assert.deepEqual(readdirSync(join(folder, "caches")), ["1"], "the killed servers' slot was reused");
});
