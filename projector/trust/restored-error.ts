/** The server was restored from a backup, and says so: some events of this device are lost there. */
import { LogError } from "../../events/errors.ts";
import type { Sequence } from "../../events/sequence.ts";

/** The restore, as its signed fork note has it, seen from this device. */
export interface LostInRestore {
  /** The last event that both have. */
  upTo: Sequence;
  /** When the restore was signed, ms since 1970 UTC. */
  at: number;
  /** How many events of this device the server no longer has. */
  lost: number;
}

/** FORKED, with a signed reason: the user agrees to the server's history, or does not. */
export class RestoredError extends LogError {
  readonly restored: LostInRestore;

  constructor(server: string, restored: LostInRestore) {
    const { upTo, lost } = restored;
    const from = upTo + 1;
    super("FORKED", `${server}: was restored from a backup; events ${from} to ${upTo + lost} of this device are lost`);
    this.restored = restored;
  }
}
