/**
 * The state of a form.
 *
 * - Input is stored on the disk shortly after each key stroke. It survives a crash, a lost login and a restart.
 * - The command is sent with its own key, so it takes effect once, even if the response is lost and it is sent again.
 * - If another user changes the same thing first, both versions are shown to choose from.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Failure, FieldError } from "../../contract/call-error.ts";
import type { WriteResult } from "../../contract/contract.ts";
import { call } from "../state/bridge.ts";
import { failureIn } from "../state/call-failed.ts";
import { locale } from "../state/state.ts";
import type { FieldsOf } from "./form-fields.ts";
import { foreignLocale, textOfState } from "./input-locale.ts";
import { isSame, type Merge, merge } from "./merge.ts";
import { groupsOf, namesOf, parseState, type Start, type State, useStoredInput, withDatesOf } from "./stored-input.ts";
import { unsent } from "./unsent.ts";
import { useContentKey } from "./use-content-key.ts";
import { type ScreenCommand, write, writeAgain } from "./write.ts";

const NOT_EARLIER = { at: null as number | null, copy: false, locale: null as string | null };

export interface Form<V extends object> {
  name: string;
  fields: FieldsOf<V>;
  value: V;
  /** True if anything was typed. */
  dirty: boolean;
  /** Changes fields and removes their errors. @param at the field's path in the command, if it differs from the name */
  change(part: Partial<V>, at?: string): void;
  /** The error of a field, by name or path. The function itself changes only when an error does. */
  errorAt(field: string): string | null;
  /** A failure of the whole form, or of a field that is not on the screen. */
  failure: Failure | null;
  /** Shows errors without sending anything. */
  refuse(errors: readonly FieldError[]): void;
  busy: boolean;
  /** True if the form was sent but got no response: it is locked until `sendAgain` gets one. */
  unanswered: boolean;
  /** When stored input was typed, ms since 1970 UTC; null if the input comes from this screen. */
  typedAt: number | null;
  /** The locale that stored input was typed in, if numbers are written differently now; otherwise null. */
  typedIn: string | null;
  /** True if the input refers to a history that the server no longer has. */
  copy: boolean;
  /** Set if another user changed the same fields in the meantime. */
  conflict: Merge<V> | null;
  /** Fields that include another user's changes, merged without asking because they do not conflict. */
  mergedFields: readonly (keyof V & string)[];
  /** Ends a conflict: continues with these values, based on the other user's version. */
  resolve(value: V): void;
  /**
   * Sends a command, unless `errors` has any: then it shows them.
   *
   * @returns null if the command was refused (the form shows why), or if the user has moved to another screen
   */
  submit(command: ScreenCommand & { errors?: readonly FieldError[] }): Promise<WriteResult | null>;
  sendAgain(): Promise<WriteResult | null>;
  /** True if another window has sent or discarded the input since it was stored: the user decides what happens to it. */
  taken: boolean;
  /** Keeps the input although another window has sent or discarded it. */
  keep(): void;
  /** Call when the form closes after a success: a key that is still pressed, or a field that loses the focus, does nothing. */
  close(): void;
  /** Discards the input. If it was sent and got no response, use `giveUp`. */
  reset(): void;
  /** Discards input that may have been saved. Ask the user first. */
  giveUp(): Promise<void>;
}

/**
 * Gives a component the state of a form, with the input that this device has stored for it.
 *
 * @param name of the stored input, such as `client/12`
 * @param start null while it is being read; a newer version means that another user changed it
 * @param fieldOf maps a path in the command to a field's name, where they differ
 * @returns null until `start` and the stored input have been read
 */
export function useForm<V extends object>(
  name: string,
  fields: FieldsOf<NoInfer<V>>,
  start: Start<V> | null,
  fieldOf: (path: string, value: V) => string = (path) => path,
): Form<V> | null {
  const [state, setState] = useState<State<V> | null>(null);
  // Of two changes between two renders, the second must build on the first.
  const latest = useRef(state);
  latest.current = state;
  const [earlier, setEarlier] = useState(NOT_EARLIER);
  const [unanswered, setUnanswered] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [conflict, setConflict] = useState<Merge<V> | null>(null);
  const [mergedFields, setMergedFields] = useState<readonly (keyof V & string)[]>([]);
  const [taken, setTaken] = useState(false);
  const storage = useStoredInput(name);
  // Not state: the second of two quick presses of Enter comes before the render after the first.
  const phase = useRef<"open" | "sending" | "sent" | "closed">("open");
  const contentKey = useContentKey();
  const errorAt = useCallback((field: string) => errors.get(field) ?? null, [errors]);

  const ready = start !== null;
  useEffect(() => {
    if (start === null) return;
    let current = true;
    const begin = (state: State<V> | null) => {
      if (current) setState(state ?? { ...start, base: start.value });
    };
    call("getInput", { form: name }).then(
      (input) => {
        if (!current || !input) return begin(null);
        storage.found();
        setEarlier({ at: input.at, copy: input.copy, locale: foreignLocale(input.text, locale.value) });
        setUnanswered(input.sending);
        const stored = parseState(namesOf(fields), input.text, start);
        const isOpen = stored?.version === start.version && !input.sending; // what was sent stays as it was
        begin(stored && isOpen ? withDatesOf(fields, stored, start) : stored);
      },
      () => begin(null),
    );
    return () => {
      current = false;
    };
  }, [name, ready]);
  useEffect(
    () => () => {
      phase.current = "closed"; // an element that is removed loses the focus, which some fields take as typed
    },
    [],
  );

  const list = unsent.value;
  useEffect(() => {
    if (phase.current !== "open") return;
    void storage.wasTaken().then((is) => is && phase.current === "open" && setTaken(true));
  }, [list]);

  // Another user wrote first: merge fields that only they changed, and ask about the rest.
  const newer = state !== null && start !== null && (start.version ?? 0) > (state.version ?? 0) && !unanswered && !busy;
  useEffect(() => {
    if (!newer || !state || !start) return;
    const merged = merge({ names: namesOf(fields), inParts: groupsOf(fields) }, state.base, state.value, start.value);
    if (isSame(state.value, state.base)) setState({ ...start, base: start.value });
    else if (merged.conflicts.length === 0) {
      setMergedFields(merged.mergedFields);
      // Any other refusal, such as that of an archived client, still holds.
      setFailure((before) => (before?.code === "VERSION_MISMATCH" ? null : before));
      update({ value: merged.value, version: start.version, base: start.value });
    } else setConflict(merged);
  }, [newer, start?.version]);

  if (!state) return null;

  const update = (next: State<V>) => {
    latest.current = next;
    setState(next);
    if (isSame(next.value, next.base)) storage.forget();
    else storage.store(textOfState(next, earlier.locale ?? locale.value));
  };
  const refuse = (problems: readonly FieldError[]) => {
    setErrors(new Map(problems.map(({ field, message }) => [field, message])));
    focusFirstError();
  };
  const settle = async (send: () => Promise<WriteResult>, sentFrom = location.hash): Promise<WriteResult | null> => {
    phase.current = "sending";
    setBusy(true);
    setFailure(null);
    setErrors(new Map());
    try {
      const result = await send();
      phase.current = "sent";
      storage.sent();
      contentKey.saved();
      setUnanswered(false);
      // The sent input is the new base. If the server normalizes it (an e-mail in lower case), that is no one's change.
      setState((sent) => sent && { ...sent, base: sent.value });
      return location.hash === sentFrom ? result : null;
    } catch (error) {
      const failed = atFields(failureIn(error), (path) => fieldOf(path, state.value));
      // Offline, or without a login, an earlier attempt stays unanswered: the worker knows.
      const stored = await call("getInput", { form: name }).catch(() => undefined);
      phase.current = "open";
      // Its event has arrived with a sync, although its response was lost.
      if (stored === null && (failed.code === "UNKNOWN_OUTCOME" || failed.code === "NOTHING_SENT")) setTaken(true);
      setUnanswered(stored?.sending ?? (failed.code === "UNKNOWN_OUTCOME" || failed.code === "UNANSWERED"));
      setFailure(failed);
      const { field, message, errors: fieldErrors } = failed;
      refuse(fieldErrors ?? (field === undefined ? [] : [{ field, message }]));
      return null;
    } finally {
      setBusy(false);
    }
  };

  return {
    name,
    fields,
    value: state.value,
    dirty: !isSame(state.value, state.base),
    change(part, at) {
      if (unanswered || busy || phase.current === "sending" || phase.current === "closed") return;
      phase.current = "open";
      const before = latest.current ?? state;
      update({ ...before, value: { ...before.value, ...part } });
      // In a list, only errors at the changed path are removed.
      const names = Object.keys(part).filter((name) => !at?.startsWith(`${name}.`));
      const changed = [...names, ...(at === undefined ? [] : [at])];
      const left = [...errors].filter(
        ([field]) => !changed.some((one) => field === one || field.startsWith(`${one}.`)),
      );
      if (left.length === errors.size) return;
      setErrors(new Map(left));
      if (left.length === 0) setFailure(null);
    },
    errorAt,
    failure,
    refuse,
    busy,
    unanswered,
    typedAt: earlier.at,
    typedIn: earlier.locale,
    copy: earlier.copy,
    conflict,
    mergedFields,
    resolve(value) {
      if (!start) return;
      setConflict(null);
      setFailure(null);
      update({ value, version: start.version, base: start.value });
    },
    async submit({ errors = [], ...command }) {
      // What was sent is sent again only after a change: the screen closes a moment after the success.
      if (phase.current !== "open" || taken) return null;
      if (errors.length > 0) {
        refuse(errors);
        return null;
      }
      phase.current = "sending";
      const sentFrom = location.hash;
      setBusy(true); // locks the fields now: what is typed while the input is being stored would be lost
      await storage.flush(); // from here on, the input survives a crash
      const ifMatch = state.version ?? undefined;
      // The shell can lose an answer too: the same content continues with its key.
      const key = contentKey.keyOf(command);
      return await settle(() => write({ ...command, ifMatch, form: name, key }), sentFrom);
    },
    async sendAgain() {
      return phase.current === "open" ? await settle(() => writeAgain(name)) : null;
    },
    taken,
    keep() {
      setTaken(false);
      setUnanswered(false);
      update(state);
    },
    close() {
      phase.current = "closed";
    },
    reset,
    async giveUp() {
      await call("forgetInput", { form: name, evenIfSent: true }).catch(() => {}); // the log was closed meanwhile
      reset();
    },
  };

  function reset() {
    storage.forget();
    phase.current = "open";
    setTaken(false);
    setErrors(new Map());
    setFailure(null);
    setUnanswered(false);
    setConflict(null);
    setMergedFields([]);
    setEarlier(NOT_EARLIER);
    if (start) setState({ ...start, base: start.value });
  }
}

/** The same failure, with paths mapped to the names of fields. */
function atFields(failure: Failure, fieldOf: (path: string) => string): Failure {
  const { field, errors } = failure;
  return {
    ...failure,
    ...(field !== undefined && { field: fieldOf(field) }),
    ...(errors && { errors: errors.map((error) => ({ ...error, field: fieldOf(error.field) })) }),
  };
}

/** Focuses the first field with an error, once it is drawn; inside a dialog if one is open. */
export function focusFirstError(): void {
  requestAnimationFrame(() =>
    setTimeout(() => {
      const root = document.querySelector("dialog[open]") ?? document;
      root.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
    }),
  );
}
