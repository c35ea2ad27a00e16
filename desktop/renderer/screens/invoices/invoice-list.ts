/**
 * The list of invoices that is open or was open last. It stays while one invoice is open, so that the user
 * returns to the same list, and the invoice knows its neighbours.
 */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { Failure } from "../../../contract/call-error.ts";
import type { ListPosition } from "../../lists/virtual-list.tsx";
import { createAnswers } from "../../state/answers.ts";
import { at } from "../../state/at.ts";
import { call } from "../../state/bridge.ts";
import type { Question } from "../../state/question.ts";
import { dataVersion, log } from "../../state/state.ts";
import { useAnswer } from "../../state/use-answer.ts";
import { expectRows } from "./invoice-rows.ts";
import { filterOf, type Words } from "./invoice-words.ts";

interface InvoiceIds {
  /** The address of the list. */
  words: Words;
  ids: readonly number[];
  /** True once `ids` is complete. */
  complete: boolean;
  /** True if there are more than a list shows. */
  shortened: boolean;
}

interface InvoiceList extends InvoiceIds {
  /** The question that the ids answer, at any moment: while the moment moves, the list stays where it is scrolled to. */
  question: string;
  failure: Failure | null;
  waiting: boolean;
  retry(): void;
}

/** Rows of the first page, which arrives before all ids. */
const FIRST_PAGE = 100;
/** How long typing must pause before all ids are read, ms. */
const PAUSE_MS = 120;
/** While new data arrives, the shortest time between reads of all ids, ms. */
const REST_MS = 1_000;
const MAX_LISTS = 8;

const NO_LIST: InvoiceIds = { words: {}, ids: [], complete: false, shortened: false };
const lists = createAnswers<InvoiceIds>({ version: dataVersion, log, max: MAX_LISTS, retainsOld: true });

/** The words of the list that was shown last. */
const lastWords = signal<Words | null>(null);
/** The scroll position and the chosen row in the list. */
export const listPosition: ListPosition = { question: "", top: 0, chosen: null };

/** The list that was open last. A component that reads it renders again when it changes. */
export function lastList(): InvoiceIds {
  return (lastWords.value && lists.get(keyOf(lastWords.value, at.value)).value) ?? NO_LIST;
}

/** The list for these words. Until the first response, the list before it. */
export function useInvoiceList(words: Words): InvoiceList {
  const key = keyOf(words, null);
  const reply = useAnswer(lists, questionOf(words, at.value));
  const { failure, waiting, retry } = reply;
  useLayoutEffect(() => {
    if (!waiting) lastWords.value = words;
  }, [key, waiting]);
  const list = reply.value ?? lastList();
  return { ...list, question: `${log.value} ${keyOf(list.words, null)}`, failure, waiting, retry };
}

/** While a screen of one invoice is open, its neighbours follow the data. */
export function useNeighbours(id: number): { before: number | null; after: number | null; at: number; of: number } {
  const words = lastWords.value;
  useAnswer(lists, words && questionOf(words, at.value));
  return neighboursOf(id);
}

/** The documents before and after this one in the list that it was opened from. */
export function neighboursOf(id: number): { before: number | null; after: number | null; at: number; of: number } {
  const { ids } = lastList();
  const at = ids.indexOf(id);
  if (at < 0) return { before: null, after: null, at, of: ids.length };
  return { before: ids[at - 1] ?? null, after: ids[at + 1] ?? null, at, of: ids.length };
}

function keyOf(words: Words, moment: string | null): string {
  return JSON.stringify([words, moment]);
}

function questionOf(words: Words, moment: string | null): Question<InvoiceIds> {
  return {
    key: keyOf(words, moment),
    restMs: REST_MS,
    async read({ before, isWanted, show }) {
      if (before === undefined) {
        const keep = expectRows(moment);
        const { rows, next } = await call("listInvoices", { ...filterOf(words), limit: FIRST_PAGE }, moment);
        keep(rows);
        const part = { words, ids: rows.map(({ id }) => id), complete: next === null, shortened: false };
        if (next === null) return part;
        show(part);
        await new Promise((resume) => setTimeout(resume, PAUSE_MS));
        if (!isWanted()) return;
      }
      const { ids, shortened } = await call("listInvoiceIds", filterOf(words), moment);
      const isSame = before?.ids.length === ids.length && ids.every((id, n) => id === before.ids[n]);
      return { words, ids: isSame ? before.ids : ids, complete: true, shortened };
    },
  };
}
