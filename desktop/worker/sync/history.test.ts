/** A desktop and a real API that signs its history: what the user is told, and what is kept. */
import assert from "node:assert/strict";
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startApi } from "../../../api/sessions/people.suite.ts";
import { parseVerifierKey } from "../../../events/proofs/verifier-key.ts";
import { openDatabase } from "../../../events/sources/sqlite/open-database.ts";
import { problemResponse } from "../../../fixtures/data/problem-response.ts";
import { compareCheckpoints } from "../../../projector/verify/compare-checkpoints.ts";
import { readCheckpoints } from "../../../projector/verify/saved-checkpoints.ts";
import type { SyncStatus } from "../../contract/contract.ts";
import {
  desktopAt,
  headOf,
  OWNER,
  type RunningApi,
  registerClients,
  runApi,
  type Seat,
  startDesktop,
} from "./desktop.suite.ts";

const LOGIN = { email: OWNER.email, password: OWNER.password };
/** Everything that is done later is done soon. */
const check = { firstMs: 300, pauseMs: 0, everyMs: 0 };

const api = await runApi();
await registerClients(api, "Ada Ltd", "Bob Ltd", "Cyd Ltd");

/** Waits until everything is verified. */
async function untilVerified(seat: Seat, api: RunningApi): Promise<SyncStatus> {
  const head = await headOf(api);
  return await seat.until(({ proof, phase }) => proof.verified?.seq === head && phase === "idle");
}

type Fetch = typeof fetch;

/** A line on which responses can be changed. */
function line() {
  const state = {
    /** Changes the events of a response. */
    events: null as ((bytes: Buffer) => void) | null,
    /** Answers in place of `GET /api/log/…`. */
    log: null as ((path: string) => Promise<Response> | Response | null) | null,
    fetch: (async (url: URL | string, init?: RequestInit) => {
      const { pathname, searchParams } = new URL(String(url));
      const early = pathname.startsWith("/api/log/") ? await state.log?.(pathname.slice("/api/log/".length)) : null;
      if (early) return early;
      if (!state.events || pathname !== "/api/events" || searchParams.has("wait")) return await fetch(url, init);
      const headers = { ...(init?.headers as Record<string, string>), "accept-encoding": "identity" };
      const response = await fetch(url, { ...init, headers });
      const bytes = Buffer.from(await response.arrayBuffer());
      state.events(bytes);
      return new Response(bytes, { status: response.status, headers: response.headers });
    }) as Fetch,
  };
  return state;
}

function rename(from: string, to: string): (bytes: Buffer) => void {
  return (bytes) => {
    const at = bytes.indexOf(from);
    if (at >= 0) bytes.write(to, at);
  };
}

function mirrorIn(folder: string): string {
  const [name] = readdirSync(folder)
    .filter((name) => name.endsWith(".mirror.sqlite"))
    .sort()
    .reverse();
  return join(folder, name ?? assert.fail("no mirror"));
}

test("a sync verifies all events, also those of a write that was just made, and hashes the mirror again", async () => {
  const seat = await desktopAt(api, { check });
  const first = await untilVerified(seat, api);
  assert.deepEqual([first.proof.state, first.proof.key?.how, first.needs], ["signed", "first", null]);
  assert.ok(Math.abs((first.proof.verified?.signedAt ?? 0) - Date.now()) < 3_600_000);
  await registerClients(api, "Dan Ltd");
  await untilVerified(seat, api);
  await seat.ask("pullFromServer");
  const { rehashed } = (await seat.until(({ proof }) => proof.rehashed !== null)).proof;
  assert.ok(rehashed && rehashed.seq <= (await headOf(api)));
  const { evidence } = await seat.ask("getDiagnostics");
  assert.equal(evidence.keys.length, 1);
  assert.ok(evidence.checkpoints >= 1);
});

test("the evidence is a file with every signed checkpoint and key, and nothing of the company", async () => {
  const seat = await desktopAt(api, { check });
  await untilVerified(seat, api);
  const { name, text } = await seat.ask("exportEvidence");
  assert.match(name, /^invoify-evidence-\d{4}-\d\d-\d\d\.json$/);
  const evidence = JSON.parse(text);
  assert.equal(evidence.log, api.logId);
  assert.equal(evidence.keys[0].fingerprint, seat.desktop.status.proof.key?.fingerprint);
  assert.match(evidence.checkpoints[0].note, new RegExp(`^invoify/${api.logId}/1\n`));
  // Three letters are in one of a hundred signatures by chance.
  for (const secret of ["Ada Ltd", OWNER.email, "Olive", api.base]) assert.ok(!text.includes(secret), secret);
});

test("what was verified is known after a restart without the server", async () => {
  const first = await desktopAt(api, { check });
  const { proof } = await untilVerified(first, api);
  await first.close();
  const offline = (async () => {
    throw new TypeError("fetch failed");
  }) as Fetch;
  const seat = await startDesktop({ folder: first.folder, stored: first.stored, fetch: offline });
  const status = await seat.until(({ error }) => error !== null);
  assert.deepEqual(
    [status.proof.verified?.seq, status.proof.state, status.proof.key],
    [proof.verified?.seq, "signed", proof.key],
  );
});

test("a name that is changed on the line is found and named, also after a restart; downloading again repairs it", async () => {
  const wire = line();
  wire.events = rename("Bob Ltd", "Bad Ltd");
  const seat = await startDesktop({ server: api.base, fetch: wire.fetch, check });
  await seat.ask("login", LOGIN);
  const status = await seat.until(({ needs, initialized }) => needs === "altered" && initialized);
  const { altered } = status.proof;
  const [bob] = (await seat.ask("listClients", { q: "bad" })).rows;
  assert.deepEqual([altered?.kind, altered?.seq, status.error?.code], ["received", bob?.id, "ALTERED"]);
  assert.equal(altered?.event?.actor, OWNER.name);
  assert.equal((await seat.ask("listClients")).rows.length >= 3, true, "everything stays readable");
  const write = { command: "RegisterClient", input: {}, key: "0192f0c1-0000-7000-8000-000000000000" } as const;
  assert.equal(await seat.refused("write", write), "ALTERED");
  await seat.close();
  wire.events = null;
  const again = await startDesktop({
    server: api.base,
    folder: seat.folder,
    stored: seat.stored,
    fetch: wire.fetch,
    check,
  });
  assert.equal(again.desktop.status.needs, "altered");
  await again.until(({ error }) => error?.code === "ALTERED");
  await again.ask("pullAfresh");
  await untilVerified(again, api);
  assert.equal(again.desktop.status.needs, null);
  assert.deepEqual(
    (await again.ask("listClients", { q: "ltd" })).rows.filter(({ name }) => name === "Bad Ltd"),
    [],
  );
});

test("an event that is changed in the server's database is found by a new desktop, and by one that has it", async () => {
  const own = await runApi();
  await registerClients(own, "Ada Ltd", "Bob Ltd", "Cyd Ltd");
  const seat = await desktopAt(own, { check });
  await untilVerified(seat, own);
  const { logs } = { logs: join(own.config.dataFolder, "logs") };
  const file = readdirSync(logs).find(
    (name) => name.startsWith(own.logId) && name.endsWith(".sqlite") && !name.includes("tree"),
  );
  const db = openDatabase(join(logs, file ?? assert.fail(readdirSync(logs).join())));
  const rows = db.prepare<[], { seq: number; body: Buffer }>("SELECT seq, body FROM event").all();
  const row = rows.find(({ body }) => body.includes("Bob Ltd")) ?? assert.fail();
  row.body.write("Bad Ltd", row.body.indexOf("Bob Ltd"));
  db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(row.body, row.seq);
  db.close();
  const fresh = await startDesktop({ server: own.base, check });
  await fresh.ask("login", LOGIN);
  const { proof } = await fresh.until(({ needs, initialized }) => needs === "altered" && initialized);
  assert.equal(proof.altered?.seq ?? row.seq, row.seq);
  assert.equal(seat.desktop.status.proof.verified !== null, true);
});

test("a mirror that is edited while the app is closed is found in the background, or by a rebuild", async () => {
  for (const rebuild of [false, true]) {
    const first = await desktopAt(api, { check });
    await untilVerified(first, api);
    await first.close();
    const db = openDatabase(mirrorIn(first.folder));
    const rows = db.prepare<[], { seq: number; body: Buffer }>("SELECT seq, body FROM event").all();
    const row = rows.find(({ body }) => body.includes("Bob Ltd")) ?? assert.fail();
    row.body.write("Bad Ltd", row.body.indexOf("Bob Ltd"));
    db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(row.body, row.seq);
    db.close();
    const seat = await startDesktop({ server: api.base, folder: first.folder, stored: first.stored, check });
    if (rebuild) await seat.refused("rebuildCache").catch(() => {});
    const { proof } = await seat.until(({ needs }) => needs === "altered");
    assert.equal(proof.altered?.kind, "device");
    assert.ok((proof.altered?.from ?? 0) <= row.seq && row.seq <= (proof.altered?.to ?? 0));
    assert.ok((await seat.ask("listClients")).rows.length >= 3, "everything stays readable");
    await seat.ask("pullAfresh");
    await untilVerified(seat, api);
    assert.equal(seat.desktop.status.needs, null);
  }
});

test("a server without a key, or of an older release, syncs as before; nothing is verified, and that is said", async () => {
  for (const code of ["NOT_SIGNED", "NO_SUCH_ROUTE"]) {
    const wire = line();
    wire.log = () => problemResponse(404, code, "no");
    const seat = await desktopAt(api, { fetch: wire.fetch, check });
    const { proof, needs, error } = seat.desktop.status;
    assert.deepEqual([proof.state, proof.verified, needs, error], ["unsigned", null, null, null]);
    wire.log = null;
    await seat.ask("pullFromServer");
    await untilVerified(seat, api);
  }
});

test("a server that no longer signs asks first; the user may continue without signatures", async () => {
  const wire = line();
  const seat = await desktopAt(api, { fetch: wire.fetch, check });
  await untilVerified(seat, api);
  wire.log = () => problemResponse(404, "NOT_SIGNED", "no");
  assert.equal(await seat.refused("pullFromServer"), "KEY_CHANGED");
  const { needs, proof } = seat.desktop.status;
  assert.deepEqual([needs, proof.otherKey], ["key", { fingerprint: null }]);
  await seat.ask("trustKey", { fingerprint: null });
  await seat.until(({ needs, proof }) => needs === null && proof.state === "unsigned");
});

test("the key of another server is not trusted until the user has compared it", async () => {
  const wire = line();
  const seat = await desktopAt(api, { fetch: wire.fetch, check });
  await untilVerified(seat, api);
  await seat.close();
  // The same history, on a server with a key of its own, as after a move without the key.
  const dataFolder = `${api.config.dataFolder}-moved`;
  cpSync(api.config.dataFolder, dataFolder, { recursive: true, filter: (path) => !/[\\/]keys\b|tree/.test(path) });
  const moved = await startApi({ ...api.config, dataFolder });
  const toMoved = ((url: URL | string, init?: RequestInit) =>
    fetch(String(url).replace(api.base, moved.base), init)) as Fetch;
  const again = await startDesktop({
    server: api.base,
    folder: seat.folder,
    stored: seat.stored,
    fetch: toMoved,
    check,
  });
  if ((await again.until(({ needs }) => needs !== null)).needs === "login") await again.ask("login", LOGIN);
  const { proof } = await again.until(({ needs }) => needs === "key");
  assert.notEqual(proof.otherKey?.fingerprint, proof.key?.fingerprint);
  assert.equal(await again.refused("trustKey", { fingerprint: "0".repeat(64) }), "KEY_CHANGED");
  await again.ask("trustKey", { fingerprint: proof.otherKey?.fingerprint ?? "" });
  const { proof: after } = await again.until(({ needs, proof }) => needs === null && proof.key?.how === "person");
  assert.equal(after.key?.fingerprint, proof.otherKey?.fingerprint);
  await moved.api.close();
});

test("a forged, cut or foreign checkpoint is refused with words, and the next good one is taken", async () => {
  const wire = line();
  const seat = await desktopAt(api, { fetch: wire.fetch, check });
  await untilVerified(seat, api);
  const other = await runApi();
  const note = async (from: RunningApi) => await (await from.call("/api/log/checkpoint")).text();
  const type = { "content-type": "text/plain; charset=utf-8" };
  const [good, foreign] = [await note(api), await note(other)];
  for (const bad of [good.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) - 1}\n`), good.slice(0, -40), foreign]) {
    wire.log = (path) => (path === "checkpoint" ? new Response(bad, { headers: type }) : null);
    assert.equal(await seat.refused("pullFromServer"), "UNPROVEN");
    assert.ok((seat.desktop.status.error?.message.length ?? 0) > 30);
  }
  wire.log = null;
  await seat.ask("pullFromServer");
  assert.equal(seat.desktop.status.error, null);
});

test("the evidence of two desktops is compared by `invoify compare`, with the key that they pinned", async () => {
  const evidence = await Promise.all(
    [1, 2].map(async (n) => {
      const seat = await desktopAt(api, { check });
      await untilVerified(seat, api);
      const { text } = await seat.ask("exportEvidence");
      const keys = JSON.parse(text).keys[0].verifiers.map(parseVerifierKey);
      return readCheckpoints(text, { name: `desktop ${n}`, keys, log: api.logId });
    }),
  );
  const saved = evidence.flat();
  assert.ok(saved.length >= 2 && saved.every(({ signed }) => signed !== null));
  assert.deepEqual((await compareCheckpoints(saved, null)).contradictions, []);
});
