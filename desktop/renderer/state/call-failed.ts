/** How a call fails. */
import type { Failure } from "../../contract/call-error.ts";

/** A call that failed, with what to tell the user. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** What to tell the user of an error, whatever it is. */
export function failureIn(error: unknown): Failure {
  return error instanceof CallFailed ? error.failure : { code: "INTERNAL", message: String(error) };
}
