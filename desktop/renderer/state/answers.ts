/**
 * Holds the answers that screens show. Each question has one answer at a time, in a signal, with the version of the data
 * that it was read at.
 *
 * - The old answer stays on the screen until the new one arrives. An older answer never replaces a newer one.
 * - When the data changes, every answer on a screen is read again. A question never has two reads at the same time.
 * - A prefetched answer is available synchronously, so its screen is drawn once, and completely.
 * - When a read fails, the last answer stays, beside the failure. The question can be asked again.
 * - An answer that no screen shows is dropped when the data changes (unless `retainsOld`), when `max` is exceeded, and
 *   always when another log is opened.
 */
import { batch, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { failureIn } from "./call-failed.ts";
import type { Answer, Question } from "./question.ts";

interface Entry<Value> {
  answer: Signal<Answer<Value>>;
  /** Number of the read that brought the answer. */
  turn: number;
  /** The current read; null between reads. */
  reading: Promise<void> | null;
  /** Number of the current read. A read with any other number is late, and its result is ignored. */
  readTurn: number;
  /** True during the pause after a heavy read. */
  resting: boolean;
  /** Version of the data when a read failed. At that version, the read is not retried automatically. */
  failedAt: string | null;
  /** How many screens show the answer. */
  watchers: number;
  question: Question<Value> | null;
}

interface AnswersOptions {
  /** The current version of the data. */
  version: ReadonlySignal<string>;
  /** The open log. When it changes, all answers are dropped, so no user sees another organization's data. */
  log: ReadonlySignal<string | null>;
  /** How many answers are retained at most. Answers on a screen are never dropped. */
  max: number;
  /** True: answers that no screen shows survive a change of the data. A user who returns sees the old answer at first. */
  retainsOld?: boolean;
}

/** While the data keeps changing, a heavy read takes at most this share of the time. */
const REFRESH_SHARE = 0.05;

export type Answers<Value> = ReturnType<typeof createAnswers<Value>>;

export function createAnswers<Value>({ version, log, max, retainsOld = false }: AnswersOptions) {
  const entries = new Map<string, Entry<Value>>();
  let turns = 0;
  let currentLog = log.peek();

  const noAnswer = (): Answer<Value> => ({ value: undefined, version: null, failure: null });

  function entryOf(key: string): Entry<Value> {
    const existing = entries.get(key);
    if (existing) return existing;
    const entry: Entry<Value> = {
      answer: signal(noAnswer()),
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

  /** Marks an entry as used. Entries are dropped least recently used first. */
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

  /** Stores an answer, unless a newer one is stored already. */
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

  /** Reads the answer again if a screen shows it and it is not current. */
  function refresh(entry: Entry<Value>): void {
    const { watchers, question, reading, resting, failedAt } = entry;
    if (watchers === 0 || !question || reading || resting) return;
    if (!isCurrent(entry) && failedAt !== version.peek()) void read(entry, question);
  }

  /** Runs when the data or the log changes. */
  function follow(): void {
    const isOtherLog = currentLog !== log.peek();
    currentLog = log.peek();
    for (const [key, entry] of entries) {
      if (isOtherLog) {
        entry.reading = null;
        entry.readTurn = 0;
        entry.failedAt = null;
        entry.answer.value = noAnswer();
      }
      if (entry.watchers > 0) refresh(entry);
      else if (isOtherLog || !retainsOld) entries.delete(key);
    }
  }
  effect(() => {
    version.value;
    log.value;
    untracked(() => batch(follow));
  });

  return {
    /** The current answer. A component that reads it is drawn again when it changes. */
    get: (key: string): Answer<Value> => entryOf(key).answer.value,

    /** True if there is an answer at the current version of the data. */
    has(key: string): boolean {
      const entry = entries.get(key);
      return entry !== undefined && isCurrent(entry);
    },

    /**
     * Keeps an answer current while a screen shows it: reads it now if it is missing or old, and again when the data
     * changes.
     *
     * @returns a function for the end of the screen
     */
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

    /**
     * Reads an answer before its screen opens.
     *
     * @returns null if the answer is current, else a promise that resolves after the read, even if it failed
     */
    prefetch(question: Question<Value>): Promise<void> | null {
      const entry = touch(question.key);
      return isCurrent(entry) ? null : (entry.reading ?? read(entry, question));
    },

    /** Reads again after a failure. */
    retry(question: Question<Value>): void {
      const entry = entryOf(question.key);
      forgetFailure(entry);
      if (!entry.reading) void read(entry, question);
    },

    /** Continues after the end of the answer. Does nothing until the answer is complete, or while it is being read. */
    more(question: Question<Value>): void {
      const entry = entryOf(question.key);
      const { version: readAt, failure } = entry.answer.peek();
      if (readAt !== null && failure === null && !entry.reading) void read(entry, question, true);
    },

    /**
     * For a call that brings many answers; invoke this before it.
     *
     * @returns a function that stores the answers, with the version of the data at the time of `expect`
     */
    expect(): (answers: Iterable<readonly [key: string, value: Value]>) => void {
      const turn = ++turns;
      const readAt = version.peek();
      const expectedLog = currentLog;
      return (answers) => {
        if (expectedLog !== log.peek()) return;
        batch(() => {
          for (const [key, value] of answers) accept(touch(key), value, readAt, turn);
        });
      };
    },
  };
}
