/**
 * What was signed of the logs in a backup. The backup carries it, so that a restore knows what must never be contradicted
 * silently: the restored log continues in a new generation, which begins with a signed note.
 */
import { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import type { EventLog, LogId, WritableLog } from "../../events/log/log.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import { readSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { originOf, parseOrigin } from "../../events/proofs/tree-head.ts";
import type { EventsFile } from "../../events/sources/file/events-file.ts";
import { beginGeneration, newestPast, pairOfLog, pastInStore, pastOfPair, type SignedPast } from "../proofs/forks.ts";
import { LogProofs } from "../proofs/log-proofs.ts";
import type { Signing } from "../proofs/signing.ts";
import type { Storage } from "../storage/storage.ts";
import type { Manifest } from "./backup-format.ts";

type ManifestLog = Manifest["logs"][number];

/** What a backup records of a log, read before the log's head. */
interface SignedState extends Pick<ManifestLog, "signed" | "forks"> {
  /** The text of a signed checkpoint for the log's file; null if there is none. */
  checkpoint: () => string | null;
}

/**
 * Reads what was signed of a log. With a key, everything up to its head is signed first. A log that contradicts what was
 * signed is backed up all the same, without a checkpoint.
 *
 * @param onNote called with what an operator should know
 */
export async function signedStateOf(
  storage: Storage,
  log: WritableLog,
  { logId, signing, onNote }: { logId: LogId; signing: Signing | null; onNote: (text: string) => void },
): Promise<SignedState> {
  const proven = signing && (await signNow(storage, log, { logId, signing, onNote }));
  const store = await storage.openTiles(logId, { create: false });
  try {
    const remembered = signing && pastOfPair(signing.signed.last(logId));
    const past = newestPast([store && (await pastInStore(store)), remembered]);
    const forks = (await store?.forks()) ?? [];
    return {
      signed: past && {
        generation: past.generation,
        size: past.pair?.size ?? null,
        root: past.pair && Buffer.from(past.pair.root).toString("hex"),
      },
      forks,
      // Signed when it is written, because the texts of all logs would need much memory.
      checkpoint: () => (proven && signing ? signing.sign(proven, proven.signedAtMs) : null),
    };
  } finally {
    await store?.close();
  }
}

async function signNow(
  storage: Storage,
  log: WritableLog,
  { logId, signing, onNote }: { logId: LogId; signing: Signing; onNote: (text: string) => void },
) {
  const openTiles = async () => {
    const tiles = await storage.openTiles(logId, { create: true });
    if (!tiles) throw new Error(`the tiles of log ${logId} could not be created`);
    return tiles;
  };
  const proofs = new LogProofs({ logId, log, openTiles, signing });
  try {
    const { origin, size, root, signedAtMs } = await proofs.checkpoint({ patienceMs: Number.POSITIVE_INFINITY });
    return { origin, size, root, signedAtMs };
  } catch (error) {
    if (!(error instanceof LogError && (error.code === "ALTERED" || error.code === "BEHIND"))) throw error;
    onNote(`${error.message}; it is backed up as it is, without a signed checkpoint`);
    return null;
  } finally {
    await proofs.close();
  }
}

/**
 * Checks the signed checkpoint in a backup's log against its events. Whose signature it is, is for those to judge who know
 * the key.
 *
 * @throws LogError ALTERED if the events are others; DAMAGED, NOT_A_LOG if the checkpoint is not one of this log
 */
export async function checkCheckpoint(file: EventsFile, log: LogId): Promise<void> {
  if (file.checkpoint === null) return;
  const what = `the checkpoint in ${file.name}`;
  const { origin, size, root } = readSignedCheckpoint(file.checkpoint, what);
  if (parseOrigin(origin)?.log !== log)
    throw new ProofError("origin", `${what}: is about ${origin}, not about ${originOf({ log, generation: 1 })}`);
  if (size > file.headNow || !sameBytes((await pairOfLog(file, size)).root, root))
    throw new LogError("ALTERED", `${file.name}: its first ${size} events are not those of its signed checkpoint`);
}

/** What the backup and this machine know of the signed past of a log that is restored; null: nothing. */
export function pastOf({ log, signed }: ManifestLog, signing: Signing | null): SignedPast | null {
  const { generation = 0, size = null, root = null } = signed ?? {};
  const pair = size === null || root === null ? null : { size, root: Buffer.from(root, "hex") };
  return newestPast([signed && { generation, pair }, signing && pastOfPair(signing.signed.last(log))]);
}

/**
 * Begins the next generation of a restored log. Repeating it changes nothing. A backup that is older than the first
 * signature does not know of it, so generation 1 is never used again, even if nothing is known.
 *
 * @param options.signing null: the server has no key, and nothing is known to be signed
 */
export async function continueSigned(
  storage: Storage,
  restored: EventLog,
  { entry, signing }: { entry: ManifestLog; signing: Signing | null },
): Promise<void> {
  if (!signing) return;
  const past = pastOf(entry, signing) ?? { generation: 1, pair: null };
  const store = await storage.openTiles(entry.log, { create: true });
  if (!store) throw new Error(`the tiles of log ${entry.log} could not be created`);
  try {
    for (const fork of entry.forks) await store.addFork(fork);
    const begun = (await store.forks()).at(-1)?.generation ?? 1;
    if (begun <= past.generation) await beginGeneration({ logId: entry.log, log: restored, store, signing }, past);
  } finally {
    await store.close();
  }
}
