/** A form whose text is kept nowhere, such as a password: it is sent at once, and says at its fields what is wrong. */
import { useEffect, useState } from "preact/hooks";
import type { Failure, FieldError } from "../../contract/call-error.ts";
import { failureIn } from "../state/call-failed.ts";
import type { FieldsOf } from "./form-fields.ts";
import { same } from "./merge.ts";
import { focusFirst } from "./use-form.ts";

export interface PlainForm<V extends object> {
  fields: FieldsOf<V>;
  value: V;
  /** True if anything was typed. */
  dirty: boolean;
  change(part: Partial<V>): void;
  /** What is wrong with a field, by its place. */
  errorAt(place: string): string | null;
  /** What is wrong with the whole: nothing that is said at a field. */
  failure: Failure | null;
  busy: boolean;
  /** Never: what is typed here is sent again only by hand. */
  unanswered: false;
  /**
   * Sends what is typed, unless something is wrong with it. It stays busy once it was sent: most forms are gone then.
   *
   * @returns false if it was not sent, and the form says why
   */
  submit(problem: FieldError | null, send: () => Promise<unknown>): Promise<boolean>;
  /** Begins again. */
  reset(): void;
}

/** @param placed puts a failure into words, and at the field that it is about */
export function usePlainForm<V extends object>(
  fields: FieldsOf<V>,
  start: V,
  placed: (failure: Failure) => Failure = (failure) => failure,
): PlainForm<V> {
  const [value, setValue] = useState(start);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const places = new Set(namesOf(fields).map((name) => fields[name].at ?? name));
  const errors = new Map(errorsIn(failure).filter(([place]) => places.has(place)));
  useEffect(() => {
    if (errors.size > 0) focusFirst();
  }, [failure]);
  return {
    fields,
    value,
    dirty: !same(value, start),
    change(part) {
      setValue((before) => ({ ...before, ...part }));
      setFailure(null);
    },
    errorAt: (place) => errors.get(place) ?? null,
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
        setFailure(placed(failureIn(error)));
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

function namesOf<V extends object>(fields: FieldsOf<V>): (keyof V & string)[] {
  return Object.keys(fields) as (keyof V & string)[];
}

function errorsIn(failure: Failure | null): (readonly [place: string, message: string])[] {
  const { errors, field, message } = failure ?? {};
  if (errors) return errors.map((error) => [error.field, error.message] as const);
  return field === undefined || message === undefined ? [] : [[field, message]];
}
