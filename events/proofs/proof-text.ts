/** Proofs as text, as C2SP tlog-proof has them: an event is in the tree of a signed checkpoint, verifiable offline. */
import { ProofError, parseBase64, parseCount } from "./proof-error.ts";
import { type CheckpointTrust, openSignedCheckpoint, type SignedCheckpoint } from "./signed-checkpoint.ts";
import { HASH_BYTES, leafHash } from "./tree.ts";
import { checkInclusion } from "./verify-proofs.ts";

const HEADER = "c2sp.org/tlog-proof@v1";

/** A tree has at most 53 levels, so a proof has no more hashes. */
const MAX_HASHES = 53;

/** A proof that was read, and not verified. */
interface ProofText {
  /** From 0: an event's sequence less one. */
  index: number;
  /** The inclusion proof, the leaf's sibling first. */
  hashes: Buffer[];
  /** The signed checkpoint, as the log issued it. */
  checkpoint: string;
  /** Whatever somebody wrote into the proof; nothing proves it. Null if there is none. */
  extra: Buffer | null;
}

/** Writes a proof. */
export function formatProof(proof: {
  index: number;
  hashes: readonly Uint8Array[];
  checkpoint: string;
  extra?: Uint8Array | null;
}): string {
  const { index, hashes, checkpoint, extra = null } = proof;
  const lines = [
    HEADER,
    ...(extra ? [`extra ${Buffer.from(extra).toString("base64")}`] : []),
    `index ${index}`,
    ...hashes.map((hash) => Buffer.from(hash).toString("base64")),
  ];
  return `${lines.join("\n")}\n\n${checkpoint}`;
}

/**
 * Reads a proof without verifying it.
 *
 * @param what names it in errors
 * @throws ProofError malformed, and says what is wrong with it
 */
export function parseProof(text: string, what = "the proof"): ProofText {
  const malformed = (why: string) => new ProofError("malformed", `${what}: ${why}`);
  const split = text.indexOf("\n\n");
  if (split < 0) throw malformed("it has no empty line before its signed checkpoint");
  const lines = text.slice(0, split).split("\n");
  if (lines.shift() !== HEADER) throw malformed(`its first line is not ${HEADER}`);
  const extra = lines[0]?.startsWith("extra ")
    ? parseBase64((lines.shift() as string).slice("extra ".length))
    : undefined;
  if (extra === null) throw malformed("its extra data is not base64");
  const indexLine = lines.shift() ?? "";
  const index = indexLine.startsWith("index ") ? parseCount(indexLine.slice("index ".length)) : null;
  if (index === null) throw malformed("it does not have a line “index N”");
  if (lines.length > MAX_HASHES)
    throw malformed(`it has ${lines.length} hashes, and no tree needs more than ${MAX_HASHES}`);
  const hashes = lines.map((line, n) => {
    const hash = parseBase64(line);
    if (hash?.length !== HASH_BYTES) throw malformed(`its hash ${n + 1} is not ${HASH_BYTES} bytes in base64`);
    return hash;
  });
  return { index, hashes, checkpoint: text.slice(split + 2), extra: extra ?? null };
}

/**
 * Verifies a proof for an entry: the signatures of its checkpoint, and that the tree contains the entry at the index.
 *
 * @param entry the event hash, 32 bytes
 * @returns the signed checkpoint, and the index that is proven
 * @throws ProofError as `openSignedCheckpoint` does, and mismatch if the tree does not contain the entry there
 */
export function openProof(
  text: string,
  entry: Uint8Array,
  trust: CheckpointTrust,
  what = "the proof",
): { index: number; checkpoint: SignedCheckpoint } {
  const { index, hashes, checkpoint: note } = parseProof(text, what);
  const checkpoint = openSignedCheckpoint(note, trust, `the signed checkpoint of ${what}`);
  checkInclusion({ index, size: checkpoint.size, leaf: leafHash(entry), hashes, root: checkpoint.root });
  return { index, checkpoint };
}
