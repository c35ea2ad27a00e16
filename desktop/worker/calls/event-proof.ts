/** The proof that an event is in the history that the server signed. */
import type { Sequence } from "../../../events/sequence.ts";
import type { EventProofAnswer } from "../../contract/contract.ts";
import type { Desktop } from "../sync/desktop.ts";

const NOT_PROVEN = { size: null, signedAt: null, hashes: null, text: null };

/** @throws LogError UNPROVEN if the event is not the one that was signed */
export async function eventProofOf({ copy, history, status }: Desktop, seq: Sequence): Promise<EventProofAnswer> {
  const { state, verified } = status.proof;
  const signed = copy && verified && verified.seq >= seq ? history.trust.verifiedAt(verified.seq) : null;
  const proof = signed && (await copy?.proofOf(seq, signed));
  if (proof) return { state: "proven", ...proof };
  return { state: state === "unsigned" ? "unsigned" : "later", ...NOT_PROVEN };
}
