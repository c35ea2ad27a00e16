/** The state of a form whose input is never stored, such as a password. */
import { useEffect, useState } from "preact/hooks";
import type { Failure, FieldError } from "../../contract/call-error.ts";
import { failureIn } from "../state/call-failed.ts";
import type { FieldsOf } from "./form-fields.ts";
import { isSame } from "./merge.ts";
import { namesOf } from "./stored-input.ts";
import { focusFirstError } from "./use-form.ts";

interface PlainForm<V extends object> {
  fields: FieldsOf<V>;
  value: V;
  /** True if anything was typed. */
  dirty: boolean;
  change(part: Partial<V>): void;
  /** The error of a field, by path. */
  errorAt(path: string): string | null;
  /** A failure of the whole form; null if all errors are shown at fields. */
  failure: Failure | null;
  busy: boolean;
  /** Always false: these forms have no `sendAgain`. The user submits again. */
  unanswered: false;
  /**
   * Sends the input, or shows `problem` instead. After a success the form stays busy, because most forms close then.
   *
   * @returns false if it was not sent; the form shows why
   */
  submit(problem: FieldError | null, send: () => Promise<unknown>): Promise<boolean>;
  /** Starts over. */
  reset(): void;
}

/** @param explain rewords a failure, and names the field that it belongs to */
export function usePlainForm<V extends object>(
  fields: FieldsOf<V>,
  start: V,
  explain: (failure: Failure) => Failure = (failure) => failure,
): PlainForm<V> {
  const [value, setValue] = useState(start);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const paths = new Set(namesOf(fields).map((name) => fields[name].at ?? name));
  const errors = new Map(errorsIn(failure).filter(([path]) => paths.has(path)));
  useEffect(() => {
    if (errors.size > 0) focusFirstError();
  }, [failure]);
  return {
    fields,
    value,
    dirty: !isSame(value, start),
    change(part) {
      setValue((before) => ({ ...before, ...part }));
      setFailure(null);
    },
    errorAt: (path) => errors.get(path) ?? null,
    failure: errors.size === 0 ? failure : null,
    busy,
    unanswered: false,
    async submit(problem, send) {
      if (busy) return false;
      setFailure(problem && { code: "NOT_VALID", ...problem });
      if (problem) return false;
      setBusy(true);
      try {
        await send();
        return true;
      } catch (error) {
        setFailure(explain(failureIn(error)));
        setBusy(false);
        return false;
      }
    },
    reset() {
      setValue(start);
      setFailure(null);
      setBusy(false);
    },
  };
}

function errorsIn(failure: Failure | null): (readonly [path: string, message: string])[] {
  const { errors, field, message } = failure ?? {};
  if (errors) return errors.map((error) => [error.field, error.message] as const);
  return field === undefined || message === undefined ? [] : [[field, message]];
}
