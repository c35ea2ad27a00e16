import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeEvent } from "../../events/encoding/event.ts";
import { eventHash } from "../../events/hash.ts";
import { keysOf, OTHER_LOG } from "../../events/proofs/keys.suite.ts";
import { formatProof } from "../../events/proofs/proof-text.ts";
import { inclusionProof } from "../../events/proofs/tile-proofs.ts";
import { originOf } from "../../events/proofs/tree-head.ts";
import { formatVerifierKey, verifierKey } from "../../events/proofs/verifier-key.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { INVARIANTS } from "../verify/invariants.ts";
import { does, eventAt, fails, invoify, json, writeLog } from "./invoify.suite.ts";
import {
  altered,
  bodies,
  changed,
  events,
  folder,
  kept,
  LOG_ID,
  log,
  ORIGIN,
  root,
  saved,
  server,
  tiles,
  VKEY,
} from "./verify.suite.ts";

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

test("invoify verify says that a checkpoint is not signed, and compares its root all the same", async () => {
  const to = join(folder, "unsigned.tiles");
  await does(["tiles", writeLog(folder, "first-30.sqlite", [events.slice(0, 30)]), "--to", to]);
  const unsigned = join(to, "checkpoint");
  const text = await does(["verify", log, "--checkpoint", unsigned]);
  assert.match(text, /^checkpoint {2}\S+checkpoint, of 30 events, not signed: the same root$/m);
  assert.doesNotMatch(text, /not checked/);
  const path = changed("changed-too.sqlite", ["UPDATE event SET body = ? WHERE seq = 25", altered(25)]);
  await invoify(["verify", path, "--checkpoint", unsigned]).then(({ exitCode, stdout }) => {
    assert.equal(exitCode, 1);
    assert.match(stdout, /^checkpoint .*, not signed: another root$/m);
  });
  assert.match(await does(["compare", unsigned, kept]), /not signed.*\n.*signature not checked\n\nno two of them/);
  await fails(
    ["verify", log, "--checkpoint", unsigned, "--key", VKEY],
    1,
    /checkpoint: it is not signed, so no key says whose it is; leave out --key$/m,
  );
  await fails(
    ["show", "7", "--from", log, "--proof", "--checkpoint", unsigned],
    2,
    /checkpoint: is not signed; a proof needs/,
  );
});
