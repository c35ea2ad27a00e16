/** What a server claims about its history: a signed checkpoint whose signature is checked, not yet its contents. */
import type { Sequence } from "../../events/sequence.ts";

export interface Claim {
  origin: string;
  /** The generation of the log that the origin names, from 1. */
  generation: number;
  /** Events. */
  size: Sequence;
  root: Uint8Array;
  /** The signed note, as the server sent it. */
  note: string;
  /** The time in its cosignature, ms since 1970 UTC; null: it has none. */
  signedAt: number | null;
  /** The restores, signed, from the generation that this device knows to this one; empty within one generation. */
  restores: readonly Restore[];
}

/** A restore from a backup: the server's own word, signed, that its history continues before its end. */
export interface Restore {
  /** The generation that it begins. */
  generation: number;
  /** Where the restored history ended. */
  size: Sequence;
  root: Uint8Array;
  /** ms since 1970 UTC */
  at: number;
  /** How many events the generation before it had, as far as the server still knew; null: it did not. */
  before: Sequence | null;
}
