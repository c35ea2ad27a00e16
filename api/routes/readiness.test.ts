/** Ready: this process can do its work now. Healthy: it responds. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import { foldersOf } from "../config/config.ts";
import { logOptions } from "../http/server-log.ts";
import type { Api } from "../server.ts";
import { type ApiResponse, call, newConfig, openOffice, startApi } from "../sessions/people.suite.ts";
import { onEachStorage } from "../storage/storages.suite.ts";
import { Readiness } from "./readiness.ts";

const SECRET = "mongodb://user:hunter2@db.example/invoify";
const UNCACHED = { keepMs: 0 };

const ready = (base: string) => call(base, "GET", "/api/ready");
const healthy = async (base: string) => assert.equal((await call(base, "GET", "/api/health")).status, 200);

function assertFails(answer: ApiResponse, check: string): void {
  assert.equal(answer.status, 503, answer.text);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.ok(answer.headers.get("retry-after"));
  assert.deepEqual([answer.body.code, answer.body.values], ["NOT_READY", { failed: check }]);
  assert.doesNotMatch(answer.text, /hunter2|mongodb/);
}

await onEachStorage(({ base, api }) => {
  test("a server that can do its work reports it, without a login", async () => {
    const { status, body } = await ready(base);
    assert.deepEqual([status, body], [200, { ok: true }]);
  });

  test("the storage's own time is near", async () => {
    const skewMs = (await api.storage.probe()) - Date.now();
    assert.ok(Math.abs(skewMs) < 60_000, `${skewMs} ms`);
  });
});

const fails: [check: string, spoil: (storage: Api["storage"]) => void][] = [
  ["storage", (storage) => (storage.probe = () => Promise.reject(new LogError("UNREACHABLE", SECRET)))],
  ["accounts", ({ accounts }) => (accounts.findClaim = () => Promise.reject(new LogError("UNREACHABLE", SECRET)))],
  ["clock", (storage) => (storage.probe = async () => Date.now() + 61_000)],
  ["clock", (storage) => (storage.probe = async () => Date.now() - 61_000)],
  ["restore", ({ restoreMark }) => (restoreMark.read = () => Promise.reject(new Error(SECRET)))],
];
for (const [check, spoil] of fails)
  test(`a server whose ${check} fails is not ready, but still healthy`, async () => {
    const lines: string[] = [];
    const logger = logOptions({ write: (line) => lines.push(line) });
    const { api, base } = await startApi(newConfig(), { readiness: UNCACHED, logger });
    const { probe } = api.storage;
    const { findClaim } = api.storage.accounts;
    const { read } = api.storage.restoreMark;
    assert.equal((await ready(base)).status, 200);
    spoil(api.storage);
    assertFails(await ready(base), check);
    assert.ok(
      lines.some((line) => line.includes(`not ready: ${check}`)),
      "the log has the reason",
    );
    await healthy(base);
    Object.assign(api.storage, { probe });
    Object.assign(api.storage.accounts, { findClaim });
    Object.assign(api.storage.restoreMark, { read });
    assert.equal((await ready(base)).status, 200, "it passes without a restart");
  });

test("a server is not ready if its folder is not writable, or while a backup is being restored", async () => {
  const config = newConfig();
  const { base } = await startApi(config, { readiness: UNCACHED });
  const { logs } = foldersOf(config);
  rmSync(logs, { recursive: true });
  assertFails(await ready(base), "storage");
  mkdirSync(logs);
  assert.equal((await ready(base)).status, 200);
  assert.deepEqual(readdirSync(logs), [], "it leaves nothing behind");
  writeFileSync(join(config.dataFolder, "restoring.json"), JSON.stringify({ file: "x", beganAt: "2026-01-01" }));
  assertFails(await ready(base), "restore");
});

test("a server without its MongoDB is not ready, but still responds", async () => {
  const url = "mongodb://user:hunter2@127.0.0.1:9/invoify?serverSelectionTimeoutMS=100";
  const { base } = await startApi(newConfig({ MONGODB_URL: url }), { readiness: UNCACHED });
  assertFails(await ready(base), "storage, accounts, restore");
  await healthy(base);
});

test("a storage that does not respond is not waited for, and not called repeatedly", async () => {
  const { api, base } = await startApi(newConfig(), { readiness: { timeoutMs: 50, keepMs: 0 } });
  const { promise: answer, resolve } = Promise.withResolvers<number>();
  let probes = 0;
  api.storage.probe = () => {
    probes++;
    return answer;
  };
  for (let n = 0; n < 3; n++)
    for (const one of await Promise.all(Array.from({ length: 10 }, () => ready(base)))) assertFails(one, "storage");
  assert.equal(probes, 1);
  await healthy(base);
  resolve(Date.now());
  api.storage.probe = async () => Date.now();
  let again = await ready(base);
  for (let n = 0; n < 6_000 && again.status !== 200; n++) {
    await sleep(10);
    again = await ready(base);
  }
  assert.equal(again.status, 200);
});

test("Readiness runs its checks once for requests at the same time, and soon after", async () => {
  let runs = 0;
  const checks = {
    async database() {
      runs++;
      await sleep(10);
    },
  };
  const readiness = new Readiness(checks, { keepMs: 60_000 });
  for (let n = 0; n < 3; n++) await Promise.all(Array.from({ length: 100 }, () => readiness.failed()));
  assert.equal(runs, 1);
  const uncached = new Readiness(checks, { keepMs: 0 });
  await uncached.failed();
  await uncached.failed();
  assert.equal(runs, 3);
});

test("Readiness names every failed check, in order, and continues after one", async () => {
  const refuse = () => Promise.reject(new Error("no"));
  const readiness = new Readiness({ first: refuse, second: async () => {}, third: refuse });
  assert.deepEqual(
    (await readiness.failed()).map(({ check }) => check),
    ["first", "third"],
  );
});

test("monitoring needs neither a token nor TLS", async () => {
  const { base } = await openOffice(newConfig()).then(() =>
    startApi(newConfig({ INVOIFY_TRUSTED_PROXY: "192.0.2.1" })),
  );
  for (const path of ["/api/health", "/api/ready"]) assert.equal((await call(base, "GET", path)).status, 200);
});
