/**
 * The request hash: what the writer recognizes a retry by. It is stored beside the event, and a retry may reach a later
 * release, so two rules hold:
 *
 * - only what a request states is hashed: a field that has its default (null, an empty list, …) counts as absent, at any
 *   depth, and the order of fields does not matter. So a new optional field changes the hash of no request without it.
 * - hashes of earlier releases still match: `first-release-hash.ts`.
 *
 * No secret is hashed: commands have none. Passwords and one-time links are no commands.
 */
import { sameBytes, sha256 } from "../hash.ts";
import type { StreamId } from "../sequence.ts";
import { COMMANDS, type CommandCall, pathOf } from "./commands.ts";
import { firstReleaseHash } from "./first-release-hash.ts";
import { statedInput } from "./stated-input.ts";

/** SHA-256 of method, path, actor and what the input states: 32 bytes, stored beside the event. */
export function requestHash(call: CommandCall, actor: StreamId): Buffer {
  const { method, input } = COMMANDS[call.command];
  return sha256(JSON.stringify([method, pathOf(call), actor, statedInput(input, call.input)]));
}

/** True if a stored hash is this request's, whichever release stored it. */
export function isHashOf(stored: Uint8Array, call: CommandCall, actor: StreamId): boolean {
  if (sameBytes(stored, requestHash(call, actor))) return true;
  const first = firstReleaseHash(call, actor);
  return first !== null && sameBytes(stored, first);
}
