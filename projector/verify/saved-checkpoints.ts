/** Signed checkpoints as people keep them: a note in a file, the notes of a desktop's evidence, or within a proof. */
import { z } from "zod";
import type { LogId } from "../../events/log/log.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import { parseProof } from "../../events/proofs/proof-text.ts";
import {
  openSignedCheckpoint,
  readSignedCheckpoint,
  type SignedCheckpoint,
} from "../../events/proofs/signed-checkpoint.ts";
import { parseOrigin, parseTreeHead, type TreeHead } from "../../events/proofs/tree-head.ts";
import type { PublicKey } from "../../events/proofs/verifier-key.ts";

/** A saved checkpoint. Without a key nobody knows who signed it. */
export interface SavedCheckpoint extends TreeHead {
  root: Buffer;
  /** Where it was found: a file's name. */
  name: string;
  note: string;
  /** False: it has no signature that anybody could check. */
  isSigned: boolean;
  /** The verified signatures; null if no key was given, or none of them is known. */
  signed: SignedCheckpoint | null;
}

/** What a desktop exports as its evidence; other fields are for people. */
const evidence = z.object({
  format: z.literal("invoify/evidence/v1"),
  checkpoints: z.array(z.object({ note: z.string() })),
});

/**
 * Reads all signed checkpoints in a file's text.
 *
 * @param name the file's, for errors
 * @param keys the public keys of the log; null: the signatures are not checked
 * @throws ProofError malformed, forged, or unsigned if keys are given; origin if `log` is given and it is another log's
 */
export function readCheckpoints(
  text: string,
  { name, keys, log }: { name: string; keys: readonly PublicKey[] | null; log?: LogId | undefined },
): SavedCheckpoint[] {
  return notesIn(text, name).map(({ note, what }) => {
    // `tiles` writes a checkpoint without its signatures if the log has none.
    const isSigned = note.includes("\n\n");
    if (keys && !isSigned)
      throw new ProofError("unsigned", `${what}: it is not signed, so no key says whose it is; leave out --key`);
    if (keys) {
      const signed = openSignedCheckpoint(note, { keys, log }, what);
      return { origin: signed.origin, size: signed.size, root: signed.root, name: what, note, isSigned, signed };
    }
    const { origin, size, root } = isSigned ? readSignedCheckpoint(note, what) : parseTreeHead(note, what);
    if (log !== undefined && parseOrigin(origin)?.log !== log)
      throw new ProofError("origin", `${what}: it is about ${origin}, not about the log ${log}`);
    return { origin, size, root, name: what, note, isSigned, signed: null };
  });
}

/** What is known about a checkpoint's signature, for people. */
export function signatureText({ signed, isSigned }: Pick<SavedCheckpoint, "signed" | "isSigned">): string {
  if (!isSigned) return "not signed";
  return signed ? "signed" : "signature not checked";
}

function notesIn(text: string, name: string): { note: string; what: string }[] {
  if (text.startsWith("c2sp.org/tlog-proof")) return [{ note: parseProof(text, name).checkpoint, what: name }];
  if (!text.trimStart().startsWith("{")) return [{ note: text, what: name }];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ProofError("malformed", `${name}: neither a signed checkpoint nor the evidence of a desktop`);
  }
  const parsed = evidence.safeParse(json);
  if (!parsed.success) throw new ProofError("malformed", `${name}: not the evidence of a desktop`);
  return parsed.data.checkpoints.map(({ note }, n) => ({ note, what: `${name}, checkpoint ${n + 1}` }));
}
