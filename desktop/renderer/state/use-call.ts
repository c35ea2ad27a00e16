/** A read that a screen shows, and reads again when there is new data. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers } from "../../contract/contract.ts";
import { call, failureIn } from "./bridge.ts";
import { dataVersion } from "./state.ts";

export interface Asked<Value> {
  /** The last answer; it stays in sight while a newer one is on its way. Null before the first. */
  value: Value | null;
  failure: Failure | null;
  /** True until the first answer to this very question is there. */
  waiting: boolean;
  /** Reads again what could not be read. */
  retry(): void;
}

/** @param argument null: there is nothing to ask yet */
export function useCall<Name extends CallName>(name: Name, argument: Argument<Name> | null): Asked<Answers[Name]> {
  const question = argument === null ? null : JSON.stringify([name, argument]);
  const version = dataVersion.value;
  const [state, setState] = useState<Omit<Asked<Answers[Name]>, "waiting" | "retry"> & { question: string | null }>({
    value: null,
    failure: null,
    question: null,
  });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(0);
  // The question stands for the argument, the version for the data.
  useEffect(() => {
    if (argument === null || question === null) return;
    const turn = ++latest.current;
    call(name, argument).then(
      (value) => turn === latest.current && setState({ value, failure: null, question }),
      (error) => turn === latest.current && setState((before) => ({ ...before, failure: failureIn(error), question })),
    );
  }, [question, version, attempt]);
  const { value, failure } = state;
  return {
    value,
    failure,
    waiting: state.question !== question,
    retry() {
      setState((before) => ({ ...before, failure: null, question: null }));
      setAttempt(attempt + 1);
    },
  };
}
