import { LogError } from "../errors.ts";

/** What is wrong with a note, a signed checkpoint or a proof. */
type ProofFault =
  | "malformed" // it does not have the form that the documents say
  | "unsigned" // none of the known keys signed it
  | "forged" // it names a known key, and the signature is not that key's
  | "origin" // it is about another log, or another generation of the log
  | "mismatch"; // the proof leads to another root

/**
 * A note, a signed checkpoint or a proof that does not hold: NOT_A_LOG if it is about another log, otherwise UNPROVEN.
 * It never says ALTERED, because a proof can be damaged although the log is not: that takes two verified roots.
 */
export class ProofError extends LogError {
  readonly fault: ProofFault;

  constructor(fault: ProofFault, message: string, options?: { cause?: unknown }) {
    super(fault === "origin" ? "NOT_A_LOG" : "UNPROVEN", message, options);
    this.fault = fault;
  }
}

/** Reads standard base64 in its one canonical form. @returns null if it is anything else */
export function parseBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

/** Reads a count as notes write it: decimal digits without leading zeros, at most 2 ** 53 - 1. @returns null if not */
export function parseCount(text: string): number | null {
  return /^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}
