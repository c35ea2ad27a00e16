/** What is proven about the history on this device, for the windows. */
import type { Sequence } from "../../events/sequence.ts";

export interface Proof {
  /**
   * `unknown`: nothing was checked yet. `unsigned`: the server signs nothing, so nothing can be verified. `signed`: the
   * server signs; `verified` says up to which event this device's copy agrees.
   */
  state: "unknown" | "unsigned" | "signed";
  /** The size of the largest signed checkpoint that the copy agrees with; null: none yet. */
  verified: { seq: Sequence; at: number; signedAt: number | null } | null;
  /** Up to which event, and when, the whole copy was last hashed again; null: not since it was fetched. */
  rehashed: { seq: Sequence; at: number } | null;
  /** The server's key that this device trusts; null: none. */
  key: TrustedKey | null;
  /** The server uses another key than the trusted one, or none: a person has to decide. Null: it does not. */
  otherKey: { fingerprint: string | null } | null;
  /** A history that contradicts what was signed or verified; null: there is none. */
  altered: Altered | null;
  /** The server was restored from a backup and says so, signed; null: it was not. */
  restored: Restored | null;
  /** The server's history ends before what it once signed; null: it does not. */
  behind: Behind | null;
}

/** While no log is open. */
export const NO_PROOF: Proof = {
  state: "unknown",
  verified: null,
  rehashed: null,
  key: null,
  otherKey: null,
  altered: null,
  restored: null,
  behind: null,
};

/** Times are ms since 1970 UTC. */
export interface TrustedKey {
  fingerprint: string;
  since: number;
  /** `first`: seen when this device met the server. `successor`: the key before announced it. `person`: confirmed here. */
  how: "first" | "successor" | "person";
}

export interface Altered {
  /**
   * `received`: the server sent other events than those that it signed. `rewritten`: it signs another history than
   * before. `device`: the copy on this device was changed. `server`: the server says itself that its history was changed.
   */
  kind: "received" | "rewritten" | "device" | "server";
  /** The first event that differs; null: it is only known to be in the range. */
  seq: Sequence | null;
  from: Sequence | null;
  to: Sequence | null;
  foundAt: number;
  /** When the first event that differs was recorded, and by whom, as this device has it; null: not readable. */
  event: Recorded | null;
}

/** When an event was recorded, and by whom. */
export interface Recorded {
  at: number;
  actor: string | null;
}

export interface Behind {
  /** The last event that the server once signed. */
  signed: Sequence;
  /** The first event that it no longer has; null: not known. */
  first: Sequence | null;
  /** When that was recorded, and by whom, as this device has it; null: not readable. */
  event: Recorded | null;
}

export interface Restored {
  /** The last event of the backup. */
  upTo: Sequence;
  /** When the restore was signed. */
  at: number;
  /** How many events of this device the server no longer has. */
  lost: number;
  /** When the first of them was recorded, as this device has it; null: not readable. */
  since: number | null;
}
