import { verifiersOf } from "./cosignature.ts";
import { openNote, parseNote, type Signer, signNote, type VerifiedSignature, type Verifier } from "./note.ts";
import { ProofError } from "./proof-error.ts";
import { formatTreeHead, originOf, parseOrigin, parseTreeHead, type TreeHead } from "./tree-head.ts";
import { isKeyName, type PublicKey } from "./verifier-key.ts";

/** A tree head that a key of its log signed. */
export interface SignedCheckpoint extends TreeHead {
  root: Buffer;
  /** The note as it was read: keep these bytes as evidence. */
  note: string;
  /** The log's own signatures that are valid, at least one. */
  signatures: VerifiedSignature[];
  /** The valid cosignatures of the witnesses that were asked for. */
  cosignatures: VerifiedSignature[];
  /** The latest time that one of the log's own signatures states, in seconds since 1970; null if none does. */
  signedAt: number | null;
}

/** What a signed checkpoint is verified with. */
export interface CheckpointTrust {
  /** The public keys that the log signs with. The name of a key is not pinned: it has to be the origin. */
  keys: readonly PublicKey[];
  /** The id of the log that it has to be about, in any generation; without it, any log. */
  log?: string | undefined;
  /** Witnesses whose cosignatures are verified too. */
  witnesses?: readonly Verifier[];
}

/** Signs a tree head. The signers' names should be its origin. */
export function signTreeHead(head: TreeHead, signers: readonly Signer[]): string {
  return signNote(formatTreeHead(head), signers);
}

/**
 * Reads a signed checkpoint and verifies it.
 *
 * @param what names it in errors
 * @throws ProofError malformed; origin if it is about another log; forged; unsigned if no key of the log signed it
 */
export function openSignedCheckpoint(
  note: string | Uint8Array,
  { keys, log, witnesses = [] }: CheckpointTrust,
  what = "the signed checkpoint",
): SignedCheckpoint {
  const { origin, size, root } = readSignedCheckpoint(note, what);
  checkLog(origin, log, what);
  if (!isKeyName(origin))
    throw new ProofError("malformed", `${what}: no key can have the name of its origin, ${JSON.stringify(origin)}`);
  const own = verifiersOf(origin, keys);
  const { verified, unknown } = openNote(note, [...own, ...witnesses], what);
  const signatures = verified.filter(({ key }) => own.some((verifier) => verifier.key === key));
  if (signatures.length === 0) {
    const known = unknown.some(({ name }) => name === origin) ? "another key of that name" : "no key of the log";
    throw new ProofError("unsigned", `${what}: ${known} signed it, and none of the known keys of the log`);
  }
  const times = signatures.map(({ at }) => at).filter((at) => at !== null);
  return {
    origin,
    size,
    root,
    note: typeof note === "string" ? note : Buffer.from(note).toString(),
    signatures,
    cosignatures: verified.filter((signature) => !signatures.includes(signature)),
    signedAt: times.length > 0 ? Math.max(...times) : null,
  };
}

/**
 * Reads a checkpoint's tree head without verifying who signed it.
 *
 * @param what names it in errors
 * @throws ProofError malformed
 */
export function readSignedCheckpoint(
  note: string | Uint8Array,
  what = "the signed checkpoint",
): TreeHead & { root: Buffer } {
  const { origin, size, root } = parseTreeHead(parseNote(note, what).text, what);
  return { origin, size, root };
}

/** Throws unless the origin is one of the log's. @throws ProofError origin */
function checkLog(origin: string, log: string | undefined, what: string): void {
  if (log === undefined || parseOrigin(origin)?.log === log) return;
  throw new ProofError("origin", `${what}: it is about ${origin}, not about ${originOf({ log, generation: 1 })}`);
}
