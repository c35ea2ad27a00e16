import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import type { EncodedEvent } from "../../events/encoding/event.ts";
import type { StoredEvent, WritableLog } from "../../events/log/log.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { clientRegistered, idOf, logOf, smallBatches } from "../../fixtures/data/events.ts";
import { canMount, onSmallDisk } from "../../fixtures/data/small-disk.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { does, fails, invoify, json, type ProcessResult, startInvoify, writeLog } from "./invoify.suite.ts";
import { serveLog } from "./server.suite.ts";

const folder = temporaryFolder();
const LOG_ID = uuidText(idOf(1));
const serverUrl = await sharedMongoUrl();

let paths = 0;
const newPath = (extension: string) => join(folder, `path-${++paths}.${extension}`);

/** A log in which each event from the third on has the hash of a command. */
function withRequests(count: number): EncodedEvent[] {
  return logOf(count).map((event) => ({ ...event, request: event.seq > 2 ? Buffer.alloc(32, event.seq) : null }));
}

async function storedIn(location: string): Promise<StoredEvent[]> {
  const log = await openLog(location);
  try {
    const events: StoredEvent[] = [];
    for await (const { seq, body, request } of (log as WritableLog).readStored({ after: 0, upTo: 1e9 }))
      events.push({ seq, body: Buffer.from(body), request: request && Buffer.from(request) });
    return events;
  } finally {
    await log.close();
  }
}

function storedEventsOf(events: readonly EncodedEvent[]): StoredEvent[] {
  return events.map(({ seq, body, request }) => ({ seq, body: Buffer.from(body), request }));
}

test("invoify copy --events copies only the first events, and refuses what the log does not have", async () => {
  const events = withRequests(20);
  const from = writeLog(folder, "whole.sqlite", [events]);
  for (const extension of ["sqlite", "events", "ndjson"]) {
    const to = newPath(extension);
    const { seq } = await json(["copy", from, to, "--events", "7"]);
    assert.equal(seq, 7);
    assert.deepEqual(await storedIn(to), storedEventsOf(events.slice(0, 7)));
    assert.equal((await json(["copy", from, to])).seq, 20, "a later copy goes on");
    await fails(["copy", from, to, "--events", "7"], 1, /has 20 events, but the copy would have only 7/);
  }
  await fails(["copy", from, newPath("events"), "--events", "21"], 2, /has 20 events/);
  for (const count of ["0", "-1", "1e3", "x"])
    await fails(["copy", from, newPath("events"), `--events=${count}`], 2, /not a number of events/);
});

test("invoify copy preserves bytes and commands' hashes through every kind of file", async () => {
  const events = withRequests(2500);
  const from = writeLog(folder, "source.sqlite", [events]);
  const targets = [newPath("events"), newPath("ndjson"), newPath("sqlite"), newPath("events")];
  let source = from;
  for (const to of targets) {
    const { durationMs, hash, ...copied } = await json(["copy", source, to]);
    assert.deepEqual(copied, { to, log: LOG_ID, seq: 2500, events: 2500, files: 0 });
    assert.match(String(hash), /^[0-9a-f]{64}$/);
    assert.equal(typeof durationMs, "number");
    source = to;
  }
  assert.deepEqual(await storedIn(source), storedEventsOf(events));
  assert.ok(readFileSync(targets[0] ?? "").equals(readFileSync(targets[3] ?? "")), "byte for byte");
});

test("invoify copy appends what a target lacks, and does nothing if nothing is new", async () => {
  const events = withRequests(40);
  const from = writeLog(folder, "grows.sqlite", [events.slice(0, 25)]);
  const targets = ["sqlite", "events", "ndjson"].map(newPath);
  for (const to of targets) await does(["copy", from, to]);
  const log = SqliteLog.open(from);
  log.appendNow(events.slice(25));
  log.closeNow();
  for (const to of targets) {
    assert.match(await does(["copy", from, to]), /: 15 new events, at 40 of log \S+ \(.*\); last hash [0-9a-f]{64}$/);
    assert.deepEqual(await storedIn(to), storedEventsOf(events));
    const before = readFileSync(to);
    assert.match(await does(["copy", from, to]), /: nothing new, at 40 of log/);
    assert.ok(readFileSync(to).equals(before));
  }
});

test("invoify copy from a source without commands' hashes keeps those of the target", async (t) => {
  const events = withRequests(30);
  const backup = newPath("events");
  await does(["copy", writeLog(folder, "office.sqlite", [events.slice(0, 20)]), backup]);
  const served = SqliteLog.open(writeLog(folder, "served.sqlite", [events]), { readonly: true });
  t.after(() => served.close());
  const server = await serveLog(t, served);
  await does(["copy", server.base, backup]);
  assert.deepEqual(
    await storedIn(backup),
    storedEventsOf(events.map((event) => ({ ...event, request: event.seq > 20 ? null : event.request }))),
  );
});

test("invoify copy copies types from a newer release, except into a format with named fields", async () => {
  const events = logOf(4);
  const body = Buffer.from(events[3]?.body ?? "");
  body.write("ClientFabulously", body.indexOf("ClientRegistered"), "latin1");
  const from = writeLog(folder, "newer.sqlite", [[...events.slice(0, 3), { ...clientRegistered(4), body }]]);
  const [sqlite, exact, named] = [newPath("sqlite"), newPath("events"), newPath("ndjson")];
  await does(["copy", from, exact]);
  await does(["copy", exact, sqlite]);
  assert.ok(Buffer.from((await storedIn(sqlite))[3]?.body ?? "").equals(body));
  const { exitCode, stderr } = await invoify(["copy", from, newPath("sqlite")]);
  assert.equal(exitCode, 0, "a place with files that this release may not know");
  assert.match(
    stderr,
    /newer\.sqlite: the files, if any, of 1 event that this release cannot read; the copy has none of/,
  );
  await fails(["copy", from, named], 1, /event 4.*ClientFabulously.*update needed/);
  assert.equal(existsSync(named), false);
});

test("invoify copy refuses a target that is not a prefix of the source, and leaves it unchanged", async () => {
  const from = writeLog(folder, "ours.sqlite", [logOf(10)]);
  const forked = [...logOf(4), ...logOf(8, 5).slice(4)];
  const another = logOf(5, 7);
  const longer = logOf(12);
  for (const extension of ["sqlite", "events", "ndjson"]) {
    const target = async (name: string, events: readonly EncodedEvent[]) => {
      const to = join(folder, `${name}.${extension}`);
      const made = writeLog(folder, `${name}-${extension}-made.sqlite`, [events]);
      await does(["copy", made, to]);
      return to;
    };
    const refuses = async (to: string, exitCode: 1 | 2, message: RegExp) => {
      const before = readFileSync(to);
      await fails(["copy", from, to], exitCode, message);
      assert.ok(readFileSync(to).equals(before), to);
    };
    await refuses(
      await target("forked", forked),
      1,
      /event 5 differs from that of \S+ours\.sqlite; nothing was copied/,
    );
    await refuses(await target("another", another), 2, /contains log \S+, not \S+; it was not changed/);
    await refuses(
      await target("longer", longer),
      1,
      /has 12 events, but the copy would have only 10; nothing was copied/,
    );
  }
});

test("invoify copy refuses targets that accept no log", async () => {
  const from = writeLog(folder, "from.sqlite", [logOf(5)]);
  const cache = newPath("sqlite");
  await does(["replay", "--from", from, "--to", cache]);
  const notes = newPath("events");
  writeFileSync(notes, "to do");
  const database = newPath("sqlite");
  new Database(database).exec("CREATE TABLE t (x)").close();
  const subfolder = newPath("events");
  mkdirSync(subfolder);
  const mirror = newPath("sqlite");
  SqliteLog.open(mirror, { kind: "mirror", create: true }).closeNow();
  const names = () => readdirSync(folder).filter((name) => !/-(?:wal|shm)$/.test(name));
  const before = names();
  await Promise.all([
    fails(["copy", from, from], 2, /are the same file/),
    fails(["copy", from, cache], 2, /is a cache, not a log; it was not changed/),
    fails(["copy", from, notes], 2, /\.events: not a \.events file/),
    fails(["copy", from, database], 2, /not a log of Invoify/),
    fails(["copy", from, mirror], 2, /a log of kind mirror, not embedded/),
    fails(["copy", from, subfolder], 2, /is a folder, not a log/),
    fails(["copy", from, join(folder, "log.txt")], 2, /log\.txt: not a log; a log is/),
    fails(["copy", from, "https://invoices.example"], 2, /an API takes commands, not logs/),
    fails(["copy", from, join(folder, "no", "such", "x.events")], 2, /no: there is no such folder; create it first$/m),
    fails(["copy", from, join(from, "x.events")], 2, /from\.sqlite: is a file, not a folder$/m),
    fails(["copy", join(folder, "missing.sqlite"), newPath("events")], 2, /there is no such file/),
  ]);
  assert.deepEqual(names(), before, "nothing was created");
});

for (const extension of ["sqlite", "events", "ndjson"])
  test(`invoify copy to .${extension} creates the folder, and names the file if the disk is full`, async (t) => {
    const from = writeLog(folder, `for-${extension}.sqlite`, smallBatches(20_000, 5_000));
    const small = writeLog(folder, `small-${extension}.sqlite`, [logOf(5)]);
    assert.match(await does(["copy", small, join(folder, `new-${extension}`, `log.${extension}`)]), /5 new events/);
    if (!canMount) return t.skip("cannot mount a small disk");
    const disk = join(folder, `disk-${extension}`);
    const to = join(disk, `full.${extension}`);
    const [program = "", ...args] = onSmallDisk(disk, "1m");
    const command = [...args, process.execPath, "projector/invoify.ts", "copy", from, to];
    const { status, stderr } = spawnSync(program, command, { encoding: "utf8" });
    assert.match(stderr.replaceAll(/^copying: .*\n/gm, ""), FULL[extension as keyof typeof FULL]);
    assert.ok(stderr.includes(`${to}: `) && status !== 0, stderr);
  });

const FULL = {
  sqlite: /^invoify: \S+full\.sqlite: database or disk is full; free some space and try again\n$/,
  events: /^invoify: \S+full\.events: the disk is full; free some space and try again\n$/,
  ndjson: /^invoify: \S+full\.ndjson: the disk is full; free some space and try again\n$/,
};

test("invoify copy reads a file of text up to the line that it cannot read, and names the line", async () => {
  const whole = newPath("ndjson");
  await does(["copy", writeLog(folder, "text.sqlite", [logOf(9)]), whole]);
  const text = readFileSync(whole, "utf8");
  const lines = text.trimEnd().split("\n");
  const cut = newPath("ndjson");
  writeFileSync(cut, text.slice(0, -40));
  const bad = newPath("ndjson");
  writeFileSync(bad, `${lines.with(5, "{}").join("\n")}\n`);
  for (const [path, message, count] of [
    [cut, /:9: not JSON: .*; the file is cut off in this line; \S+ contains the events up to 8$/m, 8],
    [bad, /:6: seq: .*; \S+ contains the events up to 5$/m, 5],
  ] as const)
    for (const extension of ["sqlite", "events", "ndjson"]) {
      const to = newPath(extension);
      await fails(["copy", path, to], 1, message);
      assert.equal((await json(["info", to])).head, count);
    }
  const marked = newPath("ndjson");
  writeFileSync(marked, `\ufeff${text}\n\n`);
  assert.equal((await json(["copy", marked, newPath("events")])).events, 9);
  const empty = newPath("ndjson");
  writeFileSync(empty, "");
  await fails(["copy", empty, newPath("sqlite")], 2, /ndjson: not a log: the file is empty$/m);
});

test("invoify copy of an empty log creates nothing", async () => {
  const to = newPath("events");
  assert.match(await does(["copy", writeLog(folder, "none.sqlite", []), to]), /nothing to copy: the log has no events/);
  assert.equal(existsSync(to), false);
});

test("invoify copy stopped by Ctrl-C leaves the events so far, and resumes", async () => {
  const from = writeLog(folder, "large.sqlite", smallBatches(150_000, 20_000));
  let to = "";
  const count = () => {
    if (!existsSync(to)) return 0;
    try {
      const db = new Database(to, { readonly: true });
      const head = db.prepare<[], number>("SELECT coalesce(max(seq), 0) FROM event").pluck().get() ?? 0;
      db.close();
      return head;
    } catch {
      return 0; // not yet
    }
  };
  const copied = await stopCopy(() => {
    to = newPath("sqlite");
    return { ...startInvoify(["copy", from, to]), isAtWork: () => count() > 0 };
  });
  assert.equal(copied.exitCode, 130);
  assert.match(copied.stderr, /^invoify: stopped; run the same command again to resume\n$/m);
  const landed = count();
  assert.ok(landed > 0 && landed < 150_000, `${landed}`);
  assert.equal((await json(["copy", from, to])).events, 150_000 - landed);

  let file = "";
  const parts = () => readdirSync(folder).filter((name) => name.endsWith(".part"));
  const written = await stopCopy(() => {
    file = newPath("events");
    return { ...startInvoify(["copy", from, file]), isAtWork: () => parts().length > 0 };
  });
  assert.equal(written.exitCode, 130);
  assert.deepEqual([existsSync(file), parts()], [false, []]);
});

/** Stops a copy at work. If it has finished before the signal, as on a busy machine, tries another. */
async function stopCopy(
  begin: () => ReturnType<typeof startInvoify> & { isAtWork(): boolean },
): Promise<ProcessResult> {
  for (let tries = 1; ; tries++) {
    const { child, ended, isAtWork } = begin();
    while (!isAtWork() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    const end = await ended;
    if (end.exitCode !== 0 || tries === 20) return end;
  }
}

if (serverUrl === null) test.skip("invoify copy on MongoDB: no server to test against (see fixtures/mongodb)");
else {
  const { newDatabase } = temporaryDatabases(serverUrl);

  test("invoify copy to and from MongoDB preserves id, bytes and commands' hashes", async () => {
    const events = withRequests(1500);
    const from = writeLog(folder, "to-mongo.sqlite", [events.slice(0, 1200)]);
    const database = newDatabase();
    await does(["copy", from, database]);
    const log = SqliteLog.open(from);
    log.appendNow(events.slice(1200));
    log.closeNow();
    assert.equal((await json(["copy", from, `${database}#${LOG_ID}`])).events, 300);
    const back = newPath("sqlite");
    await does(["copy", database, back]);
    assert.deepEqual(await storedIn(back), storedEventsOf(events));
  });

  test("invoify copy puts a log beside others in MongoDB, and never into one of them", async () => {
    const database = newDatabase();
    const [ours, theirs] = [logOf(5), logOf(7, 7)].map((events) => writeLog(folder, `m-${++paths}.sqlite`, [events]));
    assert.ok(ours && theirs);
    await does(["copy", ours, database]);
    await does(["copy", theirs, database]);
    assert.equal((await json(["info", `${database}#${LOG_ID}`])).head, 5);
    await fails(["info", database], 2, /holds several logs; name one of them/);
    await fails(["copy", theirs, `${database}#${LOG_ID}`], 2, /a copy keeps its id/);
  });
}
