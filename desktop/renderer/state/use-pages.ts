/** Gives a component a list that grows as the user scrolls, and that is read again when the data changes. */
import type { Page } from "../../../projector/queries/list.ts";
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers } from "../../contract/contract.ts";
import { createAnswers } from "./answers.ts";
import { at } from "./at.ts";
import { call } from "./bridge.ts";
import { type ListRow, pagesOf, type Rows } from "./pages.ts";
import { dataVersion, log } from "./state.ts";
import { useAnswer } from "./use-answer.ts";

type ListName = { [N in CallName]: Answers[N] extends Page<ListRow> ? N : never }[CallName];
type RowOf<Name extends ListName> = Answers[Name] extends Page<infer Row extends ListRow> ? Row : never;

export interface Pages<Row> {
  /** Identifies the question that the rows answer, at any moment: while it moves, the list stays where it is scrolled to. */
  question: string;
  rows: readonly Row[];
  failure: Failure | null;
  /** True until this question has an answer or a failure. */
  waiting: boolean;
  /** True if the rows reach the end of the list. */
  whole: boolean;
  /** Reads more rows. Does nothing at the end, or while a read is running. */
  more(): void;
  /** Reads again after a failure. */
  retry(): void;
}

/** Lists retained for users who return from a detail screen. */
const MAX_LISTS = 8;
const lists = createAnswers<Rows<ListRow>>({ version: dataVersion, log, max: MAX_LISTS, retainsOld: true });
const NO_ROWS: readonly never[] = [];

/** The list for an argument. The previous list stays until the new one arrives. */
export function usePages<Name extends ListName>(name: Name, argument: Argument<Name>): Pages<RowOf<Name>> {
  // The moment of the first page is that of all: it is part of the question.
  const moment = at.value;
  const key = JSON.stringify([name, argument, moment]);
  const question = pagesOf<ListRow>(key, async (cursor, limit) => {
    // The lists' types differ, but every list takes a cursor and a limit.
    const page = { ...argument, limit, ...(cursor !== null && { cursor }) } as Argument<Name>;
    return (await call(name, page, moment)) as Page<ListRow>;
  });
  const { value, key: answered, failure, waiting, retry } = useAnswer(lists, question);
  return {
    question: `${log.value} ${withoutMoment(answered ?? key)}`,
    rows: (value?.rows ?? NO_ROWS) as readonly ListRow[] as readonly RowOf<Name>[],
    failure,
    waiting,
    whole: value !== null && value.next === null,
    more: () => value?.next != null && !waiting && lists.more(question),
    retry,
  };
}

function withoutMoment(key: string): string {
  return JSON.stringify(JSON.parse(key).slice(0, 2));
}
