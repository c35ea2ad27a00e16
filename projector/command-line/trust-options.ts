/** The options about keys and saved checkpoints that several commands share. */
import { readFileSync, statSync } from "node:fs";
import type { LogId } from "../../events/log/log.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import type { PublicKey } from "../../events/proofs/verifier-key.ts";
import { readCheckpoints, readKeys, type SavedCheckpoint } from "../verify/saved-checkpoints.ts";
import { UsageError } from "./failure.ts";

/** Files with keys and checkpoints are small. */
const MAX_BYTES = 16 * 1024 * 1024;

export const KEY = {
  type: "string",
  value: "VKEY",
  help: "the server's public key, or a file with a key a line",
} as const;

/** The keys that an option names. @returns null without the option @throws UsageError */
export function keysOf(option: string | undefined): PublicKey[] | null {
  if (option === undefined) return null;
  const isFile = statSync(option, { throwIfNoEntry: false })?.isFile() === true;
  let keys: PublicKey[];
  try {
    keys = readKeys(isFile ? textOfFile(option) : option);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new UsageError(`--key: ${error.message}`);
  }
  if (keys.length === 0) throw new UsageError(`--key ${option}: has no key`);
  return keys;
}

/** The signed checkpoints in a file. @throws UsageError; ProofError as `readCheckpoints` */
export function checkpointsIn(
  path: string,
  trust: { keys: readonly PublicKey[] | null; log?: LogId | undefined },
): SavedCheckpoint[] {
  return readCheckpoints(textOfFile(path), { name: path, ...trust });
}

/** The text of a small file. @throws UsageError */
export function textOfFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`${path}: there is no such file`);
  if (!stat.isFile()) throw new UsageError(`${path}: is not a file`);
  if (stat.size > MAX_BYTES) throw new UsageError(`${path}: too long, ${stat.size} bytes`);
  return readFileSync(path, "utf8");
}
