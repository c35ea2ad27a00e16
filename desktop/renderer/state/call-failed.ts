import type { CallName } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers, CallReply } from "../../contract/contract.ts";

/** A failed call, with a message for the user. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** @throws CallFailed */
export function valueIn<Name extends CallName>(answer: CallReply<Name>): Answers[Name] {
  if (answer.ok) return answer.value;
  throw new CallFailed(answer.failure);
}

/** Converts any error to a failure with a message for the user. */
export function failureIn(error: unknown): Failure {
  return error instanceof CallFailed ? error.failure : { code: "INTERNAL", message: String(error) };
}
