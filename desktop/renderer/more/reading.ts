/** How typed text is read, and what comes of it. */
import type { FieldError } from "../../contract/call-error.ts";

/** How to read typed text. */
export interface Reading {
  /** The document's currency, which decides the decimals of amounts. */
  currency: string;
  locale: string;
}

export interface ReadResult<T> {
  value: T;
  /** Errors, with paths relative to the value, such as `price6`. */
  errors: readonly FieldError[];
}
