/** Requests that wait for the thread of moments: for their turn, in vain, until their session or the server ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiOptions } from "../server.ts";
import { call, join, newConfig, openOffice } from "../sessions/people.suite.ts";

const METRICS = "a-token-for-metrics-long-enough-to-use";
const program = new URL("moment-thread.child.ts", import.meta.url);

/** A server whose reads at moments do what they search for. */
async function openStandIn(moments: NonNullable<ApiOptions["moments"]>) {
  const office = await openOffice(newConfig({ INVOIFY_METRICS_TOKEN: METRICS }), {
    moments: { program, ...moments },
    draining: { deadlineMs: 500 },
  });
  const { base, owner } = office;
  const read = (token: string, does: string) => call(base, "GET", `/api/clients?at=1&q=${does}`, undefined, { token });
  const metric = async (name: string) => {
    const { text } = await call(base, "GET", "/metrics", undefined, { token: METRICS });
    return Number(new RegExp(`^invoify_${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  const untilWaiting = async (count: number) => {
    while ((await metric("moment_reads_waiting")) !== count) await sleep(10);
  };
  return { ...office, owner, read, metric, untilWaiting };
}

test("a read that takes too long gets 503, and those that waited for it are answered", async () => {
  const { owner, base, read, metric } = await openStandIn({ limitMs: 500 });
  const other = await join({ base, owner }, "viewer");
  assert.equal((await read(other.token, "answer")).status, 200);
  const [slow, next] = await Promise.all([read(owner.token, "hang"), read(other.token, "answer")]);
  assert.deepEqual([slow.status, slow.body.code, next.status], [503, "READ_TOO_LONG", 200]);
  assert.ok(Number(slow.headers.get("retry-after")) > 0);
  const failed = await read(owner.token, "fail");
  assert.deepEqual([failed.status, failed.body.code], [503, "BUSY"]);
  assert.equal((await read(owner.token, "answer")).status, 200);
  assert.equal(await metric('moment_thread_failures_total{reason="too long"}'), 1);
  assert.equal(await metric('moment_thread_failures_total{reason="failed"}'), 1);
  assert.ok((await metric("moment_read_duration_seconds_count")) >= 3);
});

test("a user who is deactivated while their read waits gets 401, and nothing of the past", async () => {
  const { owner, base, read, untilWaiting } = await openStandIn({ limitMs: 3_000 });
  const [busy, former] = [await join({ base, owner }, "viewer"), await join({ base, owner }, "viewer")];
  assert.equal((await read(former.token, "answer")).status, 200);
  const slow = read(busy.token, "hang");
  while ((await Promise.race([slow, sleep(100, "runs")])) !== "runs");
  const waiting = read(former.token, "answer");
  await untilWaiting(1);
  const path = `/api/users/${former.id}/deactivate`;
  assert.equal((await call(base, "POST", path, {}, { token: owner.token })).status, 200);
  const { status, text } = await waiting;
  assert.equal(status, 401, text);
  assert.equal((await slow).status, 503);
});

test("a user with too many reads that wait gets 429, and only after a while", async () => {
  const limits = { waitingEach: 2 };
  const { owner, read, untilWaiting } = await openStandIn({ limitMs: 1_000, refusalMs: 300, limits });
  const all = [read(owner.token, "hang"), read(owner.token, "answer"), read(owner.token, "answer")];
  await untilWaiting(2);
  const refused = read(owner.token, "answer");
  assert.equal(await Promise.race([refused, sleep(100, "waits")]), "waits");
  const { status, body, headers } = await refused;
  assert.deepEqual([status, body.code], [429, "TOO_MANY_REQUESTS"]);
  assert.ok(Number(headers.get("retry-after")) > 0);
  assert.deepEqual(
    (await Promise.all(all)).map((one) => one.status),
    [503, 200, 200],
  );
});

test("a server ends although a read at a moment hangs", async () => {
  const { api, owner, read, untilWaiting } = await openStandIn({ limitMs: 600_000 });
  const [hanging, waiting] = [read(owner.token, "hang"), read(owner.token, "answer")].map((one) =>
    one.then(
      ({ status }) => status,
      () => "cut",
    ),
  );
  await untilWaiting(1);
  const closing = api.close();
  await Promise.all([closing, hanging, waiting]);
  assert.equal(api.app.server.listening, false);
});
