/**
 * What a server signs once and serves for ever: that other keys follow its keys, and that a log went on from a restored
 * backup. Both are signed notes; their first line says which.
 */

import { verifiersOf } from "./cosignature.ts";
import { openNote, parseNote, type Signer, signNote } from "./note.ts";
import { ProofError, parseBase64, parseCount } from "./proof-error.ts";
import { HASH_BYTES } from "./tree.ts";
import { parseOrigin, type TreeHead } from "./tree-head.ts";
import {
  ED25519,
  formatVerifierKey,
  type PublicKey,
  parseVerifierKey,
  samePublicKey,
  verifierKey,
} from "./verifier-key.ts";

const SUCCESSOR = "invoify/key-successor/v1";
const FORK = "invoify/fork/v1";

/** The name under which a server's keys sign successor notes: they belong to no log. */
export const SERVER_KEY_NAME = "invoify/server";

/** Keys follow keys. */
export interface KeySuccessor {
  /** All keys that the server signed with until then. */
  old: PublicKey[];
  /** All keys that it signs with from then on. */
  next: PublicKey[];
  /** When it was signed, in seconds since 1970, by the server's clock. */
  at: number;
}

/**
 * Signs that keys follow keys. Both sides sign: the old one says so, the new one shows that it has its private key.
 *
 * @param signers Ed25519 signers of the name SERVER_KEY_NAME, one of the old keys and one of the new
 */
export function signSuccessor({ old, next, at }: KeySuccessor, signers: readonly Signer[]): string {
  const line = (kind: string) => (key: PublicKey) =>
    `${kind} ${formatVerifierKey(verifierKey(SERVER_KEY_NAME, key))}\n`;
  return signNote(
    `${SUCCESSOR}\n${old.map(line("old")).join("")}${next.map(line("new")).join("")}time ${at}\n`,
    signers,
  );
}

/**
 * Reads a successor note, and verifies it against a key that is pinned.
 *
 * A key that was stolen can sign its own successor. So a note tells a program which keys to show, and a person decides
 * unless the change was announced.
 *
 * @param pinned the keys that are trusted now
 * @throws ProofError malformed; forged; unsigned if no pinned key signed it, or no new key did
 */
export function openSuccessor(
  note: string,
  pinned: readonly PublicKey[],
  what = "the key successor note",
): KeySuccessor {
  const successor = parseSuccessor(parseNote(note, what).text, what);
  const verified = (keys: readonly PublicKey[]) =>
    openNote(
      note,
      verifiersOf(
        SERVER_KEY_NAME,
        keys.filter(({ type }) => type === ED25519),
      ),
      what,
    ).verified;
  const trusted = successor.old.filter((key) => pinned.some((other) => samePublicKey(key, other)));
  if (trusted.length === 0) throw new ProofError("unsigned", `${what}: it does not follow a key that is trusted`);
  verified(trusted);
  verified(successor.next);
  return successor;
}

/** Reads a successor note without verifying who signed it. @throws ProofError malformed */
export function readSuccessor(note: string, what = "the key successor note"): KeySuccessor {
  return parseSuccessor(parseNote(note, what).text, what);
}

function parseSuccessor(text: string, what: string): KeySuccessor {
  const malformed = (why: string) => new ProofError("malformed", `${what}: ${why}`);
  const [first, ...lines] = text.slice(0, -1).split("\n");
  if (first !== SUCCESSOR) throw malformed(`its first line is not ${SUCCESSOR}`);
  const at = parseCount(lines.pop()?.match(/^time (.*)$/)?.[1] ?? "");
  if (at === null) throw malformed("its last line is not “time SECONDS”");
  const keys: { old: PublicKey[]; new: PublicKey[] } = { old: [], new: [] };
  for (const line of lines) {
    const [, kind, key] = /^(old|new) (.*)$/.exec(line) ?? [];
    if (key === undefined) throw malformed(`it has the line ${JSON.stringify(line)}`);
    const { name, type, bytes } = parseVerifierKey(key);
    if (name !== SERVER_KEY_NAME) throw malformed(`a key has the name ${name}, not ${SERVER_KEY_NAME}`);
    keys[kind as "old" | "new"].push({ type, bytes });
  }
  return { old: keys.old, next: keys.new, at };
}

/**
 * The keys that are in force after a chain of successor notes, from the keys that are pinned.
 *
 * @param notes in any order; those that follow no key of the chain are passed over
 * @returns the keys, and the notes of the chain in order; the keys as they were if no note follows them
 */
export function followSuccessors(
  pinned: readonly PublicKey[],
  notes: readonly string[],
): { keys: readonly PublicKey[]; chain: KeySuccessor[] } {
  let keys = pinned;
  const chain: KeySuccessor[] = [];
  const rest = new Set(notes);
  for (let found = true; found; ) {
    found = false;
    for (const note of rest) {
      let successor: KeySuccessor;
      try {
        successor = openSuccessor(note, keys);
      } catch (error) {
        if (error instanceof ProofError) continue;
        throw error;
      }
      rest.delete(note);
      keys = successor.next;
      chain.push(successor);
      found = true;
      break;
    }
  }
  return { keys, chain };
}

/** A log went on from a restored backup: events after it are lost, and its next generation begins. */
export interface Fork {
  /** The generation that ended: its origin, and the last tree that was signed, as far as the server still knows it. */
  old: { origin: string; size: number | null; root: Uint8Array | null };
  /** The restored history, under the origin of the next generation. */
  restored: TreeHead;
  /** When it was signed, in seconds since 1970, by the server's clock. */
  at: number;
}

/** Signs a fork note. The signers' names should be the new origin. */
export function signFork({ old, restored, at }: Fork, signers: readonly Signer[]): string {
  const base64 = (root: Uint8Array) => Buffer.from(root).toString("base64");
  const lines = [
    FORK,
    old.origin,
    old.size === null ? "unknown" : String(old.size),
    old.root === null ? "unknown" : base64(old.root),
    restored.origin,
    String(restored.size),
    base64(restored.root),
    `time ${at}`,
  ];
  return signNote(`${lines.join("\n")}\n`, signers);
}

/**
 * Reads a fork note and verifies it.
 *
 * @param keys the public keys of the log's server
 * @param log the id of the log that it has to be about
 * @throws ProofError malformed; origin if it is about another log; forged; unsigned
 */
export function openFork(
  note: string,
  { keys, log }: { keys: readonly PublicKey[]; log?: string | undefined },
  what = "the fork note",
): Fork {
  const fork = parseFork(parseNote(note, what).text, what);
  const [before, after] = [parseOrigin(fork.old.origin), parseOrigin(fork.restored.origin)];
  if (!before || !after || before.log !== after.log || after.generation <= before.generation)
    throw new ProofError("malformed", `${what}: ${fork.restored.origin} does not follow ${fork.old.origin}`);
  if (log !== undefined && after.log !== log)
    throw new ProofError("origin", `${what}: it is about ${fork.restored.origin}, not about the log ${log}`);
  openNote(
    note,
    verifiersOf(
      fork.restored.origin,
      keys.filter(({ type }) => type === ED25519),
    ),
    what,
  );
  return fork;
}

/** Reads a fork note without verifying who signed it. @throws ProofError malformed */
export function readFork(note: string, what = "the fork note"): Fork {
  return parseFork(parseNote(note, what).text, what);
}

/** The fork notes in a text of several, as a server serves them. */
export function forkNotesIn(text: string): string[] {
  const starts = `\n${text}`.split(`\n${FORK}\n`).slice(1);
  return starts.map((rest) => `${FORK}\n${rest.trimEnd()}\n`);
}

function parseFork(text: string, what: string): Fork & { restored: { root: Buffer } } {
  const malformed = (why: string) => new ProofError("malformed", `${what}: ${why}`);
  const lines = text.slice(0, -1).split("\n");
  if (lines[0] !== FORK) throw malformed(`its first line is not ${FORK}`);
  if (lines.length !== 8) throw malformed(`it has ${lines.length} lines, not 8`);
  const [, oldOrigin, oldSize, oldRoot, origin, size, root, time] = lines as [string, ...string[]];
  const count = (digits = "", name: string) => {
    const value = parseCount(digits);
    if (value === null) throw malformed(`its ${name} is ${JSON.stringify(digits)}`);
    return value;
  };
  const hash = (base64 = "", name: string) => {
    const bytes = parseBase64(base64);
    if (bytes?.length !== HASH_BYTES) throw malformed(`its ${name} is not ${HASH_BYTES} bytes in base64`);
    return bytes;
  };
  return {
    old: {
      origin: oldOrigin ?? "",
      size: oldSize === "unknown" ? null : count(oldSize, "old size"),
      root: oldRoot === "unknown" ? null : hash(oldRoot, "old root"),
    },
    restored: { origin: origin ?? "", size: count(size, "size"), root: hash(root, "root") },
    at: count(time?.match(/^time (.*)$/)?.[1], "time"),
  };
}
