/** `GET /api/events?wait=`: requests that wait for the log to grow. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { until } from "../../fixtures/tests/until.ts";
import { CLIENT, OWNER, type RunningApi, runApi } from "../running-api.suite.ts";
import { call, logIn, newKey, PASSWORD, type Person } from "../sessions/people.suite.ts";

/** Counts the requests waiting on a log, and its reads from now on. */
function watch({ organization: { log } }: RunningApi): { waiting: number; reads: number } {
  const seen = { waiting: 0, reads: 0 };
  const { changed, read } = log;
  log.changed = async (after: Sequence, signal: AbortSignal) => {
    seen.waiting++;
    await changed.call(log, after, signal).finally(() => seen.waiting--);
  };
  log.read = (...given: Parameters<EventLog["read"]>) => {
    seen.reads++;
    return read.apply(log, given);
  };
  return seen;
}

test("a wait ends with the next event, or empty after its time", async () => {
  const running = await runApi();
  const head = await running.organization.log.head();
  const nothing = await running.call(`/api/events?after=${head}&wait=1`);
  assert.equal(nothing.status, 200);
  assert.equal(nothing.headers.get("invoify-head"), String(head));
  assert.equal((await nothing.arrayBuffer()).byteLength, 0);

  const seen = watch(running);
  const waiting = running.call(`/api/events?after=${head}&wait=30`);
  await until("it waits", () => seen.waiting === 1);
  const { seq } = await running.send("POST", "/api/clients", CLIENT);
  const answer = await waiting;
  assert.equal(answer.headers.get("invoify-head"), String(seq));
  assert.ok((await answer.arrayBuffer()).byteLength > 0);
  // An event that already exists is returned at once.
  assert.equal((await running.call(`/api/events?after=${head}&wait=30`)).headers.get("invoify-head"), String(seq));
});

test("one event ends all waits, and is read once for them", async () => {
  const running = await runApi();
  const head = await running.organization.log.head();
  const seen = watch(running);
  const waiting = Array.from({ length: 100 }, () => running.call(`/api/events?after=${head}&wait=30`));
  await until("all wait", () => seen.waiting === 100);
  seen.reads = 0;
  const { seq } = await running.send("POST", "/api/clients", CLIENT);
  const answers = await Promise.all(waiting);
  assert.deepEqual(new Set(answers.map(({ headers }) => headers.get("invoify-head"))), new Set([String(seq)]));
  const bodies = await Promise.all(answers.map(async (answer) => (await answer.arrayBuffer()).byteLength));
  assert.equal(new Set(bodies).size, 1);
  assert.ok(seen.reads < 50, `${seen.reads} reads for 100 waits`);
});

test("the wait of a client that disconnects ends", async () => {
  const running = await runApi();
  const head = await running.organization.log.head();
  const seen = watch(running);
  const gone = new AbortController();
  const waits = Array.from({ length: 3 }, () =>
    running.call(`/api/events?after=${head}&wait=30`, { signal: gone.signal }),
  );
  const stays = running.call(`/api/events?after=${head}&wait=30`);
  await until("all wait", () => seen.waiting === 4);
  gone.abort();
  await Promise.allSettled(waits);
  await until("three are gone", () => seen.waiting === 1);
  await running.send("POST", "/api/clients", CLIENT);
  assert.equal((await stays).status, 200);
});

test("a wait of a user whose sessions were ended gets no events", async () => {
  const running = await runApi();
  const head = await running.organization.log.head();
  const seen = watch(running);
  const waiting = running.call(`/api/events?after=${head}&wait=30`);
  await until("it waits", () => seen.waiting === 1);
  await running.send("POST", "/api/users/2/end-sessions");
  const answer = await waiting;
  assert.equal(answer.status, 401);
  assert.equal(((await answer.json()) as { code: string }).code, "SESSION_ENDED");
});

/** How a session ends without an event. The second session has waits too. */
const ENDINGS: Readonly<Record<string, (running: RunningApi, session: Person, other: Person) => Promise<unknown>>> = {
  "a logout": ({ base }, { refreshToken }) => call(base, "POST", "/api/auth/logout", { refreshToken }),
  "a new password": ({ base }, _, other) =>
    call(base, "POST", "/api/auth/password", { current: PASSWORD, new: "a much better password" }, other),
  "a refresh token that was used twice": async ({ base }, { refreshToken }) => {
    const first = await call(base, "POST", "/api/auth/refresh", { refreshToken });
    const second = await call(base, "POST", "/api/auth/refresh", { refreshToken: String(first.body.refreshToken) });
    assert.equal(second.status, 200);
    assert.equal((await call(base, "POST", "/api/auth/refresh", { refreshToken })).status, 401);
  },
};

for (const [ending, end] of Object.entries(ENDINGS))
  test(`${ending} ends the waits of its session at once, and no others`, async () => {
    const running = await runApi();
    const session = await logIn(running.base, OWNER.email);
    const other = await logIn(running.base, OWNER.email);
    const head = await running.organization.log.head();
    const seen = watch(running);
    const wait = (person: Person) => call(running.base, "GET", `/api/events?after=${head}&wait=30`, undefined, person);
    const ended = [wait(session), wait(session)];
    const stays = wait(other);
    await until("all wait", () => seen.waiting === 3);
    await end(running, session, other);
    for (const answer of await Promise.all(ended))
      assert.deepEqual([answer.status, answer.body.code], [401, "SESSION_ENDED"]);
    assert.equal(seen.waiting, 1);
    const { seq } = await running.send("POST", "/api/clients", CLIENT).catch(async () => {
      // The new password has ended the session of `running` too.
      const written = await call(running.base, "POST", "/api/clients", CLIENT, {
        ...other,
        headers: { "idempotency-key": newKey() },
      });
      return written.body as { seq: number };
    });
    assert.equal((await stays).headers.get("invoify-head"), String(seq));
  });

test("a server that closes responds to all waits before it disconnects", async () => {
  const running = await runApi();
  const head = await running.organization.log.head();
  const seen = watch(running);
  const waits = Array.from({ length: 20 }, () => running.call(`/api/events?after=${head}&wait=30`));
  await until("all wait", () => seen.waiting === 20);
  const { log } = running.organization;
  const ask = log.head.bind(log);
  log.head = async () => {
    await sleep(50); // a response takes time, and the server waits for it
    return await ask();
  };
  await running.api.app.close();
  for (const answer of await Promise.all(waits)) {
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("invoify-head"), String(head));
  }
});

test("a wait on a log that is unavailable gets a 503", async () => {
  const running = await runApi();
  const { log } = running.organization;
  const head = await log.head();
  log.changed = async () => {
    throw new TypeError("a bug");
  };
  assert.equal((await running.call(`/api/events?after=${head}&wait=30`)).status, 500);
});
