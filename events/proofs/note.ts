/** Signed notes, as C2SP signed-note has them: a text, an empty line, and a line for each signature. */
import { type KeyObject, sign, verify } from "node:crypto";
import { ProofError, parseBase64 } from "./proof-error.ts";
import {
  ED25519,
  formatKeyId,
  isKeyName,
  keyObjectOf,
  publicKeyOf,
  type VerifierKey,
  verifierKey,
} from "./verifier-key.ts";

/** A note with more bytes is refused: 100 signatures of ML-DSA-44 have 330 KB. */
export const MAX_NOTE_BYTES = 512 * 1024;

/** A note with more signatures is refused. */
const MAX_SIGNATURES = 100;

/** A signature line: its key's name and id, and the bytes after the id. */
interface NoteSignature {
  name: string;
  id: number;
  signature: Buffer;
}

/** A note that was read, and not verified. Do not believe its text: use `openNote`. */
export interface Note {
  /** With its final newline. */
  text: string;
  signatures: NoteSignature[];
}

/** Signs texts. A key is given in as a KeyObject, so where it is kept is not known here. */
export interface Signer {
  readonly key: VerifierKey;
  /** The bytes after the key's id. Signatures of one text may differ: never compare them. */
  sign(text: string): Buffer;
}

/** Verifies signatures of one key. */
export interface Verifier {
  readonly key: VerifierKey;
  /** The time that the signature states, in seconds since 1970, null for one without; undefined if it is not valid. */
  verify(text: string, signature: Uint8Array): number | null | undefined;
}

/** A signature that is the key's. */
export interface VerifiedSignature {
  key: VerifierKey;
  /** When it was made, as it says itself, in seconds since 1970; null for a signature without a time. */
  at: number | null;
}

/** A note that at least one known key signed. */
interface OpenedNote {
  text: string;
  /** The signatures of known keys: all of them are valid. */
  verified: VerifiedSignature[];
  /** Those of unknown keys. They prove nothing. */
  unknown: NoteSignature[];
}

/** Signs a text with each of the signers. @param text ends with a newline */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (signers.length === 0) throw new RangeError("a note has at least one signature");
  return `${text}\n${signatureLines(text, signers)}`;
}

/** The lines that a signed note ends with: for one that exists already, such as a witness receives. */
export function signatureLines(text: string, signers: readonly Signer[]): string {
  const problem = problemOfText(text);
  if (problem) throw new RangeError(`this text cannot be signed: ${problem}`);
  return signers
    .map(({ key, sign: signText }) => formatSignature({ name: key.name, id: key.id, signature: signText(text) }))
    .join("");
}

/** A signature as a line, with its newline. */
export function formatSignature({ name, id, signature }: NoteSignature): string {
  const bytes = Buffer.alloc(4 + signature.length);
  bytes.writeUInt32BE(id);
  bytes.set(signature, 4);
  return `— ${name} ${bytes.toString("base64")}\n`;
}

/**
 * Reads a note without verifying it.
 *
 * @param what names it in errors
 * @throws ProofError malformed, and says what is wrong with it
 */
export function parseNote(note: string | Uint8Array, what = "the note"): Note {
  const malformed = (why: string) => new ProofError("malformed", `${what}: ${why}`);
  const whole = typeof note === "string" ? note : decodeText(note);
  if (whole === null) throw malformed("it is not UTF-8");
  if (Buffer.byteLength(whole) > MAX_NOTE_BYTES) throw malformed(`it has more than ${MAX_NOTE_BYTES} bytes`);
  if (!whole.endsWith("\n")) throw malformed("it does not end with a newline: its end is missing");
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) throw malformed("it has no empty line before its signatures");
  const text = whole.slice(0, split + 1);
  const problem = problemOfText(text) ?? problemOfText(whole);
  if (problem) throw malformed(problem);
  const lines = whole.slice(split + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES)
    throw malformed(`it has ${lines.length} signatures, ${MAX_SIGNATURES} are allowed`);
  return {
    text,
    signatures: lines.map((line, n) => parseSignature(line, (why) => malformed(`signature ${n + 1}: ${why}`))),
  };
}

function parseSignature(line: string, malformed: (why: string) => ProofError): NoteSignature {
  const [, name, base64] = /^— ([^ ]*) (.*)$/.exec(line) ?? [];
  if (name === undefined || base64 === undefined) throw malformed("its line does not have the form “— NAME BASE64”");
  if (!isKeyName(name)) throw malformed("its name is empty, or has a space or a plus");
  const bytes = parseBase64(base64);
  if (!bytes) throw malformed("it is not base64");
  if (bytes.length < 5) throw malformed(`it has ${bytes.length} bytes: the id of its key alone has 4`);
  return { name, id: bytes.readUInt32BE(), signature: Buffer.from(bytes.subarray(4)) };
}

/**
 * Reads a note and verifies it. Signatures of unknown keys are passed over, even if they have the name of a known one.
 *
 * @param what names it in errors
 * @throws ProofError malformed; forged if a known key's signature is not valid; unsigned if no known key signed it
 */
export function openNote(note: string | Uint8Array, verifiers: readonly Verifier[], what = "the note"): OpenedNote {
  const { text, signatures } = parseNote(note, what);
  const verified: VerifiedSignature[] = [];
  const unknown: NoteSignature[] = [];
  for (const signature of signatures) {
    const { name, id } = signature;
    const known = verifiers.filter(({ key }) => key.name === name && key.id === id);
    if (known.length === 0) {
      unknown.push(signature);
      continue;
    }
    const valid = known
      .map((verifier) => ({ key: verifier.key, at: verifier.verify(text, signature.signature) }))
      .find(({ at }) => at !== undefined);
    if (!valid)
      throw new ProofError("forged", `${what}: the signature of ${name}, key ${formatKeyId(id)}, is not that key's`);
    if (!verified.some(({ key }) => key === valid.key)) verified.push({ key: valid.key, at: valid.at ?? null });
  }
  if (verified.length > 0) return { text, verified, unknown };
  const names = unknown.map(({ name, id }) => `${name} (key ${formatKeyId(id)})`).join(", ");
  throw new ProofError("unsigned", `${what}: none of the known keys signed it, only ${names}`);
}

/** Signs notes with Ed25519. @param privateKey an ed25519 key */
export function ed25519Signer(name: string, privateKey: KeyObject): Signer {
  return {
    key: verifierKey(name, publicKeyOf(ED25519, privateKey)),
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

/** Verifies what `ed25519Signer` signs. */
export function ed25519Verifier(key: VerifierKey): Verifier | null {
  const publicKey = keyObjectOf(key);
  return publicKey && { key, verify: (text, signature) => (verifies(publicKey, text, signature) ? null : undefined) };
}

/** True if the signature of the message is the key's; false also for one that has no valid form. */
export function verifies(key: KeyObject, message: string | Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, typeof message === "string" ? Buffer.from(message) : message, key, signature);
  } catch {
    return false;
  }
}

function problemOfText(text: string): string | null {
  if (!text.endsWith("\n")) return "its text does not end with a newline";
  if (!text.isWellFormed()) return "it is not valid Unicode";
  const control = [...text].find((letter) => letter < " " && letter !== "\n");
  return control === undefined ? null : `it has the control character ${JSON.stringify(control)}`;
}

function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
