/** The server signs with a key that this device does not trust. */
import { LogError } from "../../events/errors.ts";

/** The key that the server offers now. */
export interface OfferedKey {
  /** Null: the server signs nothing any more. */
  fingerprint: string | null;
  /** In the form of C2SP's signed notes. */
  verifiers: readonly string[];
}

/**
 * KEY_CHANGED, with the key that a person would have to trust. A stolen key could sign its own successor, so a person
 * decides.
 */
export class KeyChangedError extends LogError {
  readonly offered: OfferedKey;

  constructor(server: string, offered: OfferedKey) {
    const { fingerprint } = offered;
    const what = fingerprint === null ? "no longer signs its history" : `signs with another key: ${fingerprint}`;
    super("KEY_CHANGED", `${server}: ${what}`);
    this.offered = offered;
  }
}
