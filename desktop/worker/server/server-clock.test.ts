/** A device learns from the server's responses that its clock is wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER, runApi, startDesktop } from "../sync/desktop.suite.ts";
import { watchClock } from "./server-clock.ts";

const JSON_TYPE = { "content-type": "application/json" };

test("watchClock() compares the date of an API's response with this clock, and of no other response", async () => {
  const at = (aheadMs: number) => new Date(Date.now() - aheadMs).toUTCString();
  const told: (number | null)[] = [];
  const heard = async (headers: Record<string, string>) => {
    told.length = 0;
    await watchClock(
      async () => new Response("{}", { headers }),
      (aheadMs) => told.push(aheadMs),
    )("http://a.example");
    return told.map((aheadMs) => aheadMs && Math.round(aheadMs / 60_000));
  };
  assert.deepEqual(await heard({ ...JSON_TYPE, date: at(600_000) }), [10]);
  assert.deepEqual(await heard({ ...JSON_TYPE, date: at(-600_000) }), [-10]);
  assert.deepEqual(await heard({ ...JSON_TYPE, date: at(60_000) }), [null]);
  assert.deepEqual(await heard({ ...JSON_TYPE, date: at(600_000), age: "600" }), [], "a stored response");
  assert.deepEqual(await heard({ "content-type": "text/html", date: at(600_000) }), [], "a login page");
  assert.deepEqual(await heard({ ...JSON_TYPE, date: "yesterday" }), []);
  assert.deepEqual(await heard(JSON_TYPE), []);
});

test("the status tells a wrong clock from the first request on, and that it is right again", async () => {
  const api = await runApi();
  let aheadMs = 3_600_000;
  const dated = (async (url: URL, init: RequestInit) => {
    const response = await fetch(url, init);
    const headers = new Headers(response.headers);
    headers.set("date", new Date(Date.now() - aheadMs).toUTCString());
    return new Response(response.body, { status: response.status, headers });
  }) as typeof fetch;
  const seat = await startDesktop({ fetch: dated });
  assert.equal(seat.desktop.status.clockAheadMs, null);
  await seat.ask("setServer", { server: api.base });
  assert.equal(Math.round((seat.desktop.status.clockAheadMs ?? 0) / 60_000), 60);
  aheadMs = 0;
  await seat.ask("login", { email: OWNER.email, password: OWNER.password });
  await seat.until(({ clockAheadMs, initialized }) => clockAheadMs === null && initialized);
});
