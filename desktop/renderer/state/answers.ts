/**
 * What screens read: one store for every kind of question. A question has one answer at a time, in a signal, together
 * with the version of the data that it was read at.
 *
 * - An old answer stays in sight until the new one is here. An older answer never follows a newer one.
 * - Whatever is shown is read again when the data changes; one question is never read twice at the same time.
 * - An answer that was fetched ahead is there synchronously, so its screen is drawn whole, at once.
 * - A failure stays beside the last answer, and the question can be asked again.
 * - An answer that nobody shows is dropped: at the latest when `max` others are there, and with another log at once.
 */
import { batch, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { Failure } from "../../contract/call-error.ts";
import { failureIn } from "./call-failed.ts";

export interface Answer<Value> {
  /** Undefined before the first one. */
  value: Value | undefined;
  /** Of the data when it was asked for: the answer knows at least that. Null: there is none, or a part of one. */
  version: string | null;
  /** Why the last read failed. */
  failure: Failure | null;
}

export interface Question<Value> {
  /** The same key is the same question. */
  key: string;
  /** @returns undefined if nobody wanted it any more: it is read again once somebody does */
  read(reading: Reading<Value>): Promise<Value | undefined>;
  /** Answers change without the data: each screen reads them for itself, and nothing is retained. */
  momentary?: boolean;
  /** A heavy read rests after each refresh, at least so long, ms, so that the worker can bring the data too. */
  restMs?: number;
}

/** What a read needs to know. */
export interface Reading<Value> {
  /** What is shown now. */
  before: Value | undefined;
  /** True: it goes on from the end of `before`. False: all of it is read again. */
  more: boolean;
  /** False once nobody shows it: a read of many calls then stops. */
  isWanted(): boolean;
  /** Shows a part of the answer while the rest is on its way. */
  show(part: Value): void;
}

interface Entry<Value> {
  answer: Signal<Answer<Value>>;
  /** Of the read that the answer came from. */
  turn: number;
  reading: Promise<void> | null;
  /** Of the read that is on its way: one whose turn is over is late. */
  readTurn: number;
  resting: boolean;
  /** Of the data when a read failed: it is not tried again by itself before there is other data. */
  failedAt: string | null;
  /** The screens that show it. */
  watchers: number;
  question: Question<Value> | null;
}

export interface AnswersOptions {
  /** Of the data that is there. */
  version: ReadonlySignal<string>;
  /** Whose data it is. Nobody ever sees another organization's answers. */
  log: ReadonlySignal<string | null>;
  /** The most answers that are retained. Those that are shown are never dropped. */
  max: number;
  /** True: an answer that nobody shows outlives its data, so that coming back shows it until the new one is here. */
  retainsOld?: boolean;
}

/** A heavy read takes at most this share of the time while new data comes. */
const REFRESH_SHARE = 0.05;

export type Answers<Value> = ReturnType<typeof createAnswers<Value>>;

export function createAnswers<Value>({ version, log, max, retainsOld = false }: AnswersOptions) {
  const entries = new Map<string, Entry<Value>>();
  let turns = 0;
  let owner = log.peek();

  const none = (): Answer<Value> => ({ value: undefined, version: null, failure: null });

  function entryOf(key: string): Entry<Value> {
    const known = entries.get(key);
    if (known) return known;
    const entry: Entry<Value> = {
      answer: signal(none()),
      turn: 0,
      reading: null,
      readTurn: 0,
      resting: false,
      failedAt: null,
      watchers: 0,
      question: null,
    };
    entries.set(key, entry);
    return entry;
  }

  /** The last one used is the last one dropped. */
  function touch(key: string): Entry<Value> {
    const entry = entryOf(key);
    entries.delete(key);
    entries.set(key, entry);
    for (const [oldest, { watchers }] of entries) {
      if (entries.size <= max) break;
      if (watchers === 0 && oldest !== key) entries.delete(oldest);
    }
    return entry;
  }

  function isCurrent({ answer }: Entry<Value>): boolean {
    return answer.peek().version === version.peek() && answer.peek().failure === null;
  }

  /** Puts an answer in, unless a newer one is there. */
  function accept(entry: Entry<Value>, value: Value, readAt: string | null, turn: number): void {
    if (turn < entry.turn) return;
    entry.turn = turn;
    entry.failedAt = null;
    entry.answer.value = { value, version: readAt, failure: null };
  }

  function read(entry: Entry<Value>, question: Question<Value>, more = false): Promise<void> {
    const turn = ++turns;
    const readAt = version.peek();
    const startedMs = performance.now();
    const { value: before, version: beforeAt } = entry.answer.peek();
    const isLate = () => entry.readTurn !== turn;
    entry.readTurn = turn;
    const reading = question
      .read({
        before,
        more,
        isWanted: () => entry.watchers > 0 && !isLate(),
        show: (part) => isLate() || accept(entry, part, null, turn),
      })
      .then(
        (value) => {
          if (isLate() || value === undefined) return;
          accept(entry, value, more ? beforeAt : readAt, turn);
          if (question.restMs === undefined || more) return;
          rest(entry, Math.max(question.restMs, (performance.now() - startedMs) / REFRESH_SHARE));
        },
        (error) => {
          if (isLate()) return;
          entry.failedAt = readAt;
          entry.answer.value = { ...entry.answer.peek(), failure: failureIn(error) };
        },
      )
      .then(() => {
        if (isLate()) return;
        entry.reading = null;
        refresh(entry);
      });
    entry.reading = reading;
    return reading;
  }

  function forgetFailure(entry: Entry<Value>): void {
    entry.failedAt = null;
    if (entry.answer.peek().failure !== null) entry.answer.value = { ...entry.answer.peek(), failure: null };
  }

  function rest(entry: Entry<Value>, ms: number): void {
    entry.resting = true;
    setTimeout(() => {
      entry.resting = false;
      refresh(entry);
    }, ms);
  }

  /** Reads what is shown and not current. */
  function refresh(entry: Entry<Value>): void {
    const { watchers, question, reading, resting, failedAt } = entry;
    if (watchers === 0 || !question || reading || resting) return;
    if (!isCurrent(entry) && failedAt !== version.peek()) void read(entry, question);
  }

  /** There is other data. */
  function follow(): void {
    const isOther = owner !== log.peek();
    owner = log.peek();
    for (const [key, entry] of entries) {
      if (isOther) {
        entry.reading = null;
        entry.readTurn = 0;
        entry.failedAt = null;
        entry.answer.value = none();
      }
      if (entry.watchers > 0) refresh(entry);
      else if (isOther || !retainsOld) entries.delete(key);
    }
  }
  effect(() => {
    version.value;
    log.value;
    untracked(() => batch(follow));
  });

  return {
    /** The answer as it is now. Whoever reads it is drawn again when it changes. */
    get: (key: string): Answer<Value> => entryOf(key).answer.value,

    /** True if the answer is here, and of the data that is here. */
    has(key: string): boolean {
      const entry = entries.get(key);
      return entry !== undefined && isCurrent(entry);
    },

    /** A screen shows it, from now on: what is missing or old is read. @returns what ends that */
    watch(question: Question<Value>): () => void {
      const entry = touch(question.key);
      entry.watchers++;
      entry.question = question;
      if (entry.watchers === 1) forgetFailure(entry);
      refresh(entry);
      return () => {
        entry.watchers--;
        if (entry.watchers === 0 && question.momentary && entries.get(question.key) === entry)
          entries.delete(question.key);
      };
    },

    /** Reads what a screen will ask. @returns null if it is here; else resolves when it is, or has failed */
    prefetch(question: Question<Value>): Promise<void> | null {
      const entry = touch(question.key);
      return isCurrent(entry) ? null : (entry.reading ?? read(entry, question));
    },

    /** Reads again what could not be read. */
    retry(question: Question<Value>): void {
      const entry = entryOf(question.key);
      forgetFailure(entry);
      if (!entry.reading) void read(entry, question);
    },

    /** Reads on; not before there is a whole answer to read on from. */
    more(question: Question<Value>): void {
      const entry = entryOf(question.key);
      const { version: readAt, failure } = entry.answer.peek();
      if (readAt !== null && failure === null && !entry.reading) void read(entry, question, true);
    },

    /** For answers that come many at a time. @returns what puts them in, as of this moment */
    expect(): (answers: Iterable<readonly [key: string, value: Value]>) => void {
      const turn = ++turns;
      const readAt = version.peek();
      const asker = owner;
      return (answers) => {
        if (asker !== log.peek()) return;
        batch(() => {
          for (const [key, value] of answers) accept(touch(key), value, readAt, turn);
        });
      };
    },
  };
}
