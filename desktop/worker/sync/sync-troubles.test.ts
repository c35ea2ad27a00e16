/** A sync that is slow, interrupted, stuck, or meets a newer server: the copy stays readable, and the sync recovers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { COMMANDS } from "../../../events/commands/commands.ts";
import { LOG_HEADERS } from "../../../events/sources/http/events-request.ts";
import { problemResponse } from "../../../fixtures/data/problem-response.ts";
import { desktopAt, headOf, OWNER, type RunningApi, registerClients, runApi, startDesktop } from "./desktop.suite.ts";

const LOGIN = { email: OWNER.email, password: OWNER.password };

/** Registers many clients at once, without HTTP. */
async function registerMany({ organization }: RunningApi, count: number): Promise<void> {
  const { RegisterClient } = COMMANDS;
  await Promise.all(
    Array.from({ length: count }, (_, n) => {
      const input = RegisterClient.input.parse({ name: `Client ${n}`, address: { country: "GB" } });
      return organization.writer.execute({
        command: "RegisterClient",
        id: 0,
        input,
        actor: 2,
        key: null,
        ifMatch: null,
      });
    }),
  );
}

type Fetch = typeof fetch;
const isRange = (url: unknown) => /\/api\/events\?(?!.*wait=)/.test(String(url));

test("events that have arrived can be read while the rest is fetched", async () => {
  const api = await runApi();
  await registerMany(api, 3_000);
  const slow = (async (url: URL, init?: RequestInit) => {
    if (isRange(url)) await sleep(300);
    return await fetch(url, init);
  }) as Fetch;
  const seat = await startDesktop({ server: api.base, fetch: slow });
  await seat.ask("login", LOGIN);
  const head = await headOf(api);
  const status = await seat.until(({ initialized, phase }) => initialized && phase === "pulling");
  assert.ok(status.checkpoint > 0 && status.checkpoint < head, `${status.checkpoint} of ${head}`);
  assert.ok((await seat.ask("listClients", {})).rows.length > 0);
  assert.ok((status.progress?.rate ?? -1) >= 0);
  await seat.until(({ checkpoint, phase }) => checkpoint === head && phase === "idle");
});

test("an interrupted sync continues where it stopped", async () => {
  const api = await runApi();
  await registerMany(api, 3_000);
  const requested: number[] = [];
  let left = 3;
  const cut = (async (url: URL, init?: RequestInit) => {
    if (!isRange(url)) return await fetch(url, init);
    if (left-- === 0) throw new TypeError("fetch failed");
    requested.push(Number(new URL(url).searchParams.get("after")));
    return await fetch(url, init);
  }) as Fetch;
  const seat = await startDesktop({ server: api.base, fetch: cut });
  await seat.ask("login", LOGIN);
  const head = await headOf(api);
  await seat.until(({ checkpoint, phase, error }) => checkpoint === head && phase === "idle" && error === null);
  const segments = requested.filter((after) => after % 1024 === 0 && after < 2048);
  assert.ok(new Set(segments).size >= 2, "the log was fetched in parts");
  assert.ok(requested.filter((after) => after === 1024).length <= 2, `requested after ${requested.join(", ")}`);
});

test("a server that announces events without sending them is detected and asked again", async () => {
  const api = await runApi();
  let wrongHeads = 0;
  const wrong = (async (url: URL, init?: RequestInit) => {
    const response = await fetch(url, init);
    if (!isRange(url) || wrongHeads === 0 || !response.headers.has(LOG_HEADERS.head)) return response;
    wrongHeads--;
    const headers = new Headers(response.headers);
    headers.set(LOG_HEADERS.head, String(Number(headers.get(LOG_HEADERS.head)) + 5));
    headers.delete("content-encoding");
    return new Response(await response.arrayBuffer(), { status: response.status, headers });
  }) as Fetch;
  const seat = await desktopAt(api, { fetch: wrong });
  wrongHeads = 3;
  assert.equal(await seat.refused("pullFromServer"), "DAMAGED");
  assert.ok((await seat.ask("getStatus")).initialized);
  await seat.until(({ error }) => error === null);
  await registerClients(api, "After the wrong head");
  const head = await headOf(api);
  await seat.until(({ checkpoint }) => checkpoint === head);
});

test("an event of a newer release stops the cache before it: an update is needed, and all else is readable", async () => {
  const api = await runApi();
  await registerClients(api, "Known Ltd");
  const known = await headOf(api);
  await registerClients(api, "From a newer release");
  const newer = (async (url: URL, init?: RequestInit) => {
    if (String(url).includes("/api/log/")) return problemResponse(404, "NOT_SIGNED", "no key");
    if (!isRange(url)) return await fetch(url, init);
    const headers = { ...(init?.headers as Record<string, string>), "accept-encoding": "identity" };
    const response = await fetch(url, { ...init, headers });
    const bytes = Buffer.from(await response.arrayBuffer());
    // Changes the type of the last event to an unknown one of the same length.
    const at = bytes.lastIndexOf("ClientRegistered");
    if (at > 0 && bytes.includes("newer release")) bytes.write("ClientVaccinated", at);
    return new Response(bytes, { status: response.status, headers: response.headers });
  }) as Fetch;
  const seat = await startDesktop({ server: api.base, fetch: newer });
  await seat.ask("login", LOGIN);
  const status = await seat.until(({ needs, phase }) => needs === "update" && phase === "idle");
  assert.deepEqual([status.checkpoint, status.initialized, status.error?.code], [known, true, "UNKNOWN_EVENT"]);
  assert.deepEqual(
    (await seat.ask("listClients")).rows.map(({ name }) => name),
    ["Known Ltd"],
  );
  assert.equal(seat.desktop.copy?.head, known + 1, "the mirror contains it, for the next release");
});

test("setNetwork(false) is believed, and setNetwork(true) is a reason to try", async () => {
  const api = await runApi();
  const seat = await desktopAt(api);
  seat.desktop.setNetwork(false);
  assert.equal(await seat.ask("getOnlineStatus"), false);
  seat.desktop.setNetwork(true);
  await seat.until(({ isOnline }) => isOnline);
});

test("wake() syncs at once after the machine slept", async () => {
  const api = await runApi();
  let waits = 0;
  const silent = (async (url: URL, init?: RequestInit) => {
    if (!String(url).includes("wait=")) return await fetch(url, init);
    waits++; // the connection died during the sleep: no response ever arrives
    return await new Promise<Response>((_, reject) =>
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
    );
  }) as Fetch;
  const seat = await desktopAt(api, { fetch: silent });
  await seat.until(() => waits > 0);
  await registerClients(api, "Written during the sleep");
  const head = await headOf(api);
  seat.desktop.wake();
  await seat.until(({ checkpoint }) => checkpoint === head);
});
