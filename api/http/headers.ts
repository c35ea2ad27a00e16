/** Reads request headers of commands. */
import type { FastifyRequest } from "fastify";
import { parseUuidV7 } from "../../events/uuid.ts";
import { HttpProblem } from "./problems.ts";

/** `Idempotency-Key`: a UUIDv7, with or without quotes; null if absent. @throws HttpProblem KEY_NOT_VALID */
export function keyOf(request: FastifyRequest): Uint8Array | null {
  const value = request.headers["idempotency-key"];
  if (value === undefined) return null;
  const key = typeof value === "string" ? parseUuidV7(value.replace(/^"(.*)"$/, "$1")) : null;
  if (!key) throw new HttpProblem("KEY_NOT_VALID", "Idempotency-Key: not a UUIDv7");
  return key;
}

/** `If-Match`: the expected version, such as `"3"`; null for any. @throws HttpProblem IF_MATCH_NOT_VALID */
export function ifMatchOf(request: FastifyRequest): number | null {
  const value = request.headers["if-match"];
  if (value === undefined || value === "*") return null;
  const [, version] = /^"?(\d{1,15})"?$/.exec(value) ?? [];
  if (version === undefined) throw new HttpProblem("IF_MATCH_NOT_VALID", 'If-Match: not a version such as "3"');
  return Number(version);
}
