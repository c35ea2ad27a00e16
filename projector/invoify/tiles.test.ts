import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventHash } from "../../events/hash.ts";
import { tilesOf } from "../../events/proofs/growing-tree.ts";
import { keysOf, OTHER_LOG, signersOf } from "../../events/proofs/keys.suite.ts";
import { openProof } from "../../events/proofs/proof-text.ts";
import { keyFileText, newKeyFile, serverKeyOf } from "../../events/proofs/server-key.ts";
import { openSignedCheckpoint, signTreeHead } from "../../events/proofs/signed-checkpoint.ts";
import { encodeEntries, entriesPath, tilePath, tilesSince } from "../../events/proofs/tiles.ts";
import { originOf } from "../../events/proofs/tree-head.ts";
import {
  ED25519,
  fingerprintOf,
  formatVerifierKey,
  publicKeyOf,
  verifierKey,
} from "../../events/proofs/verifier-key.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { idOf, logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { does, fails, invoify, json, writeLog } from "./invoify.suite.ts";
import { serveLog } from "./server.suite.ts";

const folder = temporaryFolder();
const events = logOf(600);
const entries = events.map(({ body }) => eventHash(body));
const log = writeLog(folder, "log.sqlite", [events]);
const shorter = writeLog(folder, "shorter.sqlite", [events.slice(0, 300)]);
const changed = writeLog(folder, "changed.sqlite", [[...events.slice(0, 250), ...logOf(600, 1).slice(250)]]);
const LOG_ID = uuidText(idOf(1));
const ORIGIN = originOf({ log: LOG_ID, generation: 1 });
const server = keysOf("server");
const VKEY = formatVerifierKey(verifierKey(ORIGIN, server.public[0] as never));
const { tiles, root } = await tilesOf(entries);

const files = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .sort();
const content = (path: string) => new Map(files(path).map((name) => [name, readFileSync(join(path, name), "hex")]));

/** A signed checkpoint of the first `size` events. */
async function signed(size: number, of = entries, origin = ORIGIN, keys = server): Promise<string> {
  const tree = await tilesOf(of.slice(0, size));
  return signTreeHead({ origin, size, root: tree.root }, signersOf(keys, origin));
}

async function saved(name: string, ...args: Parameters<typeof signed>): Promise<string> {
  writeFileSync(join(folder, name), await signed(...args));
  return join(folder, name);
}

test("invoify tiles writes every tile and bundle of a tree, and an unsigned checkpoint", async () => {
  const to = join(folder, "unsigned");
  const text = await does(["tiles", log, "--to", to]);
  assert.equal(text, `${to}: 600 events of ${ORIGIN}, root ${root.toString("base64")}, not signed; 7 new files`);
  const expected = new Map<string, string>();
  for (const tile of tilesSince(0, 600)) {
    expected.set(tilePath(tile), Buffer.from(tiles.readTile(tile)).toString("hex"));
    const start = tile.index * 256;
    if (tile.level === 0)
      expected.set(entriesPath(tile), encodeEntries(entries.slice(start, start + tile.width)).toString("hex"));
  }
  expected.set("checkpoint", Buffer.from(`${ORIGIN}\n600\n${root.toString("base64")}\n`).toString("hex"));
  assert.deepEqual(content(to), new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
  assert.equal(statSync(join(to, "checkpoint")).mode & 0o077, 0);
});

test("invoify tiles adds what is new, and leaves every other file as it is", async () => {
  const to = join(folder, "grows");
  assert.equal((await json(["tiles", shorter, "--to", to])).files, 5);
  const first = content(to);
  assert.equal((await json(["tiles", shorter, "--to", to])).files, 0);
  assert.deepEqual(content(to), first);
  assert.equal((await json(["tiles", log, "--to", to])).files, 5);
  const grown = content(to);
  for (const [name, bytes] of first) if (name !== "checkpoint") assert.equal(grown.get(name), bytes, name);
  rmSync(join(to, "checkpoint"));
  rmSync(join(to, "tile/0/001"));
  assert.equal((await json(["tiles", log, "--to", to])).files, 1, "a folder that was not finished is finished");
  assert.deepEqual(content(to), grown);
});

test("a folder of another log, one that contradicts, and one with more events are refused and stay as they are", async () => {
  const to = join(folder, "refuses");
  await does(["tiles", shorter, "--to", to]);
  const before = content(to);
  await fails(
    ["tiles", changed, "--to", to],
    1,
    /refuses: event 251 is not that of \S+changed\.sqlite; the folder was not changed/,
  );
  const other = writeLog(folder, "other.sqlite", [logOf(400, 7)]);
  await fails(["tiles", other, "--to", to], 2, /refuses: has the tiles of invoify\/\S+, not those of log/);
  assert.deepEqual(content(to), before);
  const longer = join(folder, "longer");
  await does(["tiles", log, "--to", longer]);
  await fails(["tiles", shorter, "--to", longer], 1, /has the tiles of 600 events, and this log has only 300/);
  const lost = join(folder, "lost");
  cpSync(to, lost, { recursive: true });
  rmSync(join(lost, "checkpoint"));
  await fails(
    ["tiles", changed, "--to", lost],
    1,
    /lost: tile\/0\/000 has other hashes than \S+changed\.sqlite; the folder was not changed/,
  );
  await fails(["tiles", log, "--to", log], 2, /is a file, not a folder/);
});

test("the server's key file signs the checkpoint, and the folder does not lose its signature", async () => {
  const [to, keyPath] = [join(folder, "signed"), join(folder, "key.json")];
  const key = newKeyFile(Date.now());
  writeFileSync(keyPath, keyFileText(key));
  const publicKey = publicKeyOf(ED25519, serverKeyOf(key).current.ed25519);
  const text = await does(["tiles", shorter, "--to", to, "--key", keyPath]);
  assert.match(
    text,
    new RegExp(`300 events of ${ORIGIN}, .*, signed with key ${fingerprintOf(publicKey)}; 5 new files$`),
  );
  const opened = () =>
    openSignedCheckpoint(readFileSync(join(to, "checkpoint"), "utf8"), { keys: [publicKey], log: LOG_ID });
  assert.equal(opened().size, 300);
  await fails(["tiles", log, "--to", to], 2, /its checkpoint is signed, and one without a signature would replace it/);
  await does(["tiles", log, "--to", to, "--key", keyPath]);
  assert.deepEqual([opened().size, opened().root], [600, root]);
  await fails(["tiles", log, "--to", to, "--key", log], 1, /log\.sqlite: not the JSON of a signing key/);
});

test("a kept checkpoint decides the size, and is refused if the log is not what was signed", async () => {
  const [to, kept] = [join(folder, "kept"), await saved("kept.checkpoint", 300)];
  await does(["tiles", log, "--to", to, "--checkpoint", kept]);
  assert.deepEqual(files(to), files(join(folder, "refuses")));
  assert.equal(readFileSync(join(to, "checkpoint"), "utf8"), readFileSync(kept, "utf8"));
  const never = join(folder, "never");
  await fails(
    ["tiles", changed, "--to", never, "--checkpoint", kept],
    1,
    /its first 300 events are not those that were signed/,
  );
  await fails(
    ["tiles", log, "--to", never, "--checkpoint", kept, "--key", kept],
    2,
    /give --key or --checkpoint, not both/,
  );
  assert.ok(!existsSync(join(never, "checkpoint")) && !existsSync(join(never, "tile")));
});

test("invoify verify --against a folder of tiles names the first event that differs, with a few reads", async () => {
  const to = join(folder, "unsigned");
  assert.match(await does(["verify", log, "--against", to]), /^against {6}\S+unsigned: the same 600 events$/m);
  const { exitCode, stderr } = await invoify(["verify", changed, "--against", to]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /event 251: is the first that differs from \S+unsigned\b/);
  const missing = await invoify(["verify", shorter, "--against", to]);
  assert.match(missing.stderr, /event 301: is missing, up to event 600, which \S+unsigned has/);
  const spoilt = join(folder, "spoilt");
  cpSync(to, spoilt, { recursive: true });
  writeFileSync(join(spoilt, "tile/1/000.p/2"), Buffer.alloc(64));
  await fails(
    ["verify", log, "--against", spoilt],
    1,
    /spoilt: its tiles do not have the root that its checkpoint says/,
  );
});

test("invoify show --proof makes the proof of an event from a log and a kept checkpoint", async () => {
  const kept = await saved("of-300.checkpoint", 300);
  for (const seq of [1, 137, 300]) {
    const text = await does(["show", String(seq), "--from", log, "--proof", "--checkpoint", kept]);
    const { index, checkpoint } = openProof(`${text}\n`, entries[seq - 1] as Buffer, {
      keys: server.public,
      log: LOG_ID,
    });
    assert.deepEqual([index, checkpoint.size], [seq - 1, 300]);
  }
  const show = (args: string[], exitCode: 1 | 2, message: RegExp) => fails(["show", ...args], exitCode, message);
  await show(
    ["301", "--from", log, "--proof", "--checkpoint", kept],
    2,
    /of 300 events does not prove event 301; use a later one/,
  );
  await show(
    ["7", "--from", changed, "--proof", "--checkpoint", kept],
    1,
    /its first 300 events are not those that \S+ is about/,
  );
  await show(["7", "--from", log, "--proof"], 2, /a proof needs --checkpoint FILE/);
  await show(["7", "--from", log, "--checkpoint", kept], 2, /--checkpoint is for --proof/);
  await show(["7", "--from", log, "--proof", "--json"], 2, /--proof prints a text that has a form of its own/);
});

test("what a server signed is used for tiles, verify and show --proof, and is not believed if it is wrong", async (t) => {
  const source = SqliteLog.open(log, { readonly: true });
  t.after(() => source.close());
  const api = await serveLog(t, source);
  const from = api.base;
  await fails(["show", "7", "--from", from, "--proof"], 2, /has no proof of event 7: it signs nothing, or not yet/);
  assert.match(await does(["tiles", from, "--to", join(folder, "from-server-unsigned")]), /not signed; 7 new files/);
  api.proofs.set("checkpoint", await signed(300));
  const proof = `${await does(["show", "7", "--from", log, "--proof", "--checkpoint", await saved("c", 300)])}\n`;
  api.proofs.set("proof/7", proof);
  api.proofs.set("proof/8", proof);
  assert.equal(await does(["show", "7", "--from", from, "--proof"]), proof.trimEnd());
  await fails(["show", "8", "--from", from, "--proof"], 1, /its proof of event 8: is about event 7/);
  api.proofs.set("proof/8", proof.replace("index 6", "index 7"));
  await fails(
    ["show", "8", "--from", from, "--proof"],
    1,
    /inclusion proof of leaf 7 in 300 entries: it leads to the root/,
  );
  const to = join(folder, "from-server");
  assert.match(await does(["tiles", from, "--to", to]), /300 events of .*: its own checkpoint; 5 new files/);
  assert.match(await does(["verify", from, "--key", VKEY]), /its own checkpoint, of 300 events, signed: the same root/);
  api.proofs.set("checkpoint", await signed(300, entries.toReversed()));
  const lie = await invoify(["verify", from, "--key", VKEY]);
  assert.equal(lie.exitCode, 1);
  assert.match(lie.stderr, /the first 300 events are not those that \S+ its own checkpoint is about/);
  api.proofs.set("checkpoint", await signed(300, entries, ORIGIN, keysOf("a thief")));
  const stolen = await invoify(["verify", from, "--key", VKEY]);
  assert.equal(stolen.exitCode, 1);
  assert.match(stolen.stderr, /its own checkpoint: none of the known keys signed it/);
});

test("invoify compare finds two checkpoints that no single history has", async () => {
  const others = logOf(600, 1).map(({ body }) => eventHash(body));
  const two = [...entries.slice(0, 250), ...others.slice(250)];
  const [a, b, c] = [await saved("a", 300), await saved("b", 300, two), await saved("c600", 600)];
  assert.match(await does(["compare", a, await saved("a2", 300)]), /no two of them contradict each other$/);
  const split = await invoify(["compare", a, b, "--key", VKEY]);
  assert.equal(split.exitCode, 1);
  assert.equal(
    split.stderr,
    `invoify: ${a} and ${b} contradict each other within the first 300 events: the server signed two histories\n`,
  );
  const unsigned = await invoify(["compare", a, b, "--json"]);
  assert.deepEqual((JSON.parse(unsigned.stdout) as { contradictions: object[] }).contradictions, [
    { a, b, within: 300 },
  ]);
  assert.match(unsigned.stderr, /these are two histories/);
  const undecided = await invoify(["compare", b, c]);
  assert.deepEqual(
    [undecided.exitCode, undecided.stderr],
    [1, "invoify: not compared: 1 pair of different sizes or generations: that needs the events: --log LOG\n"],
  );
  const foreign = await invoify(["compare", b, await saved("b2", 300, two), "--log", log]);
  assert.equal(foreign.exitCode, 1);
  assert.match(
    foreign.stderr,
    /b is not in the log \S+log\.sqlite: another history of 300 events; and 1 more problem\n/,
  );
  assert.doesNotMatch(foreign.stdout, /no two of them/);
  const short = await invoify(["compare", a, c, "--log", shorter]);
  assert.equal(short.exitCode, 1);
  assert.match(
    short.stderr,
    /not compared: \S+c600, of 600 events: the log \S+shorter\.sqlite has only 300; and 1 more/,
  );
  assert.match(short.stdout, /^not compared: 1 pair: the log has not both of each$/m);
  assert.match(
    await does(["compare", a, c, "--log", log]),
    /in the log\n.*in the log\n\nno two of them contradict each other/,
  );
  const found = await invoify(["compare", b, c, "--log", log]);
  assert.match(found.stderr, /b and \S+c600 contradict each other within the first 300 events/);
});

test("invoify compare does not accuse a restored log, and refuses what is not comparable", async () => {
  const a = await saved("first", 300);
  const second = originOf({ log: LOG_ID, generation: 2 });
  const restored = await saved("second", 300, entries.toReversed(), second);
  const apart = await invoify(["compare", a, restored]);
  assert.equal(apart.exitCode, 1);
  assert.match(apart.stderr, /^invoify: not compared: 1 pair of different sizes or generations: /);
  assert.match(apart.stdout, /2 generations: the log was restored; its fork notes say how far they agree/);
  const goesOn = await saved("goes-on", 600, entries, second);
  assert.match(await does(["compare", a, goesOn, "--log", log]), /no two of them contradict each other/);
  const foreign = await saved("foreign", 300, entries, originOf({ log: OTHER_LOG, generation: 1 }));
  await fails(["compare", a, foreign], 2, /first is about invoify\/\S+, and \S+foreign about invoify\/\S+: two logs/);
  await fails(["compare", a], 2, /compare needs two checkpoints or more/);
  await fails(
    ["compare", a, await saved("forged", 300, entries, ORIGIN, keysOf("a thief")), "--key", VKEY],
    1,
    /forged: none of the known keys/,
  );
});
