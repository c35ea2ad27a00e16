/** A list that is read page by page, as far as somebody scrolls, and read again when there is new data. */
import { computed, effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Page } from "../../../projector/queries/list.ts";
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers } from "../../contract/contract.ts";
import { call, failureIn } from "./bridge.ts";
import { dataVersion, status } from "./state.ts";

interface Listed {
  id: number;
}
type ListName = { [N in CallName]: Answers[N] extends Page<Listed> ? N : never }[CallName];
type RowOf<Name extends ListName> = Answers[Name] extends Page<infer Row> ? Row : never;

export interface Pages<Row> {
  /** What the rows answer: other words, or another log, are another question. */
  question: string;
  rows: readonly Row[];
  failure: Failure | null;
  /** True until the first answer to this very question is there. */
  waiting: boolean;
  /** True at the end. */
  whole: boolean;
  /** Reads on; does nothing at the end, or while it reads. */
  more(): void;
  /** Reads again what could not be read. */
  retry(): void;
}

interface Kept {
  rows: readonly Listed[];
  next: string | null;
  /** Of the data, when the first of the rows were read. */
  version: string;
}

/** Rows of a first answer: what fits on a screen, at once. */
const FIRST = 60;
/** Rows that one call brings, after that. */
const LIMIT = 200;
/** Who scrolls on gets as many rows again as there are, up to so many: the end of a long list is not far. */
const MAX_MORE = 2_000;
/** Calls in vain for one page of a filter that finds few, before somebody has to scroll again. */
const MAX_CALLS = 200;
/** While new data comes, reading again takes so much of the time at most: the worker has to bring the data too. */
const REFRESH_SHARE = 0.05;
/** Lists that are kept for who comes back from a detail. */
const MAX_KEPT = 8;
const NOTHING: Kept = { rows: [], next: null, version: "" };
const kept = new Map<string, Kept>();

// Who logs out leaves nothing behind.
const log = computed(() => status.value?.log ?? null);
effect(() => {
  log.value;
  kept.clear();
});

function keep(question: string, list: Kept): void {
  kept.delete(question);
  kept.set(question, list);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
}

/** The list that this argument asks for; the last one stays in sight while a newer one is on its way. */
export function usePages<Name extends ListName>(name: Name, argument: Argument<Name>): Pages<RowOf<Name>> {
  // Another log's rows are another question.
  const question = JSON.stringify([log.value, name, argument]);
  const version = dataVersion.value;
  const [shown, show] = useState<{ question: string; list: Kept } | null>(() => shownOf(question));
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef(0);
  const reading = useRef(false);
  const refreshAfterMs = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const ask = async (cursor: string | null, limit: number): Promise<Page<Listed>> => {
    const given = { ...argument, limit, ...(cursor !== null && { cursor }) };
    return (await call(name, given as Argument<Name>)) as Page<Listed>;
  };

  /** Reads until there are so many rows, or the end. @returns null if a newer question was asked meanwhile */
  const read = async (from: Kept | null, wanted: number, turn: number): Promise<Kept | null> => {
    const rows = [...(from?.rows ?? [])];
    const known = new Set(rows.map(({ id }) => id));
    const { version } = from ?? { version: dataVersion.value };
    let next = from?.next ?? null;
    const maxCalls = MAX_CALLS + wanted / LIMIT;
    for (let calls = 0; calls < maxCalls && (next !== null || (calls === 0 && from === null)); calls++) {
      const page = await ask(next, calls === 0 && from === null ? Math.min(LIMIT, Math.max(FIRST, wanted)) : LIMIT);
      if (turn !== latest.current) return null;
      // What is written between two pages may move a row into the later one, where it would be a second time.
      rows.push(...page.rows.filter(({ id }) => !known.has(id)));
      for (const { id } of page.rows) known.add(id);
      next = page.next;
      if (rows.length >= wanted) break;
    }
    return { rows, next, version };
  };

  const run = (from: Kept | null, wanted: number) => {
    const turn = ++latest.current;
    const startedMs = performance.now();
    clearTimeout(timer.current);
    reading.current = true;
    read(from, wanted, turn).then(
      (list) => {
        if (list === null) return;
        reading.current = false;
        const nowMs = performance.now();
        if (from === null) refreshAfterMs.current = nowMs + (nowMs - startedMs) / REFRESH_SHARE;
        keep(question, list);
        show({ question, list });
        setFailure(null);
        if (list.version !== dataVersion.value) refreshLater();
      },
      (error) => {
        if (turn !== latest.current) return;
        reading.current = false;
        setFailure(failureIn(error));
      },
    );
  };

  // As much is read again as was there, and to its end: who interrupts it at each event never sees any.
  const refreshLater = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => {
        if (!reading.current) run(null, Math.max(FIRST, kept.get(question)?.rows.length ?? 0));
      },
      Math.max(0, refreshAfterMs.current - performance.now()),
    );
  };

  const begin = () => {
    const known = shownOf(question);
    setFailure(null);
    if (known && shown?.question !== question) show(known);
    if (known?.list.version !== version) run(null, Math.max(FIRST, known?.list.rows.length ?? 0));
  };

  // The question stands for the argument.
  useEffect(() => {
    begin();
    return () => {
      latest.current++;
      reading.current = false;
      clearTimeout(timer.current);
    };
  }, [question]);
  // The version stands for the data.
  useEffect(() => {
    if (!reading.current && kept.get(question)?.version !== version) refreshLater();
  }, [version]);

  const { rows, next } = shown?.list ?? NOTHING;
  const waiting = shown?.question !== question;
  return {
    question: shown?.question ?? question,
    rows: rows as readonly Listed[] as readonly RowOf<Name>[],
    failure,
    waiting: waiting && failure === null,
    whole: shown !== null && next === null,
    more() {
      if (reading.current || failure !== null || !shown || waiting || next === null) return;
      run(shown.list, rows.length + Math.min(MAX_MORE, Math.max(LIMIT, rows.length)));
    },
    retry() {
      setFailure(null);
      run(null, Math.max(FIRST, rows.length));
    },
  };
}

function shownOf(question: string): { question: string; list: Kept } | null {
  const list = kept.get(question);
  return list ? { question, list } : null;
}
