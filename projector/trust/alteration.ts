/** A history that contradicts what was signed or verified: what contradicts what, and the first event that differs. */
import { LogError } from "../../events/errors.ts";
import type { Sequence } from "../../events/sequence.ts";

/**
 * What contradicts what. `received`: the events that the server sent are not those that it signed. `rewritten`: the
 * server signs another history than the one that it signed before, and that this device has. `device`: the local copy
 * is not any more what it was when it was hashed. `server`: the server says itself that its history is not what it signed.
 */
export type AlterationKind = "received" | "rewritten" | "device" | "server";

export interface Alteration {
  kind: AlterationKind;
  /** The first event that differs; null if it is not known which one of the segment it is. */
  seq: Sequence | null;
  /** The first range of events in which something differs; null if it is not known. */
  from: Sequence | null;
  to: Sequence | null;
  /** When this device found it, ms since 1970 UTC. */
  foundAt: number;
}

/** ALTERED, with what is known about it. */
export class AlteredError extends LogError {
  readonly alteration: Alteration;

  constructor(name: string, alteration: Alteration) {
    super("ALTERED", `${name}: ${whatDiffers(alteration)}`);
    this.alteration = alteration;
  }
}

const WHAT: Readonly<Record<AlterationKind, string>> = {
  received: "sent events that are not those that it signed",
  rewritten: "signs another history than the one that it signed before",
  device: "was changed after it had been verified",
  server: "says itself that its history is not what it signed",
};

function whatDiffers({ kind, seq, from, to }: Alteration): string {
  if (seq !== null) return `${WHAT[kind]}; event ${seq} is the first that differs`;
  return from === null ? WHAT[kind] : `${WHAT[kind]}; the first difference is in events ${from} to ${to}`;
}
