/** A list that is read page by page, as far as somebody scrolls, and read again when there is new data. */
import { computed, effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Page } from "../../projector/queries/list.ts";
import type { Argument, CallName } from "../arguments.ts";
import type { Failure } from "../call-error.ts";
import type { Answers } from "../contract.ts";
import { call, failureIn } from "./bridge.ts";
import { dataVersion, status } from "./state.ts";

type ListName = { [N in CallName]: Answers[N] extends Page<unknown> ? N : never }[CallName];
type RowOf<Name extends ListName> = Answers[Name] extends Page<infer Row> ? Row : never;

export interface Pages<Row> {
  rows: readonly Row[];
  failure: Failure | null;
  /** True until the first answer to this very question is there. */
  waiting: boolean;
  /** True at the end. */
  whole: boolean;
  /** Reads on; does nothing at the end, or while it reads. */
  more(): void;
}

interface Kept {
  rows: readonly unknown[];
  next: string | null;
}

/** Rows of a first answer: what fits on a screen, at once. */
const FIRST = 60;
/** Rows that one call brings, after that. */
const LIMIT = 200;
/** Calls for one page of a filter that finds few, before somebody has to scroll again. */
const MAX_CALLS = 200;
/** Lists that are kept for who comes back from a detail. */
const MAX_KEPT = 8;
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

  const ask = async (cursor: string | null, limit: number): Promise<Kept> => {
    const given = { ...argument, limit, ...(cursor !== null && { cursor }) };
    const { rows, next } = (await call(name, given as Argument<Name>)) as Page<unknown>;
    return { rows, next };
  };

  /** Reads until there are so many rows, or the end. @returns null if a newer question was asked meanwhile */
  const read = async (from: Kept | null, wanted: number, turn: number): Promise<Kept | null> => {
    let list = from ?? (await ask(null, Math.min(LIMIT, Math.max(FIRST, wanted))));
    for (let calls = 0; list.next !== null && list.rows.length < wanted && calls < MAX_CALLS; calls++) {
      if (turn !== latest.current) return null;
      const { rows, next } = await ask(list.next, LIMIT);
      list = { rows: [...list.rows, ...rows], next };
    }
    return turn === latest.current ? list : null;
  };

  const run = (from: Kept | null, wanted: number) => {
    const turn = ++latest.current;
    reading.current = true;
    read(from, wanted, turn)
      .then(
        (list) => {
          if (list === null) return;
          keep(question, list);
          show({ question, list });
          setFailure(null);
        },
        (error) => turn === latest.current && setFailure(failureIn(error)),
      )
      .finally(() => {
        if (turn === latest.current) reading.current = false;
      });
  };

  // The question stands for the argument, the version for the data: as much is read again as was there.
  useEffect(() => {
    const known = shownOf(question);
    if (known && shown?.question !== question) show(known);
    run(null, Math.max(FIRST, known?.list.rows.length ?? 0));
  }, [question, version]);

  const { rows, next } = shown?.list ?? { rows: [], next: null };
  const waiting = shown?.question !== question;
  return {
    rows: rows as readonly RowOf<Name>[],
    failure,
    waiting: waiting && failure === null,
    whole: next === null,
    more() {
      if (!reading.current && shown && !waiting && next !== null) run(shown.list, rows.length + LIMIT);
    },
  };
}

function shownOf(question: string): { question: string; list: Kept } | null {
  const list = kept.get(question);
  return list ? { question, list } : null;
}
