/** Reads that one call answers. */
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Answers } from "../../contract/contract.ts";
import { createAnswers, type Question } from "./answers.ts";
import { call } from "./bridge.ts";
import { dataVersion, log } from "./state.ts";
import { type Reply, useAnswer } from "./use-answer.ts";

/** Some screens that were left, the neighbours of an invoice, and a few rows that were pointed at. */
const MAX_ANSWERS = 48;

/** About this device: they change without the data. */
const MOMENTARY: ReadonlySet<CallName> = new Set<CallName>(["getDiagnostics", "getEncryption"]);

export const answers = createAnswers<unknown>({ version: dataVersion, log, max: MAX_ANSWERS });

export function questionOf<Name extends CallName>(name: Name, argument: Argument<Name>): Question<unknown> {
  return {
    key: JSON.stringify([name, argument]),
    read: () => call(name, argument),
    momentary: MOMENTARY.has(name),
  };
}

/** What a screen shows of one call. @param argument null: there is nothing to ask yet */
export function useCall<Name extends CallName>(name: Name, argument: Argument<Name> | null): Reply<Answers[Name]> {
  const reply = useAnswer(answers, argument === null ? null : questionOf(name, argument));
  // The question names the call, so its answer is the call's.
  return reply as Reply<Answers[Name]>;
}
