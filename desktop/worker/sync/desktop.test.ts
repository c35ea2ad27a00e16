/** The desktop's worker with a real API: sync, as a user sees it. */
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startApi } from "../../../api/sessions/people.suite.ts";
import { openCacheForReading } from "../../../projector/cache/cache.ts";
import { digestOf } from "../../../projector/cache/digest.ts";
import { desktopAt, headOf, OWNER, registerClients, runApi, startDesktop } from "./desktop.suite.ts";

const LOGIN = { email: OWNER.email, password: OWNER.password };

const api = await runApi();
await registerClients(api, "Ada Ltd", "Bob Ltd");

test("a first start asks for the server, then for a login, and then fetches everything by itself", async () => {
  const seat = await startDesktop();
  assert.equal((await seat.until(({ needs }) => needs !== null)).needs, "server");
  assert.equal(await seat.refused("login", LOGIN), "NO_SERVER");
  assert.equal(await seat.refused("listClients"), "NO_DATA");
  await seat.ask("setServer", { server: api.base });
  assert.equal((await seat.until(({ needs }) => needs === "login")).server, api.base);
  assert.equal(await seat.refused("login", { email: OWNER.email, password: "wrong password" }), "UNAUTHORIZED");
  await seat.ask("login", LOGIN);
  const head = await headOf(api);
  const status = await seat.until(({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  assert.deepEqual(
    [status.initialized, status.isOnline, status.needs, status.error, status.lastSync?.seq, status.user?.email],
    [true, true, null, null, head, OWNER.email],
  );
  assert.deepEqual(
    (await seat.ask("listClients")).rows.map(({ name }) => name),
    ["Ada Ltd", "Bob Ltd"],
  );
  assert.equal(await seat.ask("getOnlineStatus"), true);
  assert.deepEqual(await seat.ask("pullFromServer"), { events: 0, seq: head });
});

test("setAuthToken() alone starts the first sync", async () => {
  const seat = await startDesktop({ server: api.base });
  await seat.ask("setAuthToken", { token: api.token });
  const head = await headOf(api);
  await seat.until(({ checkpoint }) => checkpoint === head);
  assert.equal(
    await (await startDesktop({ server: api.base })).refused("setAuthToken", { token: "x.y.z" }),
    "UNAUTHORIZED",
  );
});

test("what another user writes arrives by itself", async () => {
  const seat = await desktopAt(api);
  await registerClients(api, "Live Ltd");
  const head = await headOf(api);
  await seat.until(({ checkpoint }) => checkpoint === head);
  assert.equal((await seat.ask("listClients", { q: "live" })).rows[0]?.name, "Live Ltd");
});

test("everything can be read after a start without the server, and sync continues when the server is back", async () => {
  const first = await desktopAt(api);
  await first.close();
  let up = false;
  const fetchWhenUp = ((...args: Parameters<typeof fetch>) =>
    up ? fetch(...args) : Promise.reject(new TypeError("fetch failed"))) as typeof fetch;
  const seat = await startDesktop({ folder: first.folder, stored: first.stored, fetch: fetchWhenUp });
  const status = await seat.until(({ error }) => error !== null);
  assert.deepEqual([status.isOnline, status.error?.code, status.initialized], [false, "UNREACHABLE", true]);
  assert.ok((await seat.ask("listClients")).rows.length >= 2);
  assert.equal(await seat.refused("pullFromServer"), "UNREACHABLE");
  up = true;
  await seat.until(({ isOnline, error }) => isOnline && error === null);
});

test("a logout hides all data, also after a restart; the next login shows it at once", async () => {
  const seat = await desktopAt(api);
  await seat.ask("logout");
  assert.equal(seat.stored.tokens, null);
  assert.equal(await seat.refused("listClients"), "NO_DATA");
  await seat.close();
  const again = await startDesktop({ server: api.base, folder: seat.folder, stored: seat.stored });
  await again.until(({ needs }) => needs === "login");
  assert.equal(await again.refused("getOverview"), "NO_DATA");
  assert.equal(again.desktop.status.log, null);
  await again.ask("login", LOGIN);
  await again.until(({ initialized }) => initialized);
});

test("everything stays readable after the end of a session, and the app asks for a login", async () => {
  const seat = await desktopAt(api);
  await seat.close();
  const stored = { tokens: { server: api.base, refreshToken: "not-a-token" } };
  const again = await startDesktop({ server: api.base, folder: seat.folder, stored });
  const { initialized } = await again.until(({ needs }) => needs === "login");
  assert.ok(initialized);
  assert.ok((await again.ask("listClients")).rows.length >= 2);
  assert.equal(await again.refused("pullFromServer"), "LOGIN_NEEDED");
  await registerClients(api, "Written meanwhile");
  await again.ask("login", LOGIN);
  const head = await headOf(api);
  await again.until(({ checkpoint, needs }) => checkpoint === head && needs === null);
});

test("a login to another organization never shows the first one's data, and each finds its own again", async () => {
  const other = await runApi();
  await registerClients(other, "Other Ltd");
  const seat = await startDesktop();
  await seat.ask("setServer", { server: api.base });
  await seat.ask("login", LOGIN);
  await seat.until(({ initialized, phase }) => initialized && phase === "idle");
  await seat.ask("setServer", { server: other.base }); // without a logout
  await seat.ask("login", LOGIN);
  const head = await headOf(other);
  await seat.until(({ checkpoint, log, phase }) => log === other.logId && checkpoint === head && phase === "idle");
  assert.deepEqual(
    (await seat.ask("listClients")).rows.map(({ name }) => name),
    ["Other Ltd"],
  );
  await seat.ask("logout");
  await seat.ask("setServer", { server: api.base });
  await seat.ask("login", LOGIN);
  await seat.until(({ checkpoint, log }) => log === api.logId && checkpoint > 0);
  assert.ok((await seat.ask("listClients")).rows.every(({ name }) => name !== "Other Ltd"));
});

const DAMAGES: Record<string, (folder: string, mirror: string) => void> = {
  "a deleted cache": (folder) => removeCache(folder, ["", "-wal", "-shm"]),
  "a deleted cache with its write-ahead log left behind": (folder) => {
    removeCache(folder, [""]);
    writeFileSync(join(folder, "invoify.sqlite-wal"), Buffer.alloc(4096, 7));
    writeFileSync(join(folder, "invoify.sqlite-shm"), Buffer.alloc(32_768, 7));
  },
  "a damaged cache": (folder) => writeFileSync(join(folder, "invoify.sqlite"), Buffer.alloc(20_000, 1)),
  "a damaged mirror": (_, mirror) => writeFileSync(mirror, readFileSync(mirror).fill(9, 4096)),
  "a mirror that is no database": (_, mirror) =>
    writeFileSync(mirror, "this is not a database, whatever its name says"),
  "an empty mirror": (_, mirror) => truncateSync(mirror, 0),
  "a damaged local.sqlite": (folder) => writeFileSync(join(folder, "local.sqlite"), "not this either, and it is long"),
  "a deleted folder": (folder) => rmSync(folder, { recursive: true }),
};

for (const [what, damage] of Object.entries(DAMAGES))
  test(`the next start repairs ${what}`, async () => {
    const first = await desktopAt(api);
    const before = digestIn(first.folder);
    await first.close();
    const mirror = readdirSync(first.folder).find((name) => name.endsWith(".mirror.sqlite")) ?? assert.fail();
    for (const suffix of ["-wal", "-shm"]) rmSync(join(first.folder, mirror + suffix), { force: true });
    damage(first.folder, join(first.folder, mirror));
    const again = await startDesktop({ server: api.base, folder: first.folder, stored: first.stored });
    const head = await headOf(api);
    if ((await again.until(({ needs, checkpoint }) => needs === "login" || checkpoint === head)).needs === "login")
      await again.ask("login", LOGIN);
    await again.until(({ checkpoint, phase, needs }) => checkpoint === head && phase === "idle" && needs === null);
    assert.equal(digestIn(first.folder), before);
  });

test("the next sync rebuilds a cache that was deleted while it was open", async () => {
  const seat = await desktopAt(api);
  removeCache(seat.folder, ["", "-wal", "-shm"]);
  await registerClients(api, "After the deletion");
  const head = await headOf(api);
  await seat.until(({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  assert.equal((await seat.ask("listClients", { q: "deletion" })).rows.length, 1);
});

test("rebuildCache gives the same cache", async () => {
  const seat = await desktopAt(api);
  const before = digestIn(seat.folder);
  await seat.ask("rebuildCache");
  assert.equal(digestIn(seat.folder), before);
  assert.ok((await seat.ask("listClients")).rows.length >= 2);
});

test("a server restored from an older backup is noticed; everything stays readable until the user agrees to a refetch", async () => {
  const old = await runApi();
  await registerClients(old, "Before the backup");
  const backup = `${old.config.dataFolder}-backup`;
  cpSync(old.config.dataFolder, backup, { recursive: true });
  await registerClients(old, "After the backup");
  const seat = await desktopAt(old);
  await old.api.close();
  const restored = await startApi({ ...old.config, dataFolder: backup });
  const moved = ((url: URL | string, init?: RequestInit) =>
    fetch(String(url).replace(old.base, restored.base), init)) as typeof fetch;
  await seat.close();
  const again = await startDesktop({ server: old.base, folder: seat.folder, stored: seat.stored, fetch: moved });
  let status = await again.until(({ needs }) => needs !== null);
  if (status.needs === "login") await again.ask("login", LOGIN);
  status = await again.until(({ needs, error }) => needs === "behind" && error !== null);
  assert.deepEqual([status.error?.code, status.initialized], ["BEHIND", true]);
  const names = async () => (await again.ask("listClients")).rows.map(({ name }) => name);
  assert.deepEqual(await names(), ["After the backup", "Before the backup"]);
  const files = readdirSync(seat.folder).filter((name) => name.endsWith(".mirror.sqlite"));
  await again.ask("pullAfresh");
  await again.until(({ needs, phase, error }) => needs === null && phase === "idle" && error === null);
  assert.deepEqual(await names(), ["Before the backup"]);
  const { proof, checkpoint } = again.desktop.status;
  assert.deepEqual([proof.verified?.seq, proof.behind], [checkpoint, null], "the user has accepted this history");
  const later = readdirSync(seat.folder).filter((name) => name.endsWith(".mirror.sqlite"));
  assert.ok(files.every((name) => later.includes(name)) && later.length === files.length + 1, "the old files stay");
});

function removeCache(folder: string, suffixes: string[]): void {
  for (const suffix of suffixes) rmSync(join(folder, `invoify.sqlite${suffix}`), { force: true });
}

function digestIn(folder: string): string {
  const db = openCacheForReading(join(folder, "invoify.sqlite"));
  try {
    return digestOf(db).digest;
  } finally {
    db.close();
  }
}
