/** The server's metrics for Prometheus: correct, and without personal data. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import { call, join, newConfig, openOffice, signUp, startApi } from "../sessions/people.suite.ts";

const METRICS_TOKEN = randomBytes(32).toString("base64");
const CLIENT = { name: "A client that nobody may know", address: { country: "GB" } };

async function openMeasured(env: Record<string, string> = {}) {
  const config = newConfig({ INVOIFY_METRICS_TOKEN: METRICS_TOKEN, ...env });
  const office = await openOffice(config);
  const { base, owner } = office;
  const read = async () => {
    const answer = await call(base, "GET", "/metrics", undefined, { token: METRICS_TOKEN });
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    return answer.text;
  };
  const register = () => call(base, "POST", "/api/clients", CLIENT, { token: owner.token });
  return { ...office, config, read, register };
}

/** The value of a series, such as `invoify_long_polls` or `invoify_range_bytes_total{encoding="zstd"}`. */
function sampleOf(text: string, series: string): number | null {
  const line = text.split("\n").find((line) => line.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

test("requests are counted by the template of their route, never by paths that a client invents", async () => {
  const { base, read, register } = await openMeasured();
  for (let n = 0; n < 3; n++) assert.equal((await register()).status, 200);
  for (const path of ["/api/nothing", "/other?x=1", "/api/clients/7/archive/more"]) await call(base, "GET", path);
  await call(base, "POST", "/api/clients/3/archive");
  const text = await read();
  const requests = (route: string, method: string, status: number) =>
    sampleOf(text, `invoify_http_requests_total{route="${route}",method="${method}",status="${status}"}`);
  assert.equal(requests("/api/clients", "POST", 200), 3);
  assert.equal(requests("/api/clients/:id/archive", "POST", 401), 1);
  assert.equal(requests("none", "any", 404), 3);
  const durations = 'invoify_http_request_duration_seconds_count{route="/api/clients",method="POST"}';
  assert.equal(sampleOf(text, durations), 3);
});

test("appends are counted with their events and their time", async () => {
  const { read, register } = await openMeasured();
  const before = await read();
  await Promise.all(Array.from({ length: 16 }, register));
  const after = await read();
  const increaseOf = (series: string) => (sampleOf(after, series) ?? 0) - (sampleOf(before, series) ?? 0);
  assert.equal(increaseOf("invoify_append_events_sum"), 16);
  const appends = increaseOf("invoify_append_events_count");
  assert.ok(appends >= 1 && appends <= 16, `${appends}`);
  assert.equal(increaseOf("invoify_append_duration_seconds_count"), appends);
  assert.ok(increaseOf("invoify_append_duration_seconds_sum") > 0);
  assert.equal(sampleOf(after, "invoify_log_head_max"), 18);
});

test("lost races and unknown outcomes are counted", async () => {
  const { api, config, owner, read, register } = await openMeasured();
  const other = await startApi(config);
  const { log } = (await api.organizations.get(owner.log)) ?? assert.fail();
  const { append } = log;
  log.append = async (events) => {
    log.append = append;
    const client = await call(other.base, "POST", "/api/clients", CLIENT, { token: owner.token });
    assert.equal(client.status, 200);
    return await append.call(log, events);
  };
  assert.equal((await register()).status, 200);
  log.append = async () => {
    log.append = append;
    throw new LogError("UNKNOWN_OUTCOME", "the connection was lost");
  };
  assert.equal((await register()).body.code, "UNKNOWN_OUTCOME");
  const text = await read();
  assert.equal(sampleOf(text, "invoify_lost_races_total"), 1);
  assert.equal(sampleOf(text, "invoify_unknown_outcomes_total"), 1);
});

test("bytes of events are counted as sent, and waits while they last", async () => {
  const { base, owner, read, register } = await openMeasured();
  for (let n = 0; n < 20; n++) await register();
  const events = (query: string, encoding: string) =>
    fetch(`${base}/api/events${query}`, {
      headers: { authorization: `Bearer ${owner.token}`, "accept-encoding": encoding },
    });
  const plain = (await (await events("", "identity")).arrayBuffer()).byteLength;
  await (await events("", "gzip")).arrayBuffer();
  const text = await read();
  assert.equal(sampleOf(text, 'invoify_range_bytes_total{encoding="identity"}'), plain);
  const gzip = sampleOf(text, 'invoify_range_bytes_total{encoding="gzip"}') ?? 0;
  assert.ok(gzip > 0 && gzip < plain, `${gzip} of ${plain}`);

  const durations = 'invoify_http_request_duration_seconds_count{route="/api/events",method="GET"}';
  const before = sampleOf(text, durations);
  const waits = Array.from({ length: 3 }, () => events("?after=22&wait=30", "identity"));
  const waiting = async () => sampleOf(await read(), "invoify_long_polls");
  for (let n = 0; n < 6_000 && (await waiting()) !== 3; n++) await sleep(10);
  assert.equal(await waiting(), 3);
  await register();
  await Promise.all(waits);
  const later = await read();
  assert.equal(sampleOf(later, "invoify_long_polls"), 0);
  assert.equal(sampleOf(later, durations), before, "how long they waited is not how long the server took");
  assert.equal(sampleOf(later, 'invoify_http_requests_total{route="/api/events",method="GET",status="200"}'), 5);
});

test("a cache that stays behind its log is reported", async () => {
  const { api, base, owner, read } = await openMeasured();
  const organization = (await api.organizations.get(owner.log)) ?? assert.fail();
  const { log, writer } = organization;
  assert.equal(sampleOf(await read(), "invoify_cache_lag_events_max"), 0);
  assert.equal(sampleOf(await read(), "invoify_cache_failing_seconds_max"), 0);
  const { head } = log;
  const { refresh } = writer;
  log.head = async (known) => (await head.call(log, known)) + 7;
  const events = await call(base, "GET", "/api/events?after=2&limit=0", undefined, { token: owner.token });
  assert.equal(events.headers.get("invoify-head"), "9");
  writer.refresh = async () => {
    throw new LogError("UNREACHABLE", "no answer");
  };
  await assert.rejects(organization.ensureFresh({ maxAgeMs: 0 }));
  const failing = await read();
  assert.equal(sampleOf(failing, "invoify_cache_lag_events_max"), 7);
  assert.ok((sampleOf(failing, "invoify_cache_failing_seconds_max") ?? 0) > 0);
  writer.refresh = refresh;
  log.head = head;
  await organization.ensureFresh({ maxAgeMs: 0 });
  const good = await read();
  assert.equal(sampleOf(good, "invoify_cache_lag_events_max"), 0);
  assert.equal(sampleOf(good, "invoify_cache_failing_seconds_max"), 0);
});

test("refused logins are counted by reason, and open organizations are counted", async () => {
  const { base, owner, read } = await openMeasured();
  await signUp(base);
  for (const email of [owner.email, "nobody@example.com"])
    await call(base, "POST", "/api/auth/login", { email, password: "wrong" });
  await call(base, "POST", "/api/auth/refresh", { refreshToken: "nonsense" });
  const text = await read();
  const failures = (action: string, reason: string) =>
    sampleOf(text, `invoify_login_failures_total{action="${action}",reason="${reason}"}`);
  assert.equal(failures("login", "LOGIN_FAILED"), 2);
  assert.equal(failures("refresh", "REFRESH_NOT_VALID"), 1);
  assert.equal(sampleOf(text, "invoify_organizations_open"), 2);
  assert.equal(sampleOf(text, "invoify_organizations_opening"), 0);
  for (const name of ["process_resident_memory_bytes", "nodejs_eventloop_lag_p99_seconds"])
    assert.notEqual(sampleOf(text, name), null, name);
});

test("metrics name no log, no user, no address, no secret, and nothing that a client sent", async () => {
  const office = await openMeasured();
  const { base, config, owner, read, register } = office;
  const clerk = await join(office, "clerk");
  await register();
  const sent = "hunter2";
  await call(base, "POST", "/api/auth/login", { email: `${sent}@example.com`, password: sent });
  await call(base, "GET", `/api/${sent}?${sent}=${sent}`, undefined, { headers: { "x-request-id": sent } });
  await call(base, "GET", `/api/clients/${sent}`, undefined, { token: owner.token });
  const text = await read();
  for (const person of [owner, clerk])
    for (const secret of [person.email, person.log, person.token, person.refreshToken, person.email.split("@")[0]])
      assert.ok(secret && !text.includes(secret), secret);
  for (const secret of [sent, CLIENT.name, METRICS_TOKEN, config.jwtSecret, config.dataFolder])
    assert.ok(!text.includes(secret), secret);
});

test("a thousand organizations have no more series than one", async () => {
  const { base, read } = await openMeasured();
  // Node adds series of its own when they first occur, such as one for each kind of garbage collection.
  const seriesIn = (text: string) => text.split("\n").filter((line) => line.startsWith("invoify_")).length;
  await signUp(base);
  await read();
  const before = seriesIn(await read());
  assert.ok(before > 50, `${before} series`);
  for (let n = 0; n < 5; n++) await signUp(base);
  assert.equal(seriesIn(await read()), before);
});

test("behind a proxy, a scraper may call the process directly", async () => {
  const { base } = await startApi(
    newConfig({ INVOIFY_METRICS_TOKEN: METRICS_TOKEN, INVOIFY_TRUSTED_PROXY: "192.0.2.1" }),
  );
  assert.equal((await call(base, "GET", "/metrics", undefined, { token: METRICS_TOKEN })).status, 200);
  assert.equal((await call(base, "GET", "/metrics")).status, 401);
});
