/** Tokens of one-time links. Such a link lets a user set a password once. */
import { createHash, randomBytes } from "node:crypto";
import type { OneTimeLink } from "../storage/accounts.ts";

/** How long a link is valid. */
export const LINK_LIFE_MS = 7 * 24 * 3_600_000;

/** Creates a link: the token, which is returned once, and the record for the store, which contains only its hash. */
export function newLink(nowMs: number): { token: string; link: OneTimeLink } {
  const token = randomBytes(24).toString("base64url");
  return { token, link: { hash: hashOfLink(token), expiresAtMs: nowMs + LINK_LIFE_MS } };
}

export function hashOfLink(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
