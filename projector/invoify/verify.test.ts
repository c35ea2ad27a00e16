import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { decodeEvent } from "../../events/encoding/event.ts";
import { eventHash } from "../../events/hash.ts";
import { tilesOf } from "../../events/proofs/growing-tree.ts";
import { keysOf, NOW, OTHER_LOG, signersOf } from "../../events/proofs/keys.suite.ts";
import { formatProof, openProof } from "../../events/proofs/proof-text.ts";
import { signTreeHead } from "../../events/proofs/signed-checkpoint.ts";
import { type Fork, signFork } from "../../events/proofs/successor.ts";
import { inclusionProof } from "../../events/proofs/tile-proofs.ts";
import { originOf } from "../../events/proofs/tree-head.ts";
import { formatVerifierKey, verifierKey } from "../../events/proofs/verifier-key.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { idOf, logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { INVARIANTS } from "../verify/invariants.ts";
import { does, eventAt, fails, invoify, json, writeLog } from "./invoify.suite.ts";
import { serveLog } from "./server.suite.ts";

const folder = temporaryFolder();
const events = logOf(40);
const bodies = events.map(({ body }) => body);
const log = writeLog(folder, "log.sqlite", [events]);
const LOG_ID = uuidText(idOf(1));
const ORIGIN = originOf({ log: LOG_ID, generation: 1 });
const server = keysOf("server");
const VKEY = formatVerifierKey(verifierKey(ORIGIN, server.public[0] as never));
const { tiles, root } = await tilesOf(bodies.map((body) => eventHash(body)));

/** Writes a signed checkpoint of the first `size` events. @returns its path */
async function saved(name: string, size: number, keys = server, origin = ORIGIN): Promise<string> {
  const tree = await tilesOf(bodies.slice(0, size).map((body) => eventHash(body)));
  const path = join(folder, name);
  writeFileSync(path, signTreeHead({ origin, size, root: tree.root }, signersOf(keys, origin)));
  return path;
}

/** A copy of the log whose table of events was changed with SQL. */
function changed(name: string, ...statements: [sql: string, ...values: unknown[]][]): string {
  const path = join(folder, name);
  copyFileSync(log, path);
  const db = new Database(path);
  for (const [sql, ...values] of statements) db.prepare(sql).run(...values);
  db.close();
  return path;
}

/** Event 25 with one letter of its text changed: it is still an event that Invoify could have written. */
function altered(seq: number): Buffer {
  const body = Buffer.from(bodies[seq - 1] as Buffer);
  const at = body.lastIndexOf("Client");
  assert.ok(at > 0);
  body.write("K", at);
  return body;
}

const kept = await saved("kept.checkpoint", 30);

test("invoify verify prints size and root of a log, and what it did not check", async () => {
  const text = await does(["verify", log]);
  assert.deepEqual(text.split("\n"), [
    `log          ${LOG_ID}`,
    "size         40",
    `root         ${root.toString("base64")}`,
    `last hash    ${eventHash(bodies[39] as Buffer).toString("hex")}`,
    `books        every event can be folded, and ${INVARIANTS.length} invariants hold`,
    "not checked  whether the end is missing: that needs --checkpoint FILE",
  ]);
});

test("invoify verify says that a log has what a kept checkpoint says, and whether it knows the signer", async () => {
  const unsigned = await does(["verify", log, "--checkpoint", kept]);
  assert.match(unsigned, /^checkpoint {3}\S+kept\.checkpoint, of 30 events, signature not checked: the same root$/m);
  assert.match(unsigned, /^not checked {2}who signed the checkpoint: that needs --key VKEY$/m);
  const signed = await does(["verify", log, "--checkpoint", kept, "--key", VKEY]);
  assert.match(signed, /^checkpoint {2}\S+kept\.checkpoint, of 30 events, signed: the same root$/m);
  assert.doesNotMatch(signed, /not checked/);
  const keyFile = join(folder, "keys.txt");
  writeFileSync(
    keyFile,
    `# our server\n${server.public.map((key) => formatVerifierKey(verifierKey(ORIGIN, key))).join("\n")}\n`,
  );
  const both = await json(["verify", log, "--checkpoint", kept, "--key", keyFile]);
  assert.deepEqual(
    { size: both.size, root: both.root, problems: both.problems },
    { size: 40, root: root.toString("base64"), problems: [] },
  );
  assert.match(JSON.stringify(both.checkpoints), /"signature":"verified","signedAt":1760000000,"holds":true/);
});

test("invoify verify reads the checkpoint of a proof, and all of a desktop's evidence", async () => {
  const proof = join(folder, "7.tlog-proof");
  const checkpoint = readFileSync(kept, "utf8");
  writeFileSync(proof, formatProof({ index: 6, hashes: await inclusionProof(tiles, 6, 30), checkpoint }));
  assert.match(
    await does(["verify", log, "--checkpoint", proof, "--key", VKEY]),
    /of 30 events, signed: the same root/,
  );
  const evidence = join(folder, "evidence.json");
  const later = readFileSync(await saved("later.checkpoint", 40), "utf8");
  const content = { format: "invoify/evidence/v1", checkpoints: [{ note: checkpoint }, { note: later }] };
  writeFileSync(evidence, JSON.stringify(content));
  const text = await does(["verify", log, "--checkpoint", evidence, "--key", VKEY]);
  assert.match(text, /evidence\.json, checkpoint 1, of 30 events, signed: the same root/);
  assert.match(text, /evidence\.json, checkpoint 2, of 40 events, signed: the same root/);
});

test("a letter that was changed is found with a checkpoint, and named with another copy", async () => {
  const path = changed("changed.sqlite", ["UPDATE event SET body = ? WHERE seq = 25", altered(25)]);
  assert.match(await does(["verify", path]), /invariants hold/, "nobody can see it without a checkpoint");
  const { exitCode, stdout, stderr } = await invoify(["verify", path, "--checkpoint", kept]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^problem {6}the first 30 events are not those/m);
  assert.match(
    stderr,
    /^invoify: \S+changed\.sqlite: the first 30 events are not those that \S+kept\.checkpoint is about: /,
  );
  const named = await invoify(["verify", path, "--against", log]);
  assert.deepEqual(
    [named.exitCode, named.stderr],
    [1, `invoify: ${path}: event 25: is the first that differs from ${log}\n`],
  );
  const both = await invoify(["verify", path, "--checkpoint", kept, "--against", log]);
  assert.match(both.stderr, /event 25: is the first that differs from \S+log\.sqlite; and 1 more problem\n$/);
});

test("an event that is missing, twice, or in the place of another is named", async () => {
  const body = (seq: number) => bodies[seq - 1];
  const swapped = changed(
    "swapped.sqlite",
    ["UPDATE event SET body = ? WHERE seq = 20", body(21)],
    ["UPDATE event SET body = ? WHERE seq = 21", body(20)],
  );
  const missing = changed("missing.sqlite", ["DELETE FROM event WHERE seq = 20"]);
  const twice = changed("twice.sqlite", ["UPDATE event SET body = ? WHERE seq = 20", body(19)]);
  const cut = changed("bytes.sqlite", ["UPDATE event SET body = ? WHERE seq = 20", body(20)?.subarray(0, -1)]);
  for (const path of [swapped, missing, twice, cut]) {
    const { exitCode, stderr } = await invoify(["verify", path]);
    assert.equal(exitCode, 1, path);
    assert.match(stderr, /event 20\b/, path);
  }
});

test("an end that is missing is noticed with a checkpoint, and named with another copy", async () => {
  const short = writeLog(folder, "short.sqlite", [events.slice(0, 25)]);
  await does(["verify", short]);
  const noticed = await invoify(["verify", short, "--checkpoint", kept, "--key", VKEY]);
  assert.deepEqual(
    [noticed.exitCode, noticed.stderr],
    [
      1,
      `invoify: ${short}: event 26: is missing, up to event 30, which ${kept} is about: a file may have been cut, or a .sqlite copied without its -wal\n`,
    ],
  );
  const named = await invoify(["verify", short, "--against", log]);
  assert.match(named.stderr, /event 26: is missing, up to event 40, which \S+log\.sqlite has\n$/);
  assert.match(
    await does(["verify", log, "--against", short]),
    /^against {6}\S+: the same 25 events; it lacks the last 15$/m,
  );
});

test("a .sqlite that was copied without its -wal, and an .ndjson that was cut, are noticed with a checkpoint", async () => {
  const path = writeLog(folder, "live.sqlite", [events.slice(0, 10)]);
  const copy = join(folder, "without-wal.sqlite");
  const live = SqliteLog.open(path, { kind: "embedded" });
  try {
    live.appendNow(events.slice(10));
    copyFileSync(path, copy);
  } finally {
    live.closeNow();
  }
  assert.match(await does(["verify", copy]), /^size {9}10$/m);
  assert.match((await invoify(["verify", copy, "--checkpoint", kept])).stderr, /event 11: is missing, up to event 30/);
  const text = join(folder, "log.ndjson");
  await does(["copy", log, text]);
  const lines = readFileSync(text, "utf8").trimEnd().split("\n");
  const cut = join(folder, "cut.ndjson");
  writeFileSync(cut, `${lines.slice(0, -15).join("\n")}\n`);
  assert.match((await invoify(["verify", cut, "--checkpoint", kept])).stderr, /event 26: is missing, up to event 30/);
});

test("an event that no decider would have decided is named, with its invariant's words", async () => {
  const { type, data, at } = decodeEvent(bodies[38] as Buffer);
  const foreign = eventAt(41, at + 2, { type, data } as never, { actor: 999 });
  const path = writeLog(folder, "foreign.sqlite", [[...events, foreign]]);
  const { exitCode, stdout, stderr } = await invoify(["verify", path, "--checkpoint", kept]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /foreign\.sqlite: event 41: ClientRegistered: .*999/);
  assert.match(stdout, /^size {9}41$/m);
  assert.match(stdout, /^checkpoint .*: the same root$/m);
  assert.match(stdout, /^problem {6}event 41: ClientRegistered: /m);
});

test("an event that folds but breaks an invariant is named with it, and the rest is checked", async () => {
  const { type, data, at } = decodeEvent(bodies[38] as Buffer);
  const byServer = eventAt(41, at + 2, { type, data } as never, { actor: 0 });
  const later = eventAt(42, at + 2, { type, data } as never);
  const path = writeLog(folder, "by-server.sqlite", [[...events, byServer, later]]);
  const { exitCode, stdout, stderr } = await invoify(["verify", path, "--json"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /event 41: ClientRegistered: its actor is the server \(invariant founding\)\n$/);
  const { size, allFolded } = JSON.parse(stdout) as { size: number; allFolded: boolean };
  assert.deepEqual([size, allFolded], [42, true]);
});

test("an event of a newer release is named, and the tree goes on after it", async () => {
  const body = Buffer.from(bodies[20] as Buffer);
  body.write("ClientFabulously", body.indexOf("ClientRegistered"), "latin1");
  const path = changed("newer.sqlite", ["UPDATE event SET body = ? WHERE seq = 21", body]);
  const { exitCode, stdout, stderr } = await invoify(["verify", path, "--json"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /event 21\b.*update needed\n$/);
  const { size, allFolded } = JSON.parse(stdout) as { size: number; allFolded: boolean };
  assert.deepEqual([size, allFolded], [40, false]);
});

test("a checkpoint that is forged, cut, another key's or another log's is refused before anything is read", async () => {
  const note = readFileSync(kept, "utf8");
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const refuses = (path: string, exitCode: 1 | 2, message: RegExp) =>
    fails(["verify", log, "--checkpoint", path, "--key", VKEY], exitCode, message);
  await refuses(
    file("forged", note.replace("\n30\n", "\n31\n")),
    1,
    /forged: the signature of \S+, key [0-9a-f]{8}, is not that key's/,
  );
  await refuses(file("cut", note.slice(0, -40)), 1, /cut: it does not end with a newline: its end is missing/);
  await refuses(await saved("thief", 30, keysOf("a thief")), 1, /thief: none of the known keys signed it/);
  const foreign = await saved("foreign", 30, server, originOf({ log: OTHER_LOG, generation: 1 }));
  await refuses(foreign, 2, /foreign: it is about invoify\/\S+2\/1, not about invoify\/\S+\/1/);
  await fails(["verify", log, "--checkpoint", foreign], 2, /not about the log/);
  await fails(["verify", log, "--key", VKEY], 2, /--key needs --checkpoint FILE/);
  await fails(["verify", log, "--checkpoint", join(folder, "none")], 2, /none: there is no such file/);
  await fails(
    ["verify", log, "--checkpoint", kept, "--key", "none"],
    2,
    /--key: the key "none": it does not have the form/,
  );
  await fails(["verify", log, "--against", folder], 2, /is a folder without the checkpoint of a log's tiles/);
});

test("a log that was restored is not accused: its fork note says what is lost, and is checked itself", async () => {
  const second = originOf({ log: LOG_ID, generation: 2 });
  const restored = writeLog(folder, "restored.sqlite", [[...events.slice(0, 25), ...logOf(40, 3).slice(25)]]);
  const { root: rootOf25 } = await tilesOf(bodies.slice(0, 25).map((body) => eventHash(body)));
  const fork: Fork = {
    old: { origin: ORIGIN, size: 40, root },
    restored: { origin: second, size: 25, root: rootOf25 },
    at: 1_760_000_000,
  };
  const [signer] = signersOf(server, second);
  const notes = (name: string, changed: Partial<Fork> = {}) => {
    writeFileSync(join(folder, name), signFork({ ...fork, ...changed }, [signer as never]));
    return join(folder, name);
  };
  const forks = notes("forks.txt");
  const accused = await invoify(["verify", restored, "--checkpoint", kept, "--key", VKEY]);
  assert.match(accused.stderr, /the first 30 events are not those that \S+kept\.checkpoint is about/);
  const told = await does(["verify", restored, "--checkpoint", kept, "--key", VKEY, "--forks", forks]);
  assert.match(
    told,
    /kept\.checkpoint, of 30 events, signed: the log was restored at event 25 on 2025-10-09T08:53:20\.000Z, later events are lost$/m,
  );
  const third = originOf({ log: LOG_ID, generation: 3 });
  const { root: rootOf20 } = await tilesOf(bodies.slice(0, 20).map((body) => eventHash(body)));
  const next: Fork = {
    old: { origin: second, size: 40, root },
    restored: { origin: third, size: 20, root: rootOf20 },
    at: NOW,
  };
  const twice = writeLog(folder, "twice-restored.sqlite", [[...events.slice(0, 20), ...logOf(40, 5).slice(20)]]);
  const both = join(folder, "both.txt");
  const nextNote = signFork(next, [signersOf(server, third)[0] as never]);
  writeFileSync(both, `${readFileSync(forks, "utf8")}\n${nextNote}`);
  const ofThird = await does(["verify", twice, "--checkpoint", kept, "--key", VKEY, "--forks", both]);
  assert.match(
    ofThird,
    /of 30 events, signed: the log was restored at event 20 on /,
    "the second restore ended earlier",
  );
  const before = await saved("before.checkpoint", 20);
  assert.match(
    await does(["verify", restored, "--checkpoint", before, "--forks", forks]),
    /of 20 events, .*: the same root/,
  );
  const wrong = notes("wrong.txt", { restored: { ...fork.restored, size: 26 } });
  const lied = await invoify(["verify", restored, "--checkpoint", kept, "--forks", wrong]);
  assert.match(lied.stderr, /the first 26 events are not those that a fork note is about/);
  const thief = keysOf("a thief");
  writeFileSync(join(folder, "thief.txt"), signFork(fork, [signersOf(thief, second)[0] as never]));
  await fails(
    ["verify", restored, "--checkpoint", kept, "--key", VKEY, "--forks", join(folder, "thief.txt")],
    1,
    /thief\.txt, fork note 1: none of the known keys signed it/,
  );
});

test("a .events file has the signed checkpoint of its source, and verify and show use it", async (t) => {
  const source = SqliteLog.open(log, { readonly: true });
  t.after(() => source.close());
  const api = await serveLog(t, source);
  api.proofs.set("checkpoint", readFileSync(kept, "utf8"));
  const path = join(folder, "signed.events");
  await does(["copy", api.base, path]);
  assert.match(await does(["verify", path, "--key", VKEY]), /its own checkpoint, of 30 events, signed: the same root/);
  const proof = await does(["show", "7", "--from", path, "--proof"]);
  assert.equal(openProof(`${proof}\n`, eventHash(bodies[6] as Buffer), { keys: server.public, log: LOG_ID }).index, 6);
  const again = join(folder, "again.events");
  await does(["copy", path, again]);
  assert.deepEqual(readFileSync(again), readFileSync(path), "a copy of the file has it too");
  const short = join(folder, "short.events");
  await does(["copy", path, short, "--events", "20"]);
  assert.doesNotMatch(await does(["verify", short]), /its own checkpoint/);
  const unsigned = join(folder, "unsigned.events");
  await does(["copy", log, unsigned]);
  await fails(["show", "7", "--from", unsigned, "--proof"], 2, /a proof needs --checkpoint FILE/);
  api.log = SqliteLog.open(changed("other-letter.sqlite", ["UPDATE event SET body = ? WHERE seq = 25", altered(25)]), {
    readonly: true,
  });
  t.after(() => api.log.close());
  const never = join(folder, "never.events");
  await fails(["copy", api.base, never], 1, /its first 30 events are not those that were signed/);
  assert.equal(existsSync(never), false);
});
