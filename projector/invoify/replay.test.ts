import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { issuedOf, paymentOf } from "../../events/business/office.suite.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf, smallBatches } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { openOffice } from "../writer/office.suite.ts";
import { digestIn, does, fails, invoify, json, startInvoify, writeLog } from "./invoify.suite.ts";

const folder = temporaryFolder();
const DAY_MS = 86_400_000;

/** A log with two issued invoices, a day apart, and a payment the day after. */
async function officeLog(t: TestContext) {
  const office = await openOffice(t, folder);
  await issuedOf(office);
  office.clock.nowMs += DAY_MS;
  const id = await issuedOf(office);
  office.clock.nowMs += DAY_MS;
  const clientId = Number(office.rows("SELECT client_id FROM invoice ORDER BY id DESC LIMIT 1")[0]?.client_id);
  await paymentOf(office, { clientId, allocations: [{ invoiceId: id, amountMinor: 12_000 }] });
  return { office, log: office.log.name, head: await office.log.head() };
}

function rowsIn(cache: string, sql: string): unknown[] {
  const db = new Database(cache, { readonly: true });
  try {
    return db.prepare(sql).pluck().all();
  } finally {
    db.close();
  }
}

test("invoify replay builds the same cache as the writer, and reports it", async (t) => {
  const { office, log, head } = await officeLog(t);
  const to = join(folder, "whole", "cache.sqlite"); // its folder is created
  const output = await does(["replay", "--from", log, "--to", to]);
  const id = await office.log.id();
  assert.match(
    output,
    new RegExp(`^\\S+/cache\\.sqlite: ${head} events of log ${id}, up to 2024-03-17T12:00:00\\.000Z \\(`),
  );
  assert.equal(digestIn(to), digestIn(office.cachePath));
  assert.deepEqual(readdirSync(join(folder, "whole")), ["cache.sqlite"]);

  const again = await json(["replay", "--from", log, "--to", to]);
  const { durationMs, hash, ...rest } = again;
  assert.deepEqual(rest, { cache: to, log: id, seq: head, head, at: "2024-03-17T12:00:00.000Z" });
  assert.match(String(hash), /^[0-9a-f]{64}$/);
  assert.equal(typeof durationMs, "number");
});

test("invoify replay --at stops at a sequence, a time, or the end of a day", async (t) => {
  const { log, head } = await officeLog(t);
  const to = join(folder, "at.sqlite");
  const seqAt = async (at: string) => (await json(["replay", "--from", log, "--to", to, "--at", at])).seq;
  assert.equal(await seqAt("1"), 1);
  assert.equal(await seqAt(String(head)), head);
  assert.equal(await seqAt(`event:${head}`), head);
  assert.equal(await seqAt("0"), 0);
  // Each day's events are at noon in London, in winter.
  assert.equal(await seqAt("2024-03-15"), 5);
  assert.deepEqual(rowsIn(to, "SELECT status FROM invoice"), ["issued"]);
  assert.equal(await seqAt("2024-03-16"), 8);
  assert.deepEqual(rowsIn(to, "SELECT paid_minor FROM invoice"), [0, 0]);
  assert.equal(await seqAt("2024-03-17"), head);
  assert.equal(await seqAt("2024-03-16T11:59:59.999Z"), 5);
  assert.equal(await seqAt("2024-03-16T12:00:00Z"), 8);
  assert.equal(await seqAt("2024-03-16T13:00:00+01:00"), 8);
});

test("invoify replay --at says if the log ends earlier", async (t) => {
  const { log, head } = await officeLog(t);
  const to = join(folder, "beyond.sqlite");
  const last = `the log ends earlier, with event ${head} at 2024-03-17T12:00:00.000Z`;
  for (const at of ["2999-01-01", "2024-03-18", "2024-03-17T12:00:01Z", "2024-03-17T12:01+00:00"])
    for (const output of [[], ["--json"]]) {
      const { exitCode, stdout, stderr } = await invoify(["replay", "--from", log, "--to", to, "--at", at, ...output]);
      assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: `invoify: --at ${at}: ${last}\n` });
      assert.match(stdout, /cache|beyond/);
    }
  for (const at of ["2024-03-17", "2024-03-17T12:00:00Z", "2024-03-17T12:00Z", String(head)])
    await does(["replay", "--from", log, "--to", to, "--at", at]);
});

test("invoify replay --at includes the event whose time a command printed", async (t) => {
  const office = await openOffice(t, folder);
  office.clock.nowMs += 678; // a time to the second would otherwise lose it
  await issuedOf(office);
  const [, ...printed] = (await does(["history", "INV-00001", "--from", office.log.name])).split("\n").slice(1);
  const to = join(folder, "printed.sqlite");
  for (const line of printed) {
    const [seq, time = ""] = line.trim().split(/ {2,}/);
    const replayed = await json(["replay", "--from", office.log.name, "--to", to, "--at", time]);
    assert.ok(Number(replayed.seq) >= Number(seq), `${time} includes event ${seq}`);
  }
  assert.equal(printed.length, 2);
});

test("invoify replay --at never replaces a cache by an empty one because of a mistyped year", async (t) => {
  const { office, log } = await officeLog(t);
  const to = join(folder, "mistyped.sqlite");
  await does(["replay", "--from", log, "--to", to]);
  const begins = String.raw`the log begins later, at 2024-03-15T\S+; \S+mistyped\.sqlite was not changed\. To replace it`;
  for (const at of ["1024-03-15", "2023-03-15", "1999-12-31T23:59:59Z"])
    await fails(["replay", "--from", log, "--to", to, "--at", at], 2, new RegExp(`--at ${at}: ${begins}`));
  const empty = writeLog(folder, "no-events.sqlite", []);
  await fails(["replay", "--from", empty, "--to", to], 2, /no-events\.sqlite: has no events; \S+ was not changed$/m);
  assert.equal(digestIn(to), digestIn(office.cachePath));
  new Database(to).exec("UPDATE meta SET projector_version = '0-older'").close();
  await fails(["replay", "--from", log, "--to", to, "--at", "1024-03-15"], 2, /was not changed/);
  assert.match(await does(["replay", "--from", log, "--to", to, "--at", "0"]), /an empty cache/);
  assert.match(await does(["replay", "--from", log, "--to", to, "--at", "1024-03-15"]), /an empty cache/);
});

test("invoify replay --at does not read events that are later", async () => {
  const log = writeLog(folder, "later.sqlite", [logOf(5)]);
  const db = new Database(log);
  const body = db.prepare<[], Buffer>("SELECT body FROM event WHERE seq = 4").pluck().get() ?? Buffer.alloc(0);
  body.write("ClientFabulously", body.indexOf("ClientRegistered"), "latin1");
  db.prepare("UPDATE event SET body = ? WHERE seq = 4").run(body);
  db.close();
  const to = join(folder, "earlier.sqlite");
  assert.equal((await json(["replay", "--from", log, "--to", to, "--at", "2024-01-01T00:00:00.003Z"])).seq, 3);
  await fails(
    ["replay", "--from", log, "--to", to, "--at", "2024-01-01T00:00:00.004Z"],
    1,
    /event 4 \(ClientF.*update needed/,
  );
});

test("invoify replay --at a time before the first event builds an empty cache, without an error", async (t) => {
  const { log } = await officeLog(t);
  const to = join(folder, "before.sqlite");
  for (const at of ["2024-03-14", "1999-12-31T23:59:59Z"]) {
    const output = await does(["replay", "--from", log, "--to", to, "--at", at]);
    assert.equal(output, `${to}: an empty cache: no events (the first is after --at ${at})`);
    assert.deepEqual(rowsIn(to, "SELECT checkpoint FROM meta"), [0]);
    assert.deepEqual(rowsIn(to, "SELECT count(*) FROM organization"), [0]);
  }
  const { log: id, at, hash } = await json(["replay", "--from", log, "--to", to, "--at", "2024-03-14"]);
  assert.deepEqual({ id, at, hash }, { id: null, at: null, hash: null });
});

test("invoify replay --at equals a replay of a log that ends there", async (t) => {
  const { office, log } = await officeLog(t);
  const shorter = join(folder, "shorter.sqlite");
  const copied = SqliteLog.open(shorter, { create: true });
  for await (const { body } of office.log.readStored({ after: 0, upTo: 7 })) {
    const { decodeHeader } = await import("../../events/encoding/event.ts");
    copied.appendNow([{ ...decodeHeader(body), request: null, body }]);
  }
  const [a, b] = [join(folder, "a.sqlite"), join(folder, "b.sqlite")];
  await rebuildCache(a, copied);
  copied.closeNow();
  await does(["replay", "--from", log, "--to", b, "--at", "7"]);
  assert.equal(digestIn(b), digestIn(a));
});

test("invoify replay --at refuses a moment that the log does not have", async () => {
  const log = writeLog(folder, "five.sqlite", [logOf(5)]);
  const to = join(folder, "refused.sqlite");
  const at = (text: string, message: RegExp) =>
    fails(["replay", "--from", log, "--to", to, `--at=${text}`], 2, message);
  await Promise.all([
    at("6", /--at 6: the log ends earlier: \S+five\.sqlite has 5 events/),
    at("yesterday", /--at yesterday: not a sequence/),
    at("2025", /--at 2025: an event or a date\? Write event:2025 for the event, or 2025-12-31/),
    at("event:2025", /--at event:2025: the log ends earlier/),
    at("2010-02-30", /not a calendar day/),
    at("-1", /not a sequence/),
  ]);
  assert.equal(existsSync(to), false);
});

test("invoify replay folds a file of text up to the line that it cannot read, and names the line", async () => {
  const log = writeLog(folder, "text.sqlite", [logOf(9)]);
  const whole = join(folder, "text.ndjson");
  await does(["copy", log, whole]);
  const cut = join(folder, "cut.ndjson");
  writeFileSync(cut, readFileSync(whole, "utf8").slice(0, -40));
  const [to, expected] = [join(folder, "cut-cache.sqlite"), join(folder, "eight.sqlite")];
  await does(["replay", "--from", log, "--to", expected, "--at", "8"]);
  const stops = /cut\.ndjson:9: not JSON.*cut off in this line; \S+cut-cache\.sqlite contains the events up to 8$/m;
  await fails(["replay", "--from", cut, "--to", to], 1, stops);
  assert.equal(digestIn(to), digestIn(expected));
  const { exitCode, stderr } = await invoify([
    "sync",
    "--from",
    cut,
    "--to",
    join(folder, "synced", "cut-cache.sqlite"),
  ]);
  assert.equal(exitCode, 1);
  assert.match(stderr, stops);
});

test("invoify replay of an empty log builds an empty cache", async () => {
  const log = writeLog(folder, "empty.sqlite", []);
  const to = join(folder, "of-empty.sqlite");
  const args = ["replay", "--from", log, "--to", to];
  assert.equal(await does(args), `${to}: an empty cache: no events (the log has none)`);
  assert.match(await does([...args, "--at", "2024-01-01"]), /the log has none/);
});

test("invoify replay overwrites only a cache of Invoify", async () => {
  const log = writeLog(folder, "plain.sqlite", [logOf(5)]);
  const into = (to: string) => ["replay", "--from", log, "--to", to];
  const notes = join(folder, "notes.sqlite");
  writeFileSync(notes, "to do");
  const empty = join(folder, "nothing.sqlite");
  writeFileSync(empty, "");
  const foreign = join(folder, "other-app.sqlite");
  new Database(foreign).exec("CREATE TABLE t (x)").close();
  mkdirSync(join(folder, "is-a-folder"));
  await Promise.all([
    fails(into(notes), 2, /notes\.sqlite: not a cache of Invoify; it was not changed/),
    fails(into(empty), 2, /nothing\.sqlite: not a cache of Invoify/),
    fails(into(foreign), 2, /other-app\.sqlite: not a cache of Invoify/),
    fails(into(join(folder, "is-a-folder")), 2, /is a folder, not a file/),
    fails(into(log), 2, /plain\.sqlite: not a cache of Invoify/),
    fails(into(join(folder, "no", "such", "c.sqlite")), 2, /no: there is no such folder; create it first/),
    fails(into(join(notes, "c.sqlite")), 2, /notes\.sqlite: is a file, not a folder/),
  ]);
  assert.equal(readFileSync(notes, "utf8"), "to do");
  assert.equal(statSync(empty).size, 0);

  const to = join(folder, "twice.sqlite");
  await does(into(to));
  const digest = digestIn(to);
  const damaged = readFileSync(to);
  damaged.fill(0xff, 4096, 8192);
  writeFileSync(to, damaged);
  await does(into(to)); // damaged, but a cache of Invoify
  assert.equal(digestIn(to), digest);
});

test("invoify replay names an event from a newer release, and keeps the events before it", async () => {
  const log = writeLog(folder, "newer.sqlite", [logOf(6)]);
  // The bytes of a newer release: only the type differs, at the same length.
  const db = new Database(log);
  const body = db.prepare<[], Buffer>("SELECT body FROM event WHERE seq = 6").pluck().get();
  assert.ok(body);
  db.prepare("UPDATE event SET body = ? WHERE seq = 6").run(replaceBytes(body, "ClientRegistered", "ClientReincarnat"));
  db.close();
  const to = join(folder, "newer-cache.sqlite");
  await fails(
    ["replay", "--from", log, "--to", to],
    1,
    /event 6.*"ClientReincarnat": update needed; \S+newer-cache\.sqlite contains the events up to 5$/m,
  );
  assert.deepEqual(rowsIn(to, "SELECT checkpoint FROM meta"), [5]);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes(".next")),
    [],
  );
  await does(["replay", "--from", log, "--to", to, "--at", "5"]); // ends before it
});

function replaceBytes(body: Buffer, from: string, to: string): Buffer {
  assert.equal(from.length, to.length);
  const at = body.indexOf(from);
  assert.notEqual(at, -1);
  const copy = Buffer.from(body);
  copy.write(to, at, "latin1");
  return copy;
}

test("invoify replay of a log with a missing event leaves the old cache unchanged", async () => {
  const log = writeLog(folder, "broken.sqlite", [logOf(3000)]);
  const to = join(folder, "old.sqlite");
  await does(["replay", "--from", log, "--to", to]);
  const before = readFileSync(to);
  new Database(log).exec("DELETE FROM event WHERE seq = 2500").close();
  await fails(["replay", "--from", log, "--to", to], 1, /event is missing|event 2500 is missing/);
  assert.ok(readFileSync(to).equals(before));
  assert.equal(existsSync(`${to}.next`), false);
});

/** A log whose replay takes a while. */
function longLog(): string {
  const path = join(folder, "long.sqlite");
  return existsSync(path) ? path : writeLog(folder, "long.sqlite", smallBatches(200_000, 20_000));
}

/** Starts a long replay, and resolves when it has begun to write. */
async function startLong(to: string) {
  const started = startInvoify(["replay", "--from", longLog(), "--to", to]);
  const size = () => statSync(`${to}.next`, { throwIfNoEntry: false })?.size ?? 0;
  const { child } = started;
  while (size() === 0 && child.exitCode === null && child.signalCode === null) await sleep(5);
  return started;
}

test("invoify replay stopped by Ctrl-C or SIGTERM leaves only the old cache", async () => {
  const own = join(folder, "stopped");
  mkdirSync(own);
  const to = join(own, "cache.sqlite");
  await does(["replay", "--from", writeLog(folder, "small.sqlite", [logOf(5)]), "--to", to]);
  const before = readFileSync(to);
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    const { child, ended } = await startLong(to);
    child.kill(signal);
    const { exitCode: code, stdout, stderr } = await ended;
    assert.deepEqual({ code, stdout }, { code: exitCode, stdout: "" }, stderr);
    assert.match(stderr, /^invoify: stopped; \S+cache\.sqlite was not changed\n$/);
    assert.ok(readFileSync(to).equals(before));
    assert.deepEqual(readdirSync(own), ["cache.sqlite"]);
  }
});

test("while a replay writes a file, another replay refuses it, and a sync waits", async (t) => {
  const to = join(folder, "busy-cache.sqlite");
  const { child, ended } = await startLong(to);
  t.after(() => child.kill("SIGKILL")); // also a stopped process, which would keep this one waiting
  child.kill("SIGSTOP"); // so it stays at work
  const log = longLog();
  const busy = /busy-cache\.sqlite: another process is opening or rebuilding it; try again when it has ended/;
  await fails(["replay", "--from", log, "--to", to, "--at", "5"], 1, busy);
  const small = writeLog(folder, "busy-small.sqlite", [logOf(5)]);
  const waiting = startInvoify(["sync", "--from", small, "--to", to]);
  t.after(() => waiting.child.kill("SIGKILL"));
  await new Promise<void>((resolve) => {
    let output = "";
    waiting.child.stderr.on("data", (text) => {
      output += text;
      if (/rebuilding it; waiting/.test(output)) resolve();
    });
    waiting.child.on("exit", () => resolve()); // the assertions below say why
  });
  child.kill("SIGCONT");
  child.kill("SIGINT");
  assert.equal((await ended).exitCode, 130);
  const { exitCode, stdout } = await waiting.ended;
  assert.deepEqual([exitCode, rowsIn(to, "SELECT checkpoint FROM meta")], [0, [5]], stdout);
});

test("replays and syncs that start at once: one writes, and the others wait or refuse", async () => {
  const own = join(folder, "at-once");
  mkdirSync(own);
  const log = writeLog(folder, "at-once.sqlite", smallBatches(30_000, 10_000));
  const to = join(own, "cache.sqlite");
  const replaying = Array.from({ length: 3 }, () => invoify(["replay", "--from", log, "--to", to]));
  const syncing = Array.from({ length: 2 }, () => invoify(["sync", "--from", log, "--to", to]));
  const replays = await Promise.all(replaying);
  for (const { exitCode, stderr } of replays)
    if (exitCode !== 0)
      assert.match(stderr, /^invoify: \S+cache\.sqlite: another process is opening or rebuilding it; try again/);
  for (const { exitCode, stderr } of await Promise.all(syncing))
    assert.deepEqual([exitCode, stderr.replaceAll(/^.*rebuilding it; waiting\n/gm, "")], [0, ""]);
  assert.deepEqual(rowsIn(to, "SELECT checkpoint FROM meta"), [30_000]);
  assert.deepEqual(
    readdirSync(own).filter((name) => /\.(?:lock|next)/.test(name)),
    [],
  );
});

test("invoify replay draws a bar on a terminal, and writes no control characters elsewhere", async (t) => {
  const log = writeLog(folder, "middle.sqlite", smallBatches(60_000, 20_000));
  const to = join(folder, "middle-cache.sqlite");
  const args = ["replay", "--from", log, "--to", to];
  const { stdout, stderr } = await invoify(args);
  assert.match(stdout, /60,000 events of log/);
  assert.equal(visible(stdout + stderr), stdout + stderr);
  if (!hasScript()) return t.skip("no util-linux script(1) to make a terminal");
  const command = [process.execPath, join(import.meta.dirname, "../invoify.ts"), ...args].map(quote).join(" ");
  const env = { ...process.env, TERM: "xterm" };
  const screen = visible(execFileSync("script", ["-qec", command, "/dev/null"], { env, encoding: "utf8" }));
  assert.match(screen, /<clear>replaying .*\d+ % {2}[\d,]+ of 60,000/);
  assert.match(screen, /<clear>replaying: indexes, search and checks<clear>\S+: 60,000 events of log/);
});

/** Makes control characters visible. */
function visible(text: string): string {
  return text.replaceAll("\r\u001b[2K", "<clear>").replaceAll("\r", "<return>").replaceAll("\u001b", "<escape>");
}

function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

function quote(text: string): string {
  return `'${text}'`;
}
