/** Why a call failed, as it goes over a channel. */

/** Why a call failed: the code is for programs, the message for people. */
export interface Failure {
  code: string;
  message: string;
  /** The place in the argument that it is about. */
  field?: string;
  /** What was compared, by a rule that said no. */
  values?: Readonly<Record<string, string | number | null>>;
  /** Every place that is not valid, where there may be several. */
  errors?: readonly FieldError[];
}

export interface FieldError {
  field: string;
  message: string;
}

export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: string;
  readonly field: string | undefined;
  readonly errors: readonly FieldError[] | undefined;

  constructor(code: string, message: string, field?: string, errors?: readonly FieldError[]) {
    super(message);
    this.code = code;
    this.field = field;
    this.errors = errors;
  }
}

/** For a place where only some words fit. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
