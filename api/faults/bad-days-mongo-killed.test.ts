/** The MongoDB server itself is killed and restarted while API clients write through one API that keeps running. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import type { MongoServer } from "../../fixtures/mongodb/mongo-server.ts";
import { startMongo } from "../../fixtures/mongodb/server.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { call, logIn, PASSWORD, type Person, signUp } from "../sessions/people.suite.ts";
import { Acknowledgements, assertRetryable, percentilesOf, registration, writeAtOnce } from "./bad-days.suite.ts";

const CLIENTS = 16;
const KILLS = 2;
/** Writes that succeed before each kill, and after the last. */
const WRITES = 60;
/** Automatic recovery must be complete by then, ms. */
const PATIENCE_MS = 60_000;

test(`a MongoDB that is killed ${KILLS} times while ${CLIENTS} clients write: 503 in between, nothing is lost, the API resumes by itself`, async (t) => {
  const mongo = await mongoToKill(t);
  if (!mongo) return;
  const server = await serveProcess(t, newEnvironment(join(temporaryFolder(), "data"), { MONGODB_URL: mongo.url }));
  const { base } = server;
  const owner = await signUp(base);
  const { token } = owner;

  const acks = new Acknowledgements();
  const durationsMs: number[] = [];
  let sent = 0;
  let stopAt = Number.POSITIVE_INFINITY;
  const writing = writeAtOnce(
    CLIENTS,
    () => sent >= stopAt,
    async () => {
      sent++;
      const startedMs = performance.now();
      await acks.insist(() => base, token, registration());
      durationsMs.push(performance.now() - startedMs);
    },
  );
  try {
    for (let kill = 1; kill <= KILLS; kill++) {
      const [acknowledged, retries] = [acks.size, acks.retries];
      while (acks.size < acknowledged + WRITES) await sleep(5);
      await mongo.kill();
      while (acks.retries === retries) await sleep(5);
      await assertUnavailable(base, owner);
      await mongo.restart();
    }
  } finally {
    stopAt = sent + WRITES; // also after a failure, or the clients would never stop
  }
  await writing;

  assert.equal(server.process.exitCode, null, "the API is the same process");
  assert.equal(acks.size, sent);
  await untilReady(base);
  const { token: another } = await logIn(base, owner.email);
  const events = await acks.check(new HttpLog(base, { token: () => another }));
  assert.equal(events.length, 2 + sent);
  t.diagnostic(`${sent} writes, ${acks.retries} attempts without a response; ${percentilesOf(durationsMs)}`);
});

/** While MongoDB is away, requests that need it get a 503 with Retry-After. Others still work. */
async function assertUnavailable(base: string, { token, email, refreshToken }: Person): Promise<void> {
  assert.equal((await call(base, "GET", "/api/health")).status, 200);
  for (const response of await Promise.all([
    call(base, "GET", "/api/ready"),
    call(base, "POST", "/api/clients", registration().body, { token }),
    call(base, "GET", "/api/events?after=2&limit=5", undefined, { token }),
    call(base, "POST", "/api/auth/login", { email, password: PASSWORD }),
    call(base, "POST", "/api/auth/refresh", { refreshToken }),
  ]))
    assertRetryable(response);
  // Cached roles are valid for a second.
  const giveUpAt = performance.now() + PATIENCE_MS;
  let read = await call(base, "GET", "/api/clients?limit=1", undefined, { token });
  while (read.status === 200 && performance.now() < giveUpAt) {
    await sleep(50);
    read = await call(base, "GET", "/api/clients?limit=1", undefined, { token });
  }
  assertRetryable(read);
}

async function untilReady(base: string): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while ((await call(base, "GET", "/api/ready")).status !== 200) {
    assert.ok(performance.now() < giveUpAt, "it did not become ready again");
    await sleep(50);
  }
}

/** A server for this test alone. If there is none, skips the test and returns null. */
async function mongoToKill(t: TestContext): Promise<MongoServer | null> {
  const reasons: string[] = [];
  const server = await startMongo({ log: (line) => reasons.push(line) });
  if (server && server.kind !== "env") {
    t.after(() => server.stop());
    return server;
  }
  t.skip(
    `NO MONGODB SERVER THAT MAY BE KILLED: ${server ? "the server at MONGODB_URL is not ours" : reasons.join("; ")}`,
  );
  return null;
}
