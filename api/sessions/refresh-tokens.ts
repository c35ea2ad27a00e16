/**
 * Refresh tokens: each one is used once and exchanged for the next. The store holds no token, only the generation of
 * their family and the hash of the token that was used last.
 *
 * A token names its family and its generation, and is signed. The newest generation may have several tokens, because a
 * response with one may have been lost: the previous token returns a new one each time, until one of its successors is
 * used. From then on the previous token is too old, and so are its unused successors. If one of these is used, someone
 * has a copy. The server cannot tell which of the two is the thief, so the family ends.
 */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { Family } from "../storage/accounts.ts";

/** A family ends after being unused for this time, ms. */
export const IDLE_MS = 30 * 24 * 3_600_000;
/** A family ends at this age even if it is used, ms. */
export const LIFE_MS = 180 * 24 * 3_600_000;

const FAMILY_BYTES = 16;
const GENERATION_BYTES = 4;
const NONCE_BYTES = 12;
const SIGNED_BYTES = FAMILY_BYTES + GENERATION_BYTES + NONCE_BYTES;
const SIGNATURE_BYTES = 32;
/** Length of a token's text, characters. */
const LENGTH = Math.ceil(((SIGNED_BYTES + SIGNATURE_BYTES) * 4) / 3);

/** The content of a token. */
export interface TokenFields {
  family: string;
  generation: number;
  /** SHA-256 of the token, hex. */
  hash: string;
}

export function newFamilyId(): string {
  return randomBytes(FAMILY_BYTES).toString("base64url");
}

/** Issues and reads tokens, with a key that is derived from the server's secret. */
export class RefreshTokens {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", "invoify refresh token", SIGNATURE_BYTES));
  }

  /** Issues a new token of a generation. No two are the same. */
  make(family: string, generation: number): string {
    const number = Buffer.alloc(GENERATION_BYTES);
    number.writeUInt32BE(generation);
    const signed = Buffer.concat([Buffer.from(family, "base64url"), number, randomBytes(NONCE_BYTES)]);
    return Buffer.concat([signed, this.#signatureOf(signed)]).toString("base64url");
  }

  /** Reads a token. @returns null if this server did not issue it */
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
 * The effect of a token on its family.
 *
 * - `next`: move the family to the next generation and return its first token;
 * - `again`: this token began the newest generation, and that response may have been lost: return another token of it;
 * - `misused`: the token is older than that, or an unused successor: end the family;
 * - `over`: the family has expired: end it.
 */
type Verdict = "next" | "again" | "misused" | "over";

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

/** When a family expires if it is used now. */
export function expiryOf(startedAtMs: number, nowMs: number): number {
  return Math.min(nowMs + IDLE_MS, startedAtMs + LIFE_MS);
}
