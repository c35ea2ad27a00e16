/** A read that was perhaps asked for before its screen was there: then the screen is drawn with it at once. */
import { useRef } from "preact/hooks";
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Answers } from "../../contract/contract.ts";
import { answerAhead } from "./prefetch.ts";
import { type Asked, useCall } from "./use-call.ts";

/** As `useCall`. */
export function useCallAhead<Name extends CallName>(name: Name, argument: Argument<Name>): Asked<Answers[Name]> {
  const question = JSON.stringify(argument);
  const ahead = answerAhead(name, argument);
  const asked = useCall(name, ahead === undefined ? argument : null);
  const last = useRef<{ question: string; value: Answers[Name] | null }>({ question: "", value: null });
  if (ahead !== undefined) {
    last.current = { question, value: ahead };
    return { ...asked, value: ahead, failure: null, waiting: false };
  }
  if (!asked.waiting) {
    last.current = { question, value: asked.value };
    return asked;
  }
  // The last answer stays in sight, whichever way it came.
  return { ...asked, value: last.current.value, waiting: last.current.question !== question };
}
