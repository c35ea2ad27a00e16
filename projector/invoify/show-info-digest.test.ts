import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { describeEvent } from "../../events/encoding/event.ts";
import { uuidText } from "../../events/uuid.ts";
import { idOf, logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { PROJECTOR_VERSION } from "../cache/cache-schema.ts";
import { does, fails, invoify, json, writeLog } from "./invoify.suite.ts";

const folder = temporaryFolder();
const events = logOf(5);
const log = writeLog(folder, "log.sqlite", [events]);
const cache = join(folder, "cache.sqlite");
await does(["replay", "--from", log, "--to", cache]);
const LOG_ID = uuidText(idOf(1));
const FIRST_AT = "2024-01-01T00:00:00.001Z";
const LAST_AT = "2024-01-01T00:00:00.005Z";
const COUNTS = { ClientRegistered: 2, ClientDetailsChanged: 1, OrganizationRegistered: 1, UserAdded: 1 };

function hashOf(seq: number): string {
  const body = events[seq - 1]?.body ?? Buffer.alloc(0);
  return createHash("sha256")
    .update(Buffer.from([0]))
    .update(body)
    .digest("hex");
}

test("invoify show names every field of an event, its hash and its size", async () => {
  const body = events[4]?.body ?? Buffer.alloc(0);
  const output = await json(["show", "5", "--from", log]);
  const { hash, bytes, ...event } = output;
  assert.deepEqual(event, describeEvent(body));
  assert.deepEqual({ hash, bytes }, { hash: hashOf(5), bytes: body.length });
  const text = await does(["show", "5", "--from", log]);
  const [head = "", data = ""] = text.split("\n\n");
  assert.deepEqual(head.split("\n"), [
    "event   5",
    `type    ClientDetailsChanged, schema ${event.schema}`,
    "what    Client changed: Client 4, version 2",
    "stream  client 4, version 2",
    `time    ${LAST_AT}`,
    "actor   user 2",
    `id      ${uuidText(idOf(5))}`,
    `hash    ${hashOf(5)}`,
    `size    ${body.length} bytes`,
  ]);
  assert.deepEqual(JSON.parse(data), event.data);
});

test("invoify show refuses a sequence that the log does not have", async () => {
  const show = (seq: string, message: RegExp) => fails(["show", seq, "--from", log], 2, message);
  await Promise.all([
    show("6", /log\.sqlite: there is no event 6, the log has 5 events/),
    show("0", /0: not a sequence; sequences are whole numbers from 1/),
    show("two", /two: not a sequence/),
    show("1.5", /1\.5: not a sequence/),
    show("1,000", /there is no event 1000/),
  ]);
});

test("invoify show prints what it can of an event from a newer release", async () => {
  const newer = writeLog(folder, "newer.sqlite", [events]);
  const body = Buffer.from(events[3]?.body ?? "");
  body.write("ClientFabulously", body.indexOf("ClientRegistered"), "latin1");
  const db = new Database(newer);
  db.prepare("UPDATE event SET body = ? WHERE seq = 4").run(body);
  db.close();
  const { exitCode, stdout, stderr } = await invoify(["show", "4", "--from", newer]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^type {4}ClientFabulously, schema \d+\n/m);
  assert.match(stdout, /^hash {4}[0-9a-f]{64}\n/m);
  assert.equal(stderr, "invoify: event 4: comes from a newer release: update needed\n");
  const info = await invoify(["info", newer, "--json"]);
  assert.equal((JSON.parse(info.stdout) as { events: Record<string, number> }).events.ClientFabulously, 1);
  assert.equal(info.exitCode, 1);
  assert.match(
    info.stderr,
    /^invoify: event 4 \(ClientFabulously\): this release does not know the type "ClientFabulously": update needed; its type is counted, its data was not read\n$/,
  );
  assert.equal((await json(["info", newer, "--brief"])).head, 5);
});

test("invoify info describes a log", async () => {
  const { fileBytes, ...facts } = await json(["info", log]);
  assert.deepEqual(facts, {
    kind: "embedded log",
    place: log,
    log: LOG_ID,
    head: 5,
    firstAt: FIRST_AT,
    lastAt: LAST_AT,
    hash: hashOf(5),
    eventBytes: events.reduce((sum, { body }) => sum + body.length, 0),
    events: COUNTS,
  });
  assert.ok(Number(fileBytes) > 4096);
  const text = await does(["info", log]);
  assert.match(text, /^what +embedded log\n/);
  assert.match(text, /\n\nevents by type\n {2}ClientRegistered +2\n {2}ClientDetailsChanged +1\n/);
  const { events: counted, eventBytes } = await json(["info", log, "--brief"]);
  assert.deepEqual({ counted, eventBytes }, { counted: undefined, eventBytes: undefined });
});

test("invoify info describes a cache", async () => {
  const { fileBytes, rows, ...facts } = await json(["info", cache]);
  assert.deepEqual(facts, {
    kind: "cache",
    place: cache,
    log: LOG_ID,
    checkpoint: 5,
    firstAt: FIRST_AT,
    lastAt: LAST_AT,
    hash: hashOf(5),
    projectorVersion: PROJECTOR_VERSION,
    events: COUNTS,
  });
  assert.ok(Number(fileBytes) > 4096);
  const { client, activity, user } = rows as Record<string, number>;
  assert.deepEqual({ client, activity, user }, { client: 2, activity: 5, user: 1 });
  assert.match(await does(["info", cache]), /^projector +\S+, same as this release$/m);
});

test("invoify info describes an empty log and an empty cache", async () => {
  const empty = writeLog(folder, "empty.sqlite", []);
  const { log: id, head, firstAt, lastAt, hash, events: counts } = await json(["info", empty]);
  assert.deepEqual(
    { id, head, firstAt, lastAt, hash, counts },
    { id: null, head: 0, firstAt: null, lastAt: null, hash: null, counts: {} },
  );
  assert.match(await does(["info", empty]), /^log id +none yet$/m);
  const emptyCache = join(folder, "empty-cache.sqlite");
  await does(["replay", "--from", empty, "--to", emptyCache]);
  const { checkpoint, log: none } = await json(["info", emptyCache]);
  assert.deepEqual({ checkpoint, none }, { checkpoint: 0, none: null });
});

test("invoify info describes another release's cache; invoify digest says to rebuild it", async () => {
  const stale = join(folder, "stale.sqlite");
  await does(["replay", "--from", log, "--to", stale]);
  new Database(stale).exec("UPDATE meta SET projector_version = '0-older'").close();
  const { checkpoint, projectorVersion, rows } = await json(["info", stale]);
  assert.deepEqual(
    { checkpoint, projectorVersion, rows },
    { checkpoint: 5, projectorVersion: "0-older", rows: undefined },
  );
  assert.match(
    await does(["info", stale]),
    /^projector +0-older; this release is \S+: rebuild it with invoify replay$/m,
  );
  await fails(
    ["digest", stale],
    1,
    /stale\.sqlite: made by projector 0-older, but this release is \S+; rebuild it with/,
  );
});

test("invoify digest prints one hash, equal for equal caches; --tables shows where two differ", async () => {
  const digest = await does(["digest", cache]);
  assert.match(digest, /^[0-9a-f]{64}$/);
  const other = join(folder, "other-cache.sqlite");
  await does(["replay", "--from", log, "--to", other]);
  assert.equal(await does(["digest", other]), digest);

  const lines = (await does(["digest", cache, "--tables"])).split("\n").map((line) => line.split(/ {2,}/));
  const rows = await does(["digest", cache, "--rows"]);
  assert.match(rows, /^[0-9a-f]{64}$/);
  assert.notEqual(rows, digest);
  assert.deepEqual(lines.slice(-2), [
    ["rows", rows],
    ["all", digest],
  ]);
  assert.deepEqual(lines[0]?.slice(0, 2), ["activity", "5"]);
  const { tables, ...rest } = await json(["digest", cache]);
  assert.deepEqual(rest, { cache, log: LOG_ID, seq: 5, rowsDigest: rows, digest });

  new Database(other).exec("UPDATE client SET name = 'Mallory' WHERE id = 3").close();
  const after = await json(["digest", other]);
  assert.notEqual(after.digest, digest);
  type Tables = { table: string; digest: string }[];
  const changed = (after.tables as Tables).filter(({ digest }, n) => digest !== (tables as Tables)[n]?.digest);
  assert.deepEqual(
    changed.map(({ table }) => table),
    ["client"],
  );
});

test("invoify digest --at has the rows of a replay to the moment, and with --log its whole digest", async () => {
  for (const at of ["0", "4", "2024-01-01T00:00:00.003Z"]) {
    const replayed = join(folder, `replayed-${at.replace(":", "-")}.sqlite`);
    await does(["replay", "--from", log, "--to", replayed, "--at", at]);
    const of = async (...more: string[]) => await json(["digest", ...more]);
    const [past, whole, expected] = await Promise.all([
      of(cache, "--at", at),
      of(cache, "--at", at, "--log", log),
      of(replayed),
    ]);
    const { digest, rowsDigest, tables, seq } = expected;
    const { cache: _, log: id, ...rest } = whole;
    assert.deepEqual(rest, { digest, rowsDigest, tables, seq }, at);
    assert.equal(id, LOG_ID);
    // Before the first event, there is no hash to know.
    assert.deepEqual(past, { cache, log: LOG_ID, seq, digest: seq === 0 ? digest : null, rowsDigest, tables }, at);
    const { stdout, stderr } = await invoify(["digest", cache, "--at", at]);
    assert.equal(stdout.trim(), seq === 0 ? digest : rowsDigest);
    if (seq !== 0) assert.match(stderr, /the digest of the rows: compare it with that of invoify digest FILE --rows/);
    assert.equal(await does(["digest", replayed, "--rows"]), rowsDigest);
    const lines = (await does(["digest", cache, "--at", at, "--tables"]))
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(lines.at(seq === 0 ? -2 : -1), ["rows", rowsDigest]);
  }
});

test("invoify digest --at refuses a moment that the cache has not reached, and another log", async () => {
  const other = writeLog(folder, "other-log.sqlite", [logOf(5, 1)]);
  const short = writeLog(folder, "short-log.sqlite", [events.slice(0, 2)]);
  await Promise.all([
    fails(["digest", cache, "--at", "6"], 2, /--at 6: must be an event up to 5/),
    fails(["digest", cache, "--at", "2024"], 2, /an event or a date/),
    fails(["digest", cache, "--log", log], 2, /--log is for --at/),
    fails(["digest", cache, "--at", "4", "--log", other], 1, /event 4 is not the one in/),
    fails(["digest", cache, "--at", "4", "--log", short], 1, /there is no event 4/),
  ]);
});

test("invoify digest reports a damaged cache", async () => {
  const damaged = join(folder, "damaged.sqlite");
  await does(["replay", "--from", log, "--to", damaged]);
  new Database(damaged).exec("DROP TABLE payment_allocation").close();
  await fails(
    ["digest", damaged],
    1,
    /damaged\.sqlite: no such table: payment_allocation; rebuild it with invoify replay/,
  );
});
