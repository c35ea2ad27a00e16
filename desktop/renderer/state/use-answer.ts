/** An answer that a screen shows while it is there. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers, Question } from "./answers.ts";
import { log } from "./state.ts";

export interface Reply<Value> {
  /** The last answer, also to the question before: it stays in sight while a newer one is on its way. Null before it. */
  value: Value | null;
  /** Of the question that `value` answers; null before the first answer. */
  key: string | null;
  failure: Failure | null;
  /** True until the first answer to this very question is here, or why there is none. */
  waiting: boolean;
  /** Reads again what could not be read. */
  retry(): void;
}

/** @param question null: there is nothing to ask yet */
export function useAnswer<Value>(answers: Answers<Value>, question: Question<Value> | null): Reply<Value> {
  const last = useRef<{ key: string; value: Value; log: string | null } | null>(null);
  // Asked before the screen is painted. The key stands for the question.
  useLayoutEffect(() => (question === null ? undefined : answers.watch(question)), [question?.key]);
  const { value, failure } = question === null ? NOTHING : answers.get(question.key);
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

const NOTHING = { value: undefined, failure: null };
