/** Stores what the user types on this device, so that it survives a crash, a restart or a lost login. */
import { useEffect, useRef } from "preact/hooks";
import { call } from "../state/bridge.ts";
import type { FieldsOf } from "./form-fields.ts";
import { refreshUnsent } from "./unsent.ts";

/** Pause after the last key before the input is stored, ms. */
const STORE_MS = 200;

/** What a form starts with. */
export interface Start<V> {
  value: V;
  /** Version of the stream that the form changes; null if the form creates something. */
  version: number | null;
}

export interface State<V> extends Start<V> {
  /** The value that the form started with. Fields equal to it have not been changed. */
  base: V;
}

interface InputStorage {
  store(text: string): void;
  forget(): void;
  /** Stores now what waits for a pause in typing. */
  flush(): Promise<void>;
  /** Call once the input is known to be stored. */
  found(): void;
  /** Call once the server has confirmed the input: the worker has deleted it, and nothing of it may be stored again. */
  sent(): void;
  /** True if the input was stored, and another window has sent or discarded it since. */
  wasTaken(): Promise<boolean>;
}

/** Stores the input of a form: after a pause in typing, or at once when the screen or the window closes. */
export function useStoredInput(form: string): InputStorage {
  const pending = useRef<{ text: string | null; timer: number } | null>(null);
  /** True while the worker has the input, as far as this window knows. */
  const stored = useRef(false);
  /** Counts the requests, so that an answer from before one of them is not believed. */
  const requests = useRef(0);
  const flush = async () => {
    if (!pending.current) return;
    const { text, timer } = pending.current;
    clearTimeout(timer);
    pending.current = null;
    requests.current++;
    const request = text === null ? call("forgetInput", { form }) : call("keepInput", { form, text });
    // If the disk failed, the input is still on the screen, and the status shows the failure.
    const isDone = await request.then(
      () => true,
      () => false,
    );
    if (isDone) stored.current = text !== null;
    await refreshUnsent();
  };
  const later = (text: string | null) => {
    clearTimeout(pending.current?.timer);
    pending.current = { text, timer: window.setTimeout(() => void flush(), STORE_MS) };
  };
  useEffect(() => {
    const now = () => void flush();
    window.addEventListener("pagehide", now);
    return () => {
      window.removeEventListener("pagehide", now);
      now();
    };
  }, [form]);
  return {
    store: (text) => later(text),
    forget: () => later(null),
    flush,
    found() {
      stored.current = true;
    },
    sent() {
      clearTimeout(pending.current?.timer);
      pending.current = null;
      stored.current = false;
    },
    async wasTaken() {
      if (!stored.current || pending.current) return false;
      const before = requests.current;
      const inputs = await call("listInputs", {}).catch(() => null); // not the input itself: it can have megabytes
      const isGone = inputs?.every((input) => input.form !== form) ?? false;
      return isGone && stored.current && !pending.current && requests.current === before;
    },
  };
}

/**
 * Reads stored input. Fields that the stored text lacks, because an older release stored it, start as in `start`.
 *
 * @returns null if the text is not a form's state
 */
export function parseState<V extends object>(
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
    const complete = (part: Partial<V>): V => {
      const whole = { ...start.value };
      for (const name of names) {
        const typed = part[name];
        if (typed !== undefined) whole[name] = typed;
      }
      return whole;
    };
    return { value: complete(value), base: complete(base), version };
  } catch {
    return null; // sent without a text, or stored by a release with another format
  }
}

/**
 * Stored input with the dates that the form starts with today, unless the user has changed them: a date that was today when
 * the user began to type must not be sent tomorrow without a word. Everything else stays as the user saw it.
 */
export function withDatesOf<V extends object>(fields: FieldsOf<V>, state: State<V>, start: Start<V>): State<V> {
  const [value, base] = [{ ...state.value }, { ...state.base }];
  for (const name of namesOf(fields)) {
    if (fields[name].input?.type !== "date" || value[name] !== base[name]) continue;
    value[name] = start.value[name];
    base[name] = start.value[name];
  }
  return { ...state, value, base };
}

export function namesOf<V extends object>(fields: FieldsOf<V>): (keyof V & string)[] {
  return Object.keys(fields) as (keyof V & string)[];
}

/** The fields that stand behind "More": of two versions, each has its own parts changed. */
export function groupsOf<V extends object>(fields: FieldsOf<V>): (keyof V & string)[] {
  return namesOf(fields).filter((name) => fields[name].group !== undefined);
}
