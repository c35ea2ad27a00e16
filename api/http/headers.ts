/** What clients say in headers. */
import type { FastifyRequest } from "fastify";
import { parseUuidV7 } from "../../events/uuid.ts";
import { HttpProblem } from "./problems.ts";

/** `Idempotency-Key`: a UUIDv7, with or without quotes. Null if there is none. @throws HttpProblem KEY_NOT_VALID */
export function keyOf(request: FastifyRequest): Uint8Array | null {
  const given = request.headers["idempotency-key"];
  if (given === undefined) return null;
  const key = typeof given === "string" ? parseUuidV7(given.replace(/^"(.*)"$/, "$1")) : null;
  if (!key) throw new HttpProblem("KEY_NOT_VALID", "Idempotency-Key: not a UUIDv7");
  return key;
}

/** `If-Match`: the version that the client saw, such as `"3"`. Null if it does not mind. @throws HttpProblem */
export function versionOf(request: FastifyRequest): number | null {
  const given = request.headers["if-match"];
  if (given === undefined || given === "*") return null;
  const [, version] = /^"?(\d{1,15})"?$/.exec(given) ?? [];
  if (version === undefined) throw new HttpProblem("IF_MATCH_NOT_VALID", 'If-Match: not a version such as "3"');
  return Number(version);
}
