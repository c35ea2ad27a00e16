import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventHash } from "../../events/hash.ts";
import { tilesOf } from "../../events/proofs/growing-tree.ts";
import { keysOf, NOW, signersOf } from "../../events/proofs/keys.suite.ts";
import { openProof } from "../../events/proofs/proof-text.ts";
import { type Fork, signFork } from "../../events/proofs/successor.ts";
import { originOf } from "../../events/proofs/tree-head.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { does, fails, invoify, writeLog } from "./invoify.suite.ts";
import { serveLog } from "./server.suite.ts";
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
  VKEY,
} from "./verify.suite.ts";

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
  const told = await invoify(["verify", restored, "--checkpoint", kept, "--key", VKEY, "--forks", forks]);
  assert.deepEqual(
    [told.exitCode, told.stderr],
    [
      1,
      `invoify: ${restored}: event 26: is lost, up to event 30, which ${kept} is about: the log was restored at event 25 on 2025-10-09T08:53:20.000Z, as its fork note says\n`,
    ],
  );
  assert.doesNotMatch(told.stdout, /another root|are not those/);
  assert.match(
    told.stdout,
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
  const ofThird = await invoify(["verify", twice, "--checkpoint", kept, "--key", VKEY, "--forks", both]);
  assert.equal(ofThird.exitCode, 1);
  assert.match(
    ofThird.stdout,
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
  assert.match(lied.stdout, /^problem {6}the first 26 events are not those that a fork note is about/m);
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
  const replayed = await invoify(["replay", "--from", api.base, "--to", join(folder, "replayed.sqlite")]);
  assert.equal(replayed.exitCode, 0);
  assert.match(replayed.stderr, /^invoify: replay does not check what http:\S+ signed: use invoify sync, or copy and/m);
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
