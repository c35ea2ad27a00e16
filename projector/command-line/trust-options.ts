/** The options about keys and saved checkpoints that several commands share. */
import { readFileSync, statSync } from "node:fs";
import type { LogId } from "../../events/log/log.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import type { PublicKey } from "../../events/proofs/verifier-key.ts";
import { type NamedKeys, readKeys, shownOf, trustedKeys } from "../verify/named-keys.ts";
import { readCheckpoints, type SavedCheckpoint } from "../verify/saved-checkpoints.ts";
import { UsageError } from "./failure.ts";

/** Files with keys and checkpoints are small. */
const MAX_BYTES = 16 * 1024 * 1024;

export const KEY = {
  type: "string",
  value: "VKEY",
  help: "the server's public key or fingerprint, or a file with them",
} as const;

/**
 * The keys that an option names, for a command that finds no key by itself.
 *
 * @returns null without the option @throws UsageError
 */
export function keysOf(option: string | undefined): PublicKey[] | null {
  const named = namedKeysOf(option);
  return named && pinnedKeys(named, []).keys;
}

/** What an option says about keys. @returns null without the option @throws UsageError */
export function namedKeysOf(option: string | undefined): NamedKeys | null {
  if (option === undefined) return null;
  const isFile = statSync(option, { throwIfNoEntry: false })?.isFile() === true;
  let named: NamedKeys;
  try {
    named = readKeys(isFile ? textOfFile(option) : option);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new UsageError(`--key: ${error.message}`);
  }
  if (named.keys.length === 0 && named.fingerprints.length === 0) throw new UsageError(`--key ${option}: has no key`);
  return named;
}

/**
 * The keys that are trusted, and how they changed.
 *
 * @param offered what came with the log, or with evidence
 * @throws UsageError if only fingerprints are named, and no key has one of them
 */
export function pinnedKeys(named: NamedKeys, offered: readonly NamedKeys[]): ReturnType<typeof trustedKeys> {
  const trusted = trustedKeys(named, offered);
  if (trusted.keys.length > 0) return trusted;
  const found = offered.flatMap(({ keys }) => (keys.length > 0 ? [shownOf(keys)] : []));
  const why =
    found.length > 0 ? `the key here is ${found.join(", ")}` : "no key came with the log; name the key itself";
  throw new UsageError(`--key: no key has the fingerprint ${named.fingerprints.join(" or ")}: ${why}`);
}

/** The keys in a desktop's evidence; none in any other file. @throws UsageError */
export function keysInFile(path: string): NamedKeys[] {
  const text = textOfFile(path);
  return text.trimStart().startsWith("{") ? [readKeys(text)] : [];
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
