/** Policies, as C2SP tlog-policy has them: whose signatures and cosignatures a checkpoint needs to be believed. */
import { sameBytes } from "../hash.ts";
import { verifierOf } from "./cosignature.ts";
import { openNote, parseNote, type VerifiedSignature } from "./note.ts";
import { ProofError, parseCount } from "./proof-error.ts";
import { parseTreeHead, type TreeHead } from "./tree-head.ts";
import { ED25519, ED25519_COSIGNATURE, parseVerifierKey, type VerifierKey } from "./verifier-key.ts";

/** Whose cosignatures suffice: one witness's, or those of at least `threshold` members of a group. */
type Quorum = { witness: VerifierKey } | { threshold: number; members: Quorum[] };

/** A policy that was read from text. */
export interface Policy {
  /** Any one of them has to have signed; without logs, the caller knows the log. A log's name is the origin. */
  logs: VerifierKey[];
  witnesses: VerifierKey[];
  /** Null: no cosignature is needed. */
  quorum: Quorum | null;
}

/** A checkpoint that satisfies a policy. */
interface AcceptedCheckpoint extends TreeHead {
  root: Buffer;
  /** The valid signatures of all logs and witnesses that the policy knows. */
  signatures: VerifiedSignature[];
}

/** More lines than this are refused: 32 logs, witnesses and groups are what a policy has to be allowed to have. */
const MAX_LINES = 1000;

/**
 * Reads a policy.
 *
 * @param what names it in errors
 * @throws ProofError malformed, with the line and what is wrong with it
 */
export function parsePolicy(text: string, what = "the policy"): Policy {
  const policy: Policy = { logs: [], witnesses: [], quorum: null };
  const named = new Map<string, Quorum>();
  const grouped = new Set<string>();
  let hasQuorum = false;
  const lines = text.split("\n");
  if (lines.length > MAX_LINES) throw new ProofError("malformed", `${what}: it has more than ${MAX_LINES} lines`);
  for (const [n, line] of lines.entries()) {
    const malformed = (why: string) => new ProofError("malformed", `${what}, line ${n + 1}: ${why}`);
    if (/[^\t\x20-\x7e\x80-\u{10ffff}]/u.test(line)) throw malformed("it has a control character");
    const [keyword, ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (keyword === undefined || keyword.startsWith("#")) continue;
    const define = (name: string, quorum: Quorum) => {
      if (name === "none" || named.has(name)) throw malformed(`the name ${name} is taken`);
      named.set(name, quorum);
    };
    const resolve = (name: string) => {
      const quorum = named.get(name);
      if (!quorum) throw malformed(`no line above defines ${name}`);
      return quorum;
    };
    if (keyword === "log" && (words.length === 1 || words.length === 2)) {
      const key = keyOf(words[0] as string, policy.logs, malformed);
      if (key.type === ED25519_COSIGNATURE) throw malformed("a log signs with a key of type 1 or 6");
      policy.logs.push(key);
    } else if (keyword === "witness" && (words.length === 2 || words.length === 3)) {
      const key = keyOf(words[1] as string, policy.witnesses, malformed);
      if (key.type === ED25519) throw malformed("a witness has a key for cosignatures, of type 4 or 6");
      policy.witnesses.push(key);
      define(words[0] as string, { witness: key });
    } else if (keyword === "group" && words.length >= 3) {
      const [name, count, ...members] = words as [string, string, ...string[]];
      const threshold = count === "any" ? 1 : count === "all" ? members.length : parseCount(count);
      if (threshold === null || threshold < 1 || threshold > members.length)
        throw malformed(`${count} of ${members.length} members is not possible`);
      for (const member of members) {
        if (grouped.has(member)) throw malformed(`${member} is in a group already`);
        grouped.add(member);
      }
      define(name, { threshold, members: members.map(resolve) });
    } else if (keyword === "quorum" && words.length === 1) {
      if (hasQuorum) throw malformed("a policy has one quorum");
      hasQuorum = true;
      policy.quorum = words[0] === "none" ? null : resolve(words[0] as string);
    } else throw malformed(`${keyword} with ${words.length} words is not a line of a policy`);
  }
  if (!hasQuorum) throw new ProofError("malformed", `${what}: it has no quorum`);
  return policy;
}

function keyOf(text: string, others: readonly VerifierKey[], malformed: (why: string) => ProofError): VerifierKey {
  let key: VerifierKey;
  try {
    key = parseVerifierKey(text);
  } catch (error) {
    throw error instanceof ProofError ? malformed(error.message) : error;
  }
  if (others.some((other) => sameBytes(other.bytes, key.bytes)))
    throw malformed(`the public key of ${key.name} is in the policy already`);
  return key;
}

/**
 * Reads a checkpoint and verifies that it satisfies a policy.
 *
 * @param what names it in errors
 * @throws ProofError malformed; forged; unsigned if no log of the policy signed it, or too few witnesses
 */
export function openByPolicy(
  note: string | Uint8Array,
  policy: Policy,
  what = "the signed checkpoint",
): AcceptedCheckpoint {
  const { origin, size, root } = parseTreeHead(parseNote(note, what).text, what);
  const keys = [...policy.logs.filter(({ name }) => name === origin), ...policy.witnesses];
  const verifiers = keys.map((key) => {
    const verifier = verifierOf(key);
    if (!verifier)
      throw new ProofError("unsigned", `${what}: this program cannot verify the signatures of ${key.name}`);
    return verifier;
  });
  const { verified } = openNote(note, verifiers, what);
  const has = (key: VerifierKey) => verified.some((signature) => signature.key === key);
  if (policy.logs.length > 0 && !policy.logs.some(has))
    throw new ProofError(
      "unsigned",
      `${what}: it is about ${origin}, and no log of the policy with this name signed it`,
    );
  if (policy.quorum && !isMet(policy.quorum, has)) {
    const witnesses = policy.witnesses.filter(has).map(({ name }) => name);
    throw new ProofError("unsigned", `${what}: too few witnesses cosigned it: ${witnesses.join(", ") || "none"}`);
  }
  return { origin, size, root, signatures: verified };
}

function isMet(quorum: Quorum, has: (key: VerifierKey) => boolean): boolean {
  if ("witness" in quorum) return has(quorum.witness);
  return quorum.members.filter((member) => isMet(member, has)).length >= quorum.threshold;
}
