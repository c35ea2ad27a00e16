/**
 * A form: what is typed into it is kept on the disk a moment after each key, and is there again after a crash, a lost
 * login or a restart. It is sent with a key of its own, so that a lost answer never makes it happen twice; and when
 * somebody else was faster, both versions are there to choose from.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Failure, FieldError } from "../../contract/call-error.ts";
import type { WriteResult } from "../../contract/contract.ts";
import { call } from "../state/bridge.ts";
import { failureIn } from "../state/call-failed.ts";
import type { FieldsOf } from "./form-fields.ts";
import { type Merge, merge, same } from "./merge.ts";
import { lookUnsent } from "./unsent.ts";
import { type Command, newKey, write, writeAgain } from "./write.ts";

/** After the last key before what is typed is kept, ms. */
const KEEP_MS = 200;

/** What a form begins with. */
export interface Start<V> {
  value: V;
  /** Of what is changed; null: something new is made. */
  version: number | null;
}

interface State<V> extends Start<V> {
  /** What it began with: what is the same is not typed. */
  base: V;
}

export interface Form<V extends object> {
  name: string;
  fields: FieldsOf<V>;
  value: V;
  /** True if anything was typed. */
  dirty: boolean;
  /** @param at the place in the command, where it has another name: what was wrong there is not said any more */
  change(part: Partial<V>, at?: string): void;
  /** What is wrong with a field, by its name or path. Another function once that has changed, else the same. */
  errorAt(field: string): string | null;
  /** What is wrong with the whole, or with a field that is not on the screen. */
  failure: Failure | null;
  /** Says what is wrong, before anything is sent. */
  refuse(errors: readonly FieldError[]): void;
  busy: boolean;
  /** It was sent without an answer: it cannot be changed until `sendAgain` has one. */
  unanswered: boolean;
  /** When what is shown was typed, if that was before this screen; ms since 1970 UTC. */
  typedAt: number | null;
  /** What was typed is of a history that the server has no more. */
  copy: boolean;
  /** Somebody else changed the same fields meanwhile. */
  conflict: Merge<V> | null;
  /** Fields that somebody else changed meanwhile, taken over without a question. */
  taken: readonly (keyof V & string)[];
  /** Goes on with these values, on their version. */
  resolve(value: V): void;
  /**
   * Sends a command about what the form was begun from, unless `errors` say what is wrong with what is typed.
   *
   * @returns null if it was refused, and the form says why; or if whoever sent it is on another screen by then
   */
  submit(command: Command & { errors?: readonly FieldError[] }): Promise<WriteResult | null>;
  sendAgain(): Promise<WriteResult | null>;
  /** Forgets what was typed. */
  reset(): void;
}

/**
 * @param name where it is kept, such as `client/12`
 * @param start null while it is read; a newer version of it is somebody else's change
 * @param fieldOf the field on the screen for a place in what was sent, where those have other names
 * @returns null until it is known what was typed before
 */
export function useForm<V extends object>(
  name: string,
  fields: FieldsOf<NoInfer<V>>,
  start: Start<V> | null,
  fieldOf: (place: string, value: V) => string = (place) => place,
): Form<V> | null {
  const [state, setState] = useState<State<V> | null>(null);
  // Two changes of one moment: the second one is made to what the first one left.
  const latest = useRef(state);
  latest.current = state;
  const [earlier, setEarlier] = useState({ at: null as number | null, copy: false });
  const [unanswered, setUnanswered] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [conflict, setConflict] = useState<Merge<V> | null>(null);
  const [taken, setTaken] = useState<readonly (keyof V & string)[]>([]);
  const keeper = useKeeper(name);
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
        setEarlier({ at: input.at, copy: input.copy });
        setUnanswered(input.sending);
        begin(parseState(namesOf(fields), input.text, start));
      },
      () => begin(null),
    );
    return () => {
      current = false;
    };
  }, [name, ready]);

  // Somebody else was faster: what only they changed is taken over, the rest is asked.
  const newer = state !== null && start !== null && (start.version ?? 0) > (state.version ?? 0) && !unanswered && !busy;
  useEffect(() => {
    if (!newer || !state || !start) return;
    const merged = merge(namesOf(fields), state.base, state.value, start.value);
    if (same(state.value, state.base)) setState({ ...start, base: start.value });
    else if (merged.conflicts.length === 0) {
      setTaken(merged.taken);
      setFailure(null);
      begun({ value: merged.value, version: start.version, base: start.value });
    } else setConflict(merged);
  }, [newer, start?.version]);

  if (!state) return null;

  const begun = (next: State<V>) => {
    latest.current = next;
    setState(next);
    if (same(next.value, next.base)) keeper.forget();
    else keeper.keep(JSON.stringify(next));
  };
  const refuse = (problems: readonly FieldError[]) => {
    setErrors(new Map(problems.map(({ field, message }) => [field, message])));
    focusFirst();
  };
  const settle = async (send: () => Promise<WriteResult>): Promise<WriteResult | null> => {
    setBusy(true);
    setFailure(null);
    setErrors(new Map());
    const sentFrom = location.hash;
    try {
      const written = await send();
      setUnanswered(false);
      // It is as it was typed now: what the server made of it (an address in lower case, say) is nobody else's change.
      setState((sent) => sent && { ...sent, base: sent.value });
      return location.hash === sentFrom ? written : null;
    } catch (error) {
      const failed = placed(failureIn(error), (place) => fieldOf(place, state.value));
      setUnanswered(failed.code === "UNKNOWN_OUTCOME" || failed.code === "UNANSWERED");
      setFailure(failed);
      const { field, message, errors: places } = failed;
      refuse(places ?? (field === undefined ? [] : [{ field, message }]));
      return null;
    } finally {
      setBusy(false);
    }
  };

  return {
    name,
    fields,
    value: state.value,
    dirty: !same(state.value, state.base),
    change(part, at) {
      if (unanswered || busy) return;
      const before = latest.current ?? state;
      begun({ ...before, value: { ...before.value, ...part } });
      // Of a list, only what was wrong at the place that was typed into.
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
    copy: earlier.copy,
    conflict,
    taken,
    resolve(value) {
      if (!start) return;
      setConflict(null);
      setFailure(null);
      begun({ value, version: start.version, base: start.value });
    },
    async submit({ errors = [], ...command }) {
      if (errors.length > 0) {
        refuse(errors);
        return null;
      }
      await keeper.flush(); // it outlives whatever happens now
      const ifMatch = state.version ?? undefined;
      return await settle(() => write({ ...command, ifMatch, form: name, key: newKey() }));
    },
    sendAgain: () => settle(() => writeAgain(name)),
    reset() {
      keeper.forget();
      setErrors(new Map());
      setFailure(null);
      setUnanswered(false);
      setConflict(null);
      setTaken([]);
      setEarlier({ at: null, copy: false });
      if (start) setState({ ...start, base: start.value });
    },
  };
}

/** Keeps a form's text, not at each key; and at once when the screen or the window goes. */
function useKeeper(form: string) {
  const waiting = useRef<{ text: string | null; timer: number } | null>(null);
  const flush = async () => {
    const { text, timer } = waiting.current ?? { text: null, timer: 0 };
    if (!waiting.current) return;
    clearTimeout(timer);
    waiting.current = null;
    const request = text === null ? call("forgetInput", { form }) : call("keepInput", { form, text });
    await request.catch(() => {}); // the disk says no: what is typed is still on the screen, and the status says it
    await lookUnsent();
  };
  const later = (text: string | null) => {
    clearTimeout(waiting.current?.timer);
    waiting.current = { text, timer: window.setTimeout(() => void flush(), KEEP_MS) };
  };
  useEffect(() => {
    const now = () => void flush();
    window.addEventListener("pagehide", now);
    return () => {
      window.removeEventListener("pagehide", now);
      now();
    };
  }, [form]);
  return { keep: (text: string) => later(text), forget: () => later(null), flush };
}

function namesOf<V extends object>(fields: FieldsOf<V>): (keyof V & string)[] {
  return Object.keys(fields) as (keyof V & string)[];
}

/** What was kept of the fields that the form has; a release that knows more of them fills those in. */
function parseState<V extends object>(
  names: readonly (keyof V & string)[],
  text: string,
  start: Start<V>,
): State<V> | null {
  try {
    const { value, base, version } = JSON.parse(text) as {
      value: Partial<V>;
      base: Partial<V>;
      version: number | null;
    };
    const filled = (part: Partial<V>): V => {
      const whole = { ...start.value };
      for (const name of names) {
        const typed = part[name];
        if (typed !== undefined) whole[name] = typed;
      }
      return whole;
    };
    return { value: filled(value), base: filled(base), version };
  } catch {
    return null; // sent without a text, or by a release that wrote it otherwise
  }
}

/** The same failure, its places named as the fields on the screen are. */
function placed(failure: Failure, fieldOf: (place: string) => string): Failure {
  const { field, errors } = failure;
  return {
    ...failure,
    ...(field !== undefined && { field: fieldOf(field) }),
    ...(errors && { errors: errors.map((error) => ({ ...error, field: fieldOf(error.field) })) }),
  };
}

/** Once the errors are drawn, the first one gets the focus; behind a dialog nothing can have it. */
export function focusFirst(): void {
  requestAnimationFrame(() =>
    setTimeout(() => {
      const where = document.querySelector("dialog[open]") ?? document;
      where.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
    }),
  );
}
