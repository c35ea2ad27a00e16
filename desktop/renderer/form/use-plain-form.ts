/** The state of a form whose input is never stored, such as a password. */
import { useState } from "preact/hooks";
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
   * Sends the input, or shows `problems` instead, if there are any. After a success the form stays busy, because most forms close then.
   *
   * @returns false if it was not sent; the form shows why
   */
  submit(problems: readonly FieldError[], send: () => Promise<unknown>): Promise<boolean>;
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
  const show = (failed: Failure) => {
    setFailure(failed);
    focusFirstError();
  };
  return {
    fields,
    value,
    dirty: !isSame(value, start),
    change(part) {
      setValue((before) => ({ ...before, ...part }));
      const changed = new Set(namesOf(fields).flatMap((name) => (name in part ? [fields[name].at ?? name] : [])));
      setFailure((before) => withoutErrorsAt(changed, before));
    },
    errorAt: (path) => errors.get(path) ?? null,
    failure: errors.size === 0 ? failure : null,
    busy,
    unanswered: false,
    async submit(problems, send) {
      if (busy) return false;
      if (problems.length > 0) {
        show({ code: "NOT_VALID", message: "Some fields are not valid.", errors: problems });
        return false;
      }
      setFailure(null);
      setBusy(true);
      try {
        await send();
        return true;
      } catch (error) {
        show(explain(failureIn(error)));
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

/** The failure without its errors at some fields. A failure of the whole form ends with any change. */
function withoutErrorsAt(paths: ReadonlySet<string>, failure: Failure | null): Failure | null {
  const errors = errorsIn(failure).filter(([path]) => !paths.has(path));
  if (failure === null || errors.length === 0) return null;
  return { ...failure, errors: errors.map(([field, message]) => ({ field, message })) };
}

function errorsIn(failure: Failure | null): (readonly [path: string, message: string])[] {
  const { errors, field, message } = failure ?? {};
  if (errors) return errors.map((error) => [error.field, error.message] as const);
  return field === undefined || message === undefined ? [] : [[field, message]];
}
