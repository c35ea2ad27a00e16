/** One-time links, with which somebody chooses a password: an invitation, or in place of a forgotten one. */
import { createHash, randomBytes } from "node:crypto";
import type { OneTimeLink } from "../storage/accounts.ts";

/** How long a link is good for. */
export const LINK_LIFE_MS = 7 * 24 * 3_600_000;

/** A link's token, which is shown once, and what the store keeps of it. */
export function newLink(nowMs: number): { token: string; link: OneTimeLink } {
  const token = randomBytes(24).toString("base64url");
  return { token, link: { hash: hashOfLink(token), expiresAtMs: nowMs + LINK_LIFE_MS } };
}

export function hashOfLink(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
