/** Keys as auditors have them: printed by a program, served by a server, exported by a desktop, or as a fingerprint. */
import { z } from "zod";
import { ProofError } from "../../events/proofs/proof-error.ts";
import { followSuccessors, readSuccessor } from "../../events/proofs/successor.ts";
import { ED25519, fingerprintOf, type PublicKey, parseVerifierKey } from "../../events/proofs/verifier-key.ts";

/** What a text says about keys. */
export interface NamedKeys {
  keys: PublicKey[];
  /** Of keys that the text does not have. */
  fingerprints: string[];
  /** The notes in which a key names the next one; nobody has verified them. */
  successors: string[];
}

/** A key named the next one, and both signed that. */
export interface KeyChange {
  /** Seconds since 1970 UTC. */
  at: number;
  from: string;
  to: string;
}

/** The answer of a server, the output of `key show --json`, and a desktop's evidence; other fields are for people. */
const json = z.object({
  keys: z.array(z.union([z.string(), z.object({ verifiers: z.array(z.string()) })])).default([]),
  fingerprints: z.object({ ed25519: z.string() }).optional(),
  successors: z.array(z.string()).default([]),
});

const FINGERPRINT = /^[0-9a-f]{64}$/i;
/** A line of `key show`, beside its keys. The fingerprint of ML-DSA-44 names a key that only signs beside Ed25519. */
const SHOWN = /^(?:key of |ML-DSA-44 |Ed25519 +([0-9a-f]{64})$|the previous key also signs until .*?([0-9a-f]{64})$)/i;

/** Reads one or more keys. @throws ProofError malformed */
export function readKeys(text: string): NamedKeys {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return readJson(trimmed);
  const named: NamedKeys = { keys: [], fingerprints: [], successors: [] };
  const shown: string[] = [];
  for (const line of trimmed.split("\n").map((line) => line.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const match = SHOWN.exec(line);
    if (FINGERPRINT.test(line)) named.fingerprints.push(line.toLowerCase());
    else if (match) shown.push(...match.slice(1).filter((fingerprint) => fingerprint !== undefined));
    else named.keys.push(parseVerifierKey(line));
  }
  if (named.keys.length === 0) named.fingerprints.push(...shown.map((fingerprint) => fingerprint.toLowerCase()));
  return named;
}

function readJson(text: string): NamedKeys {
  const malformed = () => new ProofError("malformed", "its JSON has no keys of a server");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  const parsed = json.safeParse(value);
  if (!parsed.success) throw malformed();
  const { fingerprints, successors } = parsed.data;
  const lines = parsed.data.keys.flatMap((key) => (typeof key === "string" ? [key] : key.verifiers));
  const keys = lines.map(parseVerifierKey);
  return { keys, fingerprints: keys.length === 0 && fingerprints ? [fingerprints.ed25519] : [], successors };
}

/**
 * The keys that may have signed what belongs to a log: those that were named, and those that they name as successors.
 *
 * @param offered what else came with the log: only keys with a named fingerprint are taken from it
 * @returns no key if none has a fingerprint that was named
 */
export function trustedKeys(
  named: NamedKeys,
  offered: readonly NamedKeys[],
): { keys: PublicKey[]; changes: KeyChange[] } {
  const successors = [named, ...offered].flatMap((one) => one.successors);
  const others = [...offered.flatMap(({ keys }) => keys), ...successors.flatMap(keysInNote)];
  const pinned = [...named.keys, ...others.filter((key) => named.fingerprints.includes(fingerprintOf(key)))];
  const { chain } = followSuccessors(pinned, [...new Set(successors)]);
  const changes = chain.map(({ old, next, at }) => ({ at, from: shownOf(old), to: shownOf(next) }));
  return { keys: [...pinned, ...chain.flatMap(({ next }) => next)], changes };
}

/** The fingerprint that people compare: that of the first Ed25519 key. @returns "none" if there is no such key */
export function shownOf(keys: readonly PublicKey[]): string {
  const key = keys.find(({ type }) => type === ED25519);
  return key ? fingerprintOf(key) : "none";
}

function keysInNote(note: string): PublicKey[] {
  try {
    const { old, next } = readSuccessor(note);
    return [...old, ...next];
  } catch (error) {
    if (error instanceof ProofError) return [];
    throw error;
  }
}
