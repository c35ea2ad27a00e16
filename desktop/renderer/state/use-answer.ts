/** Gives a component the answer to a question, and keeps it current while the component is mounted. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers } from "./answers.ts";
import type { Question } from "./question.ts";
import { log } from "./state.ts";

export interface Reply<Value> {
  /** The latest answer. The previous question's answer stays here until the new one arrives. Null before the first. */
  value: Value | null;
  /** Key of the question that `value` answers; null before the first answer. */
  key: string | null;
  failure: Failure | null;
  /** True until this question has an answer or a failure. */
  waiting: boolean;
  /** Reads again after a failure. */
  retry(): void;
}

/** @param question null: nothing to read yet */
export function useAnswer<Value>(answers: Answers<Value>, question: Question<Value> | null): Reply<Value> {
  const last = useRef<{ key: string; value: Value; log: string | null } | null>(null);
  // A layout effect, so that the read begins before the screen is painted. The key identifies the question.
  useLayoutEffect(() => (question === null ? undefined : answers.watch(question)), [question?.key]);
  const { value, failure } = question === null ? NO_ANSWER : answers.get(question.key);
  if (question !== null && value !== undefined) last.current = { key: question.key, value, log: log.value };
  if (last.current?.log !== log.value) last.current = null;
  return {
    value: last.current?.value ?? null,
    key: last.current?.key ?? null,
    failure,
    waiting: question !== null && value === undefined && failure === null,
    retry: () => question !== null && answers.retry(question),
  };
}

const NO_ANSWER = { value: undefined, failure: null };
