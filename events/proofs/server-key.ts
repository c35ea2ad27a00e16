/**
 * The key with which a server signs: one pair of Ed25519 and ML-DSA-44 for all its logs. It is in a file that only the
 * server may read, or in the environment. All processes of a store share it.
 *
 * The file is JSON. It holds the seeds of both keys; for a while after a rotation, those of the previous pair too; and
 * the notes in which each earlier key names its successor, which are served for ever.
 */
import { createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import { z } from "zod";
import { LogError } from "../errors.ts";
import { mlDsaSigner } from "./cosignature.ts";
import { ed25519Signer, type Signer } from "./note.ts";

/** Bytes of a seed of either kind. */
const SEED_BYTES = 32;
const FORMAT = "invoify/server-key/v1";

const seed = z
  .base64()
  .refine((text) => Buffer.from(text, "base64").length === SEED_BYTES, "must be 32 bytes as base64");
const seeds = z.strictObject({ createdAt: z.iso.datetime(), ed25519: seed, mlDsa44: seed });

const keyFile = z.strictObject({
  format: z.literal(FORMAT),
  current: seeds,
  /** Signs beside the current pair until then. */
  previous: z.strictObject({ ...seeds.shape, until: z.iso.datetime() }).nullable(),
  /** The Ed25519 public keys of all earlier pairs, as base64: fork notes of their time are signed with them. */
  earlier: z.array(seed),
  /** The signed notes of all rotations, oldest first. */
  successors: z.array(z.string()),
});
/** The content of a key file. */
export type KeyFile = z.infer<typeof keyFile>;
export type Seeds = z.infer<typeof seeds>;

/** Two private keys that sign together. */
export interface KeyPair {
  ed25519: KeyObject;
  mlDsa44: KeyObject;
}

export interface ServerKey {
  current: KeyPair;
  /** The pair before the last rotation, while it still signs; null otherwise. */
  previous: { pair: KeyPair; untilMs: number } | null;
  /** The Ed25519 public keys of all earlier pairs. */
  earlier: readonly Buffer[];
  /** The signed notes of all rotations, oldest first. */
  successors: readonly string[];
}

/** New random seeds. @param nowMs ms since 1970 UTC */
export function newSeeds(nowMs: number): Seeds {
  const newSeed = () => randomBytes(SEED_BYTES).toString("base64");
  return { createdAt: new Date(nowMs).toISOString(), ed25519: newSeed(), mlDsa44: newSeed() };
}

export function newKeyFile(nowMs: number): KeyFile {
  return { format: FORMAT, current: newSeeds(nowMs), previous: null, earlier: [], successors: [] };
}

/**
 * Reads the content of a key file.
 *
 * @param where names it in errors; an error never has a part of the content
 * @throws LogError DAMAGED
 */
export function parseKeyFile(text: string, where: string): KeyFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new LogError("DAMAGED", `${where}: not the JSON of a signing key`);
  }
  const parsed = keyFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join(".") || "it"))].join(", ");
  throw new LogError("DAMAGED", `${where}: not a signing key of this release: wrong or missing: ${fields}`);
}

/** The content of a key file as text that `parseKeyFile` reads: one line, so that it fits into a variable. */
export function keyFileText(file: KeyFile): string {
  return `${JSON.stringify(file)}\n`;
}

/** @throws LogError NOT_A_LOG if this Node cannot sign with ML-DSA-44 */
export function serverKeyOf({ current, previous, earlier, successors }: KeyFile): ServerKey {
  return {
    current: pairOf(current),
    previous: previous && { pair: pairOf(previous), untilMs: Date.parse(previous.until) },
    earlier: earlier.map((bytes) => Buffer.from(bytes, "base64")),
    successors,
  };
}

/** The pairs that sign at a time, the current one first. @param nowMs ms since 1970 UTC */
export function signingPairs({ current, previous }: ServerKey, nowMs: number): KeyPair[] {
  return previous && nowMs < previous.untilMs ? [current, previous.pair] : [current];
}

/**
 * What signs the checkpoints of a log: both keys of each pair.
 *
 * @param name the log's origin
 * @param atMs the time for the signatures, ms since 1970 UTC; null: they state no time
 */
export function signersOf(pairs: readonly KeyPair[], name: string, atMs: number | null): Signer[] {
  const seconds = atMs === null ? 0 : Math.floor(atMs / 1000);
  return pairs.flatMap(({ ed25519, mlDsa44 }): Signer[] => [
    ed25519Signer(name, ed25519),
    mlDsaSigner(name, mlDsa44, () => seconds),
  ]);
}

export function pairOf({ ed25519, mlDsa44 }: Seeds): KeyPair {
  try {
    return {
      ed25519: keyOf({ key: Buffer.from(ed25519, "base64"), format: "raw-private", asymmetricKeyType: "ed25519" }),
      mlDsa44: keyOf({ key: Buffer.from(mlDsa44, "base64"), format: "raw-seed", asymmetricKeyType: "ml-dsa-44" }),
    };
  } catch (error) {
    throw new LogError(
      "NOT_A_LOG",
      `Node ${process.versions.node} cannot sign with ML-DSA-44; run the API on the Node that npm ci installs`,
      { cause: error },
    );
  }
}

/** The types of Node do not know the raw formats yet. */
function keyOf(input: object): KeyObject {
  return createPrivateKey(input as Parameters<typeof createPrivateKey>[0]);
}
