/** What a server has signed last of a log, and how it is asked for. */
import type { Sequence } from "../../events/sequence.ts";
import type { TreePair } from "../storage/tile-store.ts";

/** Called between small parts of long work, so that other requests run. */
export type Pause = () => Promise<void> | void;

/** A pair with its signatures. */
export interface SignedCheckpoint extends TreePair {
  origin: string;
  /** The signed note. */
  text: string;
  /** When it was signed, ms since 1970 UTC. */
  signedAtMs: number;
}

export interface CheckpointOptions {
  /** A size that the caller has seen elsewhere: a smaller checkpoint is made again at once. */
  atLeast?: Sequence;
  /** How long to wait for a tree that is being made, ms. */
  patienceMs?: number;
  /** Called between small parts of the work. */
  pause?: Pause;
}
