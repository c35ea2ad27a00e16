/** One thing that a button does and that takes a while, with its failure. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { failureIn } from "../state/call-failed.ts";

interface Task {
  isBusy: boolean;
  failure: Failure | null;
  /** Does it, unless something is being done. */
  run: (action: () => Promise<void>) => void;
  /** Does again what failed. */
  retry: () => void;
}

export function useTask(): Task {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef<(() => Promise<void>) | null>(null);
  const going = useRef(false);
  const isHere = useRef(true);
  useEffect(
    () => () => {
      isHere.current = false;
    },
    [],
  );
  const run = (action: () => Promise<void>) => {
    if (going.current) return;
    going.current = true;
    latest.current = action;
    setBusy(true);
    setFailure(null);
    action()
      .catch((error) => isHere.current && setFailure(failureIn(error)))
      .finally(() => {
        going.current = false;
        if (isHere.current) setBusy(false);
      });
  };
  return { isBusy, failure, run, retry: () => latest.current && run(latest.current) };
}
