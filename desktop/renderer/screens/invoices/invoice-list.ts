/**
 * The list of invoices that is shown, or was shown last: it stays while a screen of one invoice is open, so that coming
 * back finds it as it was, and so that the invoice knows its neighbours.
 */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { Failure } from "../../../contract/call-error.ts";
import type { ListPlace } from "../../lists/virtual-list.tsx";
import { CallFailed, call } from "../../state/bridge.ts";
import { dataVersion, status } from "../../state/state.ts";
import { keepRows } from "./invoice-rows.ts";
import { filterOf, type Words } from "./invoice-words.ts";

/** Rows of the first page: it is there before all ids are. */
const FIRST_PAGE = 100;
/** How long somebody has to stop typing before all ids are asked for, ms. */
const PAUSE_MS = 120;
/** While new data comes, all ids are asked for anew so often at most, ms … */
const REFRESH_MS = 1_000;
/** … and for so much of the time at most: the worker has to bring the data too. */
const REFRESH_SHARE = 0.05;

export interface InvoiceIds {
  /** What was asked for, and of which log. */
  question: string;
  /** Its address, to come back to. */
  words: Words;
  ids: readonly number[];
  /** True once these are all. */
  complete: boolean;
  /** True if there are more than a list shows. */
  shortened: boolean;
  failure: Failure | null;
}

const NONE: InvoiceIds = { question: "", words: {}, ids: [], complete: false, shortened: false, failure: null };

export const invoiceIds = signal<InvoiceIds>(NONE);
/** Where in it somebody was. */
export const listPlace: ListPlace = { question: "", top: 0, chosen: null };

let latest = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let refreshAfterMs = 0;

/** The list for these words, and again when there is new data. While the first answer is not there, the one before it. */
export function useInvoiceIds(words: Words): InvoiceIds & { waiting: boolean; retry: () => void } {
  const question = JSON.stringify([status.value?.log, words]);
  const version = dataVersion.value;
  // Asked at once, and not after a frame without an answer.
  useLayoutEffect(() => {
    if (invoiceIds.value.question !== question) void begin(question, words);
    else later(question, words, Math.max(PAUSE_MS, refreshAfterMs - performance.now()));
  }, [question, version]);
  const { value } = invoiceIds;
  return { ...value, waiting: value.question !== question, retry: () => void begin(question, words) };
}

async function begin(question: string, words: Words): Promise<void> {
  const turn = ++latest;
  clearTimeout(timer);
  const version = dataVersion.value;
  try {
    const { rows, next } = await call("listInvoices", { ...filterOf(words), limit: FIRST_PAGE });
    if (turn !== latest) return; // somebody asked for something else since
    keepRows(rows, version);
    const ids = rows.map(({ id }) => id);
    invoiceIds.value = { question, words, ids, complete: next === null, shortened: false, failure: null };
    if (next !== null) later(question, words, PAUSE_MS);
  } catch (error) {
    if (turn === latest) fail(question, words, error);
  }
}

function later(question: string, words: Words, ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void all(question, words), ms);
}

async function all(question: string, words: Words): Promise<void> {
  const turn = ++latest;
  const startedMs = performance.now();
  try {
    const { ids, shortened } = await call("listInvoiceIds", filterOf(words));
    const nowMs = performance.now();
    refreshAfterMs = nowMs + Math.max(REFRESH_MS, (nowMs - startedMs) / REFRESH_SHARE);
    if (turn !== latest) return;
    const { ids: before } = invoiceIds.value;
    const same = before.length === ids.length && ids.every((id, n) => id === before[n]);
    invoiceIds.value = { question, words, ids: same ? before : ids, complete: true, shortened, failure: null };
  } catch (error) {
    if (turn === latest) fail(question, words, error);
  }
}

function fail(question: string, words: Words, error: unknown): void {
  const failure = error instanceof CallFailed ? error.failure : { code: "INTERNAL", message: String(error) };
  invoiceIds.value = { ...NONE, question, words, failure };
}
