/**
 * Readers that follow the contract of release 0.1: no event is longer than 65,535 bytes, and an answer without the log's
 * head is a full segment. Newer readers say so in a header. The others are served by the old contract as far as it goes.
 */
import type { FastifyRequest } from "fastify";
import { READS } from "../../events/sources/http/events-request.ts";
import { HttpProblem } from "../http/problems.ts";

/** The longest event of release 0.1, bytes. */
const MAX_OLD_EVENT_BYTES = 65_535;

/** True unless the request says that its sender reads blocks. */
export function isOldReader({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers[READS.header] !== READS.blocks;
}

/** The size of the events that an old reader can read: those before the first one that is too long for it. */
export function bytesForOldReaders(bodies: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const { length } of bodies) {
    if (length > MAX_OLD_EVENT_BYTES) break;
    bytes += length;
  }
  return bytes;
}

/** The answer to an old reader that asks for an event that is too long for it. */
export function updateNeeded(seq: number): HttpProblem {
  return new HttpProblem(
    "CLIENT_TOO_OLD",
    `event ${seq} is longer than this client can read: update the app; another client sends ${READS.header}: ${READS.blocks}`,
    { seq },
  );
}
