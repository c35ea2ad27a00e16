/**
 * The request hash, by which the writer recognizes a retry. It is stored beside the event, and a retry can reach a
 * later release, so two rules hold:
 *
 * - Only the stated input is hashed. A field that has its default (null, an empty list, …) counts as absent, at any
 *   depth, and the order of fields does not matter. So a new optional field does not change the hash of a request
 *   without it.
 * - Hashes of earlier releases still match (`first-release-hash.ts`).
 *
 * A hash never includes a secret, because no command contains a password or a one-time link.
 */
import { sameBytes, sha256 } from "../hash.ts";
import type { StreamId } from "../sequence.ts";
import { COMMANDS, type CommandCall, pathOf } from "./commands.ts";
import { firstReleaseHash } from "./first-release-hash.ts";
import { statedInput } from "./stated-input.ts";

/** SHA-256 of method, path, actor and stated input: 32 bytes, stored beside the event. */
export function requestHash(call: CommandCall, actor: StreamId): Buffer {
  const { method, input } = COMMANDS[call.command];
  return sha256(JSON.stringify([method, pathOf(call), actor, statedInput(input, call.input)]));
}

/** True if a stored hash is the hash of this request, whichever release stored it. */
export function isHashOf(stored: Uint8Array, call: CommandCall, actor: StreamId): boolean {
  if (sameBytes(stored, requestHash(call, actor))) return true;
  const first = firstReleaseHash(call, actor);
  return first !== null && sameBytes(stored, first);
}
