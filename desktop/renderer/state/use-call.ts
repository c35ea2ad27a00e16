/** Questions that one call answers. */
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Answers } from "../../contract/contract.ts";
import { createAnswers } from "./answers.ts";
import { at } from "./at.ts";
import { call, withMoment } from "./bridge.ts";
import type { Question } from "./question.ts";
import { dataVersion, log } from "./state.ts";
import { type Reply, useAnswer } from "./use-answer.ts";

/** Enough for recent screens, an invoice's neighbours, and a few prefetched rows. */
const MAX_ANSWERS = 48;

/** Calls about this device: their answers change while the data stays the same. */
const MOMENTARY: ReadonlySet<CallName> = new Set<CallName>(["getDiagnostics", "getEncryption"]);

export const answers = createAnswers<unknown>({ version: dataVersion, log, max: MAX_ANSWERS });

/** @param moment of a read; the one on display by default. It is part of the question: a late answer is to its moment. */
export function questionOf<Name extends CallName>(
  name: Name,
  argument: Argument<Name>,
  moment: string | null = at.value,
): Question<unknown> {
  const asked = withMoment(name, argument, moment);
  return {
    key: JSON.stringify([name, asked]),
    read: () => call(name, asked, moment),
    momentary: MOMENTARY.has(name),
  };
}

/** The result of one call, kept current. @param argument null: nothing to call yet */
export function useCall<Name extends CallName>(name: Name, argument: Argument<Name> | null): Reply<Answers[Name]> {
  const reply = useAnswer(answers, argument === null ? null : questionOf(name, argument));
  // The question's key names the call, so the answer has the call's type.
  return reply as Reply<Answers[Name]>;
}
