import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../hash.ts";
import { keysOf, LOG, NOW, ORIGIN, OTHER_LOG, signersOf } from "./keys.suite.ts";
import { ed25519Signer, signNote } from "./note.ts";
import {
  type Fork,
  followSuccessors,
  forkNotesIn,
  openFork,
  openSuccessor,
  readFork,
  SERVER_KEY_NAME,
  signFork,
  signSuccessor,
} from "./successor.ts";
import { originOf } from "./tree-head.ts";

const serverSigner = (name: string) => ed25519Signer(SERVER_KEY_NAME, keysOf(name).ed25519);

/** The note that the keys `next` follow the keys `old`. */
const noteOf = (old: string, next: string, signedBy = [old, next]) =>
  signSuccessor({ old: keysOf(old).public, next: keysOf(next).public, at: NOW }, signedBy.map(serverSigner));

test("a successor note names all keys of both sides, in lines of text", () => {
  const note = noteOf("one", "two");
  assert.match(note, /^invoify\/key-successor\/v1\nold invoify\/server\+[0-9a-f]{8}\+A\S+\nold \S+\+B\S+\nnew /);
  assert.deepEqual(openSuccessor(note, keysOf("one").public), {
    old: keysOf("one").public,
    next: keysOf("two").public,
    at: NOW,
  });
});

test("a note is believed only if a pinned key signed it, and a new key did too", () => {
  const pinned = keysOf("one").public;
  const unsigned = { code: "UNPROVEN", fault: "unsigned" };
  assert.throws(() => openSuccessor(noteOf("three", "two"), pinned), unsigned);
  assert.throws(() => openSuccessor(noteOf("one", "two", ["two"]), pinned), unsigned);
  assert.throws(() => openSuccessor(noteOf("one", "two", ["one"]), pinned), unsigned);
  assert.throws(() => openSuccessor(noteOf("one", "two", ["a thief", "two"]), pinned), unsigned);
  assert.throws(() => openSuccessor(noteOf("one", "two").replace(`time ${NOW}`, "time 1"), pinned), {
    fault: "forged",
  });
});

test("a chain of notes is followed in whatever order they come", () => {
  const notes = [noteOf("three", "four"), noteOf("a thief", "one"), noteOf("two", "three"), noteOf("one", "two")];
  const { keys, chain } = followSuccessors(keysOf("one").public, [...notes, "not a note"]);
  assert.deepEqual(keys, keysOf("four").public);
  assert.equal(chain.length, 3);
  assert.deepEqual(followSuccessors(keysOf("four").public, notes), { keys: keysOf("four").public, chain: [] });
});

test("keys that follow each other in a circle end the chain", () => {
  const { chain } = followSuccessors(keysOf("one").public, [noteOf("one", "two"), noteOf("two", "one")]);
  assert.equal(chain.length, 2);
});

test("what is not a successor note says so", () => {
  const says = (text: string, message: RegExp) =>
    assert.throws(() => openSuccessor(signNote(text, [serverSigner("one")]), keysOf("one").public), {
      message,
      fault: "malformed",
    });
  says("invoify/key-successor/v2\ntime 1\n", /its first line is not invoify\/key-successor\/v1/);
  says("invoify/key-successor/v1\n", /its last line is not “time SECONDS”/);
  says("invoify/key-successor/v1\nbetween x\ntime 1\n", /it has the line "between x"/);
  says("invoify/key-successor/v1\nold x\ntime 1\n", /the key "x": it does not have the form/);
});

const [SECOND, THIRD] = [2, 3].map((generation) => originOf({ log: LOG, generation })) as [string, string];

const FORK: Fork = {
  old: { origin: ORIGIN, size: 1200, root: sha256("old root") },
  restored: { origin: SECOND, size: 1000, root: sha256("restored root") },
  at: NOW,
};

const server = keysOf("one");
const forkOf = (fork: Fork, signers = [ed25519Signer(fork.restored.origin, server.ed25519)]) => signFork(fork, signers);
const trust = { keys: server.public, log: LOG };

test("a fork note says what ended and what was restored, known or not", () => {
  assert.deepEqual(openFork(forkOf(FORK), trust), FORK);
  const unknown: Fork = { ...FORK, old: { origin: ORIGIN, size: null, root: null } };
  assert.match(forkOf(unknown), /^invoify\/fork\/v1\n\S+\nunknown\nunknown\n/);
  assert.deepEqual(openFork(forkOf(unknown), trust), unknown);
});

test("a fork note is refused if its log, its generations or its signature are wrong", () => {
  const refuses = (note: string, expected: object) => assert.throws(() => openFork(note, trust), expected);
  const other = originOf({ log: OTHER_LOG, generation: 2 });
  const foreign = {
    ...FORK,
    old: { ...FORK.old, origin: originOf({ log: OTHER_LOG, generation: 1 }) },
    restored: { ...FORK.restored, origin: other },
  };
  refuses(forkOf(foreign), { code: "NOT_A_LOG", fault: "origin" });
  refuses(forkOf({ ...FORK, restored: { ...FORK.restored, origin: other } }), { fault: "malformed" });
  refuses(forkOf({ ...FORK, restored: { ...FORK.restored, origin: ORIGIN } }), { message: /does not follow/ });
  refuses(forkOf({ ...FORK, old: { ...FORK.old, origin: THIRD } }), { message: /does not follow/ });
  refuses(forkOf(FORK, signersOf(keysOf("a thief"), SECOND).slice(0, 1)), { fault: "unsigned" });
  refuses(forkOf(FORK, [ed25519Signer(ORIGIN, server.ed25519)]), { fault: "unsigned" });
  refuses(forkOf(FORK).replace("\n1000\n", "\n1001\n"), { fault: "forged" });
});

test("several fork notes in one text are read one by one, also without a key", () => {
  const third = { ...FORK, old: { ...FORK.old, origin: SECOND }, restored: { ...FORK.restored, origin: THIRD } };
  const notes = [forkOf(FORK), forkOf(third)];
  for (const between of ["", "\n", "\n\n"]) assert.deepEqual(forkNotesIn(notes.join(between)), notes);
  assert.deepEqual(forkNotesIn(""), []);
  assert.deepEqual(
    notes.map((note) => readFork(note)),
    [FORK, third],
  );
  assert.throws(() => readFork("nothing"), { fault: "malformed" });
});

test("what is not a fork note says so", () => {
  const text = forkOf(FORK).split("\n\n")[0] as string;
  const says = (changed: string, message: RegExp) =>
    assert.throws(() => openFork(signNote(`${changed}\n`, [ed25519Signer(SECOND, server.ed25519)]), trust), {
      message,
      fault: "malformed",
    });
  says(text.replace("v1", "v2"), /its first line is not invoify\/fork\/v1/);
  says(`${text}\nmore`, /it has 9 lines, not 8/);
  says(text.replace("\n1200\n", "\n-1\n"), /its old size is "-1"/);
  says(text.replace(`time ${NOW}`, "time then"), /its time is "then"/);
  says(text.replace(/\n1000\n.*\n/, "\n1000\nAAAA\n"), /its root is not 32 bytes in base64/);
});
