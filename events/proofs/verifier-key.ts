/** Public keys as C2SP signed-note writes them (`NAME+ID+KEY`), and their fingerprints. */
import { createPublicKey, type KeyObject } from "node:crypto";
import { sameBytes, sha256 } from "../hash.ts";
import { ProofError, parseBase64 } from "./proof-error.ts";

/** An Ed25519 signature of a note's text. */
export const ED25519 = 0x01;
/** An Ed25519 cosignature of a tree head, with its time. */
export const ED25519_COSIGNATURE = 0x04;
/** An ML-DSA-44 cosignature of a tree head, with its time. */
export const ML_DSA_44_COSIGNATURE = 0x06;

/** How a key signs. The byte is part of the key's id, so a key can have several types without confusion. */
type SignatureType = typeof ED25519 | typeof ED25519_COSIGNATURE | typeof ML_DSA_44_COSIGNATURE;

/** A public key without a name: what is pinned, since a server's key has a name of its own for each log. */
export interface PublicKey {
  type: SignatureType;
  /** The raw key: 32 bytes for Ed25519, 1,312 for ML-DSA-44. */
  bytes: Buffer;
}

/** A public key with the name that it signs under. Name and id identify a signature's key. */
export interface VerifierKey extends PublicKey {
  name: string;
  id: number;
}

/** What comes before the raw key in its SubjectPublicKeyInfo (DER). */
const SPKI_PREFIX: Record<SignatureType, { prefix: Buffer; bytes: number; algorithm: string }> = {
  [ED25519]: { prefix: Buffer.from("302a300506032b6570032100", "hex"), bytes: 32, algorithm: "ed25519" },
  [ED25519_COSIGNATURE]: { prefix: Buffer.from("302a300506032b6570032100", "hex"), bytes: 32, algorithm: "ed25519" },
  [ML_DSA_44_COSIGNATURE]: {
    prefix: Buffer.from("30820532300b06096086480165030403110382052100", "hex"),
    bytes: 1312,
    algorithm: "ml-dsa-44",
  },
};

/** The raw public key of a key. @param key private or public, of the type's algorithm */
export function publicKeyOf(type: SignatureType, key: KeyObject): PublicKey {
  const { prefix, bytes, algorithm } = SPKI_PREFIX[type];
  const held = key.type === "private" ? createPublicKey(key) : key;
  if (held.asymmetricKeyType !== algorithm)
    throw new RangeError(`signature type ${type} needs an ${algorithm} key, not ${held.asymmetricKeyType}`);
  const der = held.export({ format: "der", type: "spki" });
  return { type, bytes: Buffer.from(der.subarray(prefix.length, prefix.length + bytes)) };
}

/**
 * A public key as Node's crypto takes it.
 *
 * @returns null if this runtime does not have the algorithm: such a signature counts as one of an unknown key
 */
export function keyObjectOf({ type, bytes }: PublicKey): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX[type].prefix, bytes]), format: "der", type: "spki" });
  } catch {
    return null;
  }
}

/** A public key under a name. @throws RangeError if a note cannot have the name */
export function verifierKey(name: string, { type, bytes }: PublicKey): VerifierKey {
  if (!isKeyName(name)) throw new RangeError(`${JSON.stringify(name)} cannot be the name of a key`);
  return {
    name,
    type,
    bytes,
    id: sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), bytes])).readUInt32BE(),
  };
}

/** The key as people pass it on: `NAME+ID+KEY`. */
export function formatVerifierKey({ name, id, type, bytes }: VerifierKey): string {
  return `${name}+${formatKeyId(id)}+${Buffer.concat([Buffer.of(type), bytes]).toString("base64")}`;
}

/**
 * Reads `NAME+ID+KEY`.
 *
 * @throws ProofError malformed, and says what is wrong with it
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, base64] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(text) ?? [];
  const malformed = (why: string) => new ProofError("malformed", `the key ${JSON.stringify(shortened(text))}: ${why}`);
  if (name === undefined || id === undefined || base64 === undefined)
    throw malformed("it does not have the form NAME+ID+KEY");
  if (!isKeyName(name)) throw malformed("its name is empty, or has a space or a control character");
  const raw = parseBase64(base64);
  if (!raw || raw.length === 0) throw malformed("what follows its id is not base64");
  const [type, bytes] = [raw[0] as number, Buffer.from(raw.subarray(1))];
  if (!isSignatureType(type)) throw malformed(`its signature type is ${type}, and this release knows 1, 4 and 6`);
  if (bytes.length !== SPKI_PREFIX[type].bytes)
    throw malformed(`it has ${bytes.length} bytes, and type ${type} has ${SPKI_PREFIX[type].bytes}`);
  const key = verifierKey(name, { type, bytes });
  if (formatKeyId(key.id) !== id)
    throw malformed(`its id should be ${formatKeyId(key.id)}: a part of it is changed or cut`);
  return key;
}

/** A key's id as notes and keys write it: eight hexadecimal digits. */
export function formatKeyId(id: number): string {
  return id.toString(16).padStart(8, "0");
}

/** SHA-256 of the raw public key, as 64 hexadecimal digits: what people compare. It does not depend on a name. */
export function fingerprintOf({ bytes }: PublicKey): string {
  return sha256(bytes).toString("hex");
}

/** True if both are the same key of the same type, under any names. */
export function samePublicKey(a: PublicKey, b: PublicKey): boolean {
  return a.type === b.type && sameBytes(a.bytes, b.bytes);
}

/** True if a signed note can have a key of this name: it is not empty, and has no space, control character or plus. */
export function isKeyName(name: string): boolean {
  return name !== "" && name.isWellFormed() && !/[\p{White_Space}\p{Cc}+]/u.test(name);
}

function isSignatureType(type: number): type is SignatureType {
  return type === ED25519 || type === ED25519_COSIGNATURE || type === ML_DSA_44_COSIGNATURE;
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
