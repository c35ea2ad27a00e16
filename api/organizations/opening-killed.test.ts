/** A server that is killed while it opens a long log: the next one opens it, whatever was left behind. */
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

/** So far behind, a cache is made anew. */
const LENGTH = 40_002;
const BATCH = 1_000;

test("kill -9 while a long log is opened, twice: the next server opens it", async (t) => {
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
  /** What lies where the new cache is made: also what the one before left there. */
  const beingMade = () => {
    const { ino, size, mtimeMs } = statSync(`${cache}.next`, { throwIfNoEntry: false }) ?? {};
    return `${ino} ${size} ${mtimeMs}`;
  };
  let kills = 0;
  for (let tries = 0; kills < 2; tries++) {
    assert.ok(tries < 20, "no kill met the opening");
    const before = beingMade();
    const server = await serveProcess(t, environment);
    const asked = meAt(server.base).catch(() => null);
    // It is at work on the cache; or, on a busy machine, done before that was seen: then once more.
    let isOpen = false;
    while (beingMade() === before && !isOpen) isOpen = (await meAt(server.base)).status === 200;
    await server.kill();
    await asked;
    if (isOpen) rmSync(join(folder, "caches"), { recursive: true });
    else kills++;
  }

  const last = await serveProcess(t, environment);
  let answer = await meAt(last.base);
  for (let tries = 0; tries < 600 && answer.body.code === "OPENING"; tries++) {
    await sleep(100);
    answer = await meAt(last.base);
  }
  assert.equal(answer.status, 200, answer.text);
  const clients = await call(last.base, "GET", "/api/activity?limit=1", undefined, { token: owner.token });
  assert.equal((clients.body.rows as { seq: number }[])[0]?.seq, LENGTH);
  assert.deepEqual(readdirSync(join(folder, "caches")), ["1"], "the dead servers' place was taken over");
});
