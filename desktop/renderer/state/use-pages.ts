/** A list that a screen shows: read on as somebody scrolls, and read again when there is new data. */
import type { Page } from "../../../projector/queries/list.ts";
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers } from "../../contract/contract.ts";
import { createAnswers } from "./answers.ts";
import { call } from "./bridge.ts";
import { type Listed, pagesOf, type Rows } from "./pages.ts";
import { dataVersion, log } from "./state.ts";
import { useAnswer } from "./use-answer.ts";

type ListName = { [N in CallName]: Answers[N] extends Page<Listed> ? N : never }[CallName];
type RowOf<Name extends ListName> = Answers[Name] extends Page<infer Row extends Listed> ? Row : never;

export interface Pages<Row> {
  /** What the rows answer. */
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

/** Lists that are retained for who comes back from a detail. */
const MAX_LISTS = 8;
const lists = createAnswers<Rows<Listed>>({ version: dataVersion, log, max: MAX_LISTS, retainsOld: true });
const NO_ROWS: readonly never[] = [];

/** The list that this argument asks for; the last one stays in sight while a newer one is on its way. */
export function usePages<Name extends ListName>(name: Name, argument: Argument<Name>): Pages<RowOf<Name>> {
  const question = pagesOf<Listed>(JSON.stringify([name, argument]), async (cursor, limit) => {
    // The types of lists differ, and all of them take a cursor and a limit.
    const page = { ...argument, limit, ...(cursor !== null && { cursor }) } as Argument<Name>;
    return (await call(name, page)) as Page<Listed>;
  });
  const { value, key, failure, waiting, retry } = useAnswer(lists, question);
  return {
    question: `${log.value} ${key ?? question.key}`,
    rows: (value?.rows ?? NO_ROWS) as readonly Listed[] as readonly RowOf<Name>[],
    failure,
    waiting,
    whole: value !== null && value.next === null,
    more: () => value?.next != null && !waiting && lists.more(question),
    retry,
  };
}
