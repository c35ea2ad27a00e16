/**
 * Refresh tokens: each one is used once, and gives the next. The store keeps none of them, only how far their family
 * has come and the hash of the one that was used last.
 *
 * A token says its family and its generation, and is signed. The newest generation may hold several tokens, because the
 * reply with one may have been lost: the token before gives another each time, until one of its successors was used.
 * From then on it is too old, and so are the successors that were not used. Whoever shows one of these holds a copy:
 * then nobody knows who is the thief, and the family ends.
 */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { Family } from "../storage/accounts.ts";

/** A family ends when it is not used for this long. */
export const IDLE_MS = 30 * 24 * 3_600_000;
/** A family ends at this age, however it is used. */
export const LIFE_MS = 180 * 24 * 3_600_000;

const FAMILY_BYTES = 16;
const GENERATION_BYTES = 4;
const NONCE_BYTES = 12;
const SIGNED_BYTES = FAMILY_BYTES + GENERATION_BYTES + NONCE_BYTES;
const SIGNATURE_BYTES = 32;
/** Of a token's text. */
const LENGTH = Math.ceil(((SIGNED_BYTES + SIGNATURE_BYTES) * 4) / 3);

/** What a token says. */
export interface TokenFields {
  family: string;
  generation: number;
  /** SHA-256 of the token, hex. */
  hash: string;
}

export function newFamilyId(): string {
  return randomBytes(FAMILY_BYTES).toString("base64url");
}

/** Makes and reads tokens, with one of the keys that follow from the server's secret. */
export class RefreshTokens {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", "invoify refresh token", SIGNATURE_BYTES));
  }

  /** A new token of a generation: no two are the same. */
  make(family: string, generation: number): string {
    const number = Buffer.alloc(GENERATION_BYTES);
    number.writeUInt32BE(generation);
    const signed = Buffer.concat([Buffer.from(family, "base64url"), number, randomBytes(NONCE_BYTES)]);
    return Buffer.concat([signed, this.#signatureOf(signed)]).toString("base64url");
  }

  /** Null if it is not a token of this server's. */
  read(token: string): TokenFields | null {
    if (token.length !== LENGTH) return null;
    const bytes = Buffer.from(token, "base64url");
    const signed = bytes.subarray(0, SIGNED_BYTES);
    const signature = bytes.subarray(SIGNED_BYTES);
    if (signature.length !== SIGNATURE_BYTES || !timingSafeEqual(signature, this.#signatureOf(signed))) return null;
    return {
      family: signed.subarray(0, FAMILY_BYTES).toString("base64url"),
      generation: signed.readUInt32BE(FAMILY_BYTES),
      hash: createHash("sha256").update(bytes).digest("hex"),
    };
  }

  #signatureOf(signed: Uint8Array): Buffer {
    return createHmac("sha256", this.#key).update(signed).digest();
  }
}

/**
 * What a token does to its family.
 *
 * - `next`: the family goes on to the next generation, whose first token answers this one;
 * - `again`: this token has made the newest generation, and the reply may have been lost: one more token of it;
 * - `misused`: it is older than that, or a successor that was not used: end the family;
 * - `over`: the family's time has passed: end it.
 */
export type Verdict = "next" | "again" | "misused" | "over";

export function judge(
  family: Pick<Family, "generation" | "used" | "expiresAtMs">,
  { generation, hash }: Pick<TokenFields, "generation" | "hash">,
  nowMs: number,
): Verdict {
  if (family.expiresAtMs <= nowMs) return "over";
  if (generation === family.generation) return "next";
  if (generation === family.generation - 1 && hash === family.used) return "again";
  return "misused";
}

/** When a family ends that is used now. */
export function expiryOf(startedAtMs: number, nowMs: number): number {
  return Math.min(nowMs + IDLE_MS, startedAtMs + LIFE_MS);
}
