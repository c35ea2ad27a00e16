/**
 * Cosignatures, as C2SP tlog-cosignature has them: signatures of a tree head that state when they were made. One says
 * that this is the largest tree of the log that the signer had seen by then, and that it extends all earlier ones.
 */
import { type KeyObject, sign } from "node:crypto";
import { ed25519Verifier, type Signer, type Verifier, verifies } from "./note.ts";
import { ProofError } from "./proof-error.ts";
import { EMPTY_ROOT } from "./tree.ts";
import { parseTreeHead, type TreeHead } from "./tree-head.ts";
import {
  ED25519,
  ED25519_COSIGNATURE,
  keyObjectOf,
  ML_DSA_44_COSIGNATURE,
  type PublicKey,
  publicKeyOf,
  type VerifierKey,
  verifierKey,
} from "./verifier-key.ts";

const TIME_BYTES = 8;

/** Signs a tree head with ML-DSA-44, which stays safe against quantum computers. @param now seconds since 1970 */
export function mlDsaSigner(name: string, privateKey: KeyObject, now: () => number): Signer {
  return cosigner(verifierKey(name, publicKeyOf(ML_DSA_44_COSIGNATURE, privateKey)), privateKey, now);
}

/** Cosigns a tree head with Ed25519, as most witnesses do. @param now seconds since 1970 */
export function ed25519Cosigner(name: string, privateKey: KeyObject, now: () => number): Signer {
  return cosigner(verifierKey(name, publicKeyOf(ED25519_COSIGNATURE, privateKey)), privateKey, now);
}

function cosigner(key: VerifierKey, privateKey: KeyObject, now: () => number): Signer {
  return {
    key,
    sign(text) {
      const at = Math.floor(now());
      const message = cosignedMessage(key, text, at);
      if (!message) throw new RangeError("this text cannot be cosigned: it is not a tree head of its type");
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(at));
      return Buffer.concat([time, sign(null, message, privateKey)]);
    },
  };
}

/**
 * Verifies signatures of a key, of any type that this release knows.
 *
 * @returns null if this runtime does not have the key's algorithm: its signatures then count as those of an unknown key
 */
export function verifierOf(key: VerifierKey): Verifier | null {
  if (key.type === ED25519) return ed25519Verifier(key);
  const publicKey = keyObjectOf(key);
  if (!publicKey) return null;
  return {
    key,
    verify(text, signature) {
      if (signature.length <= TIME_BYTES) return undefined;
      const seconds = Buffer.from(signature.subarray(0, TIME_BYTES)).readBigUInt64BE();
      if (seconds > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
      const at = Number(seconds);
      const message = cosignedMessage(key, text, at);
      if (!message || !verifies(publicKey, message, signature.subarray(TIME_BYTES))) return undefined;
      return at === 0 ? null : at; // zero says nothing about the time
    },
  };
}

/** Verifiers of public keys under one name; keys of algorithms that this runtime does not have are left out. */
export function verifiersOf(name: string, keys: readonly PublicKey[]): Verifier[] {
  return keys.map((key) => verifierOf(verifierKey(name, key))).filter((verifier) => verifier !== null);
}

/** What is signed; null if the text is not a tree head, or one that this type cannot sign. */
function cosignedMessage(key: VerifierKey, text: string, at: number): Buffer | null {
  let head: ReturnType<typeof parseTreeHead>;
  try {
    head = parseTreeHead(text);
  } catch (error) {
    if (error instanceof ProofError) return null;
    throw error;
  }
  if (key.type === ED25519_COSIGNATURE) return Buffer.from(`cosignature/v1\ntime ${at}\n${text}`);
  if (head.extensions.length > 0) return null; // the message would not contain them
  if (head.size === 0 && Buffer.compare(head.root, EMPTY_ROOT) !== 0) return null;
  return subtreeMessage(key.name, at, head);
}

/** The `cosigned_message` of a whole tree. */
function subtreeMessage(name: string, at: number, { origin, size, root }: TreeHead): Buffer | null {
  const names = [Buffer.from(name), Buffer.from(origin)] as const;
  if (names.some(({ length }) => length > 255)) return null;
  return Buffer.concat([
    Buffer.from("subtree/v1\n\0"),
    Buffer.of(names[0].length),
    names[0],
    uint64(at),
    Buffer.of(names[1].length),
    names[1],
    uint64(0),
    uint64(size),
    root,
  ]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
