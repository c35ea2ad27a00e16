/** A button of a banner whose work needs two steps. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { Problem } from "../parts/problem.tsx";
import { failureIn } from "../state/call-failed.ts";

interface ConfirmedButtonProps {
  /** The button, such as `Download again…`. */
  name: string;
  /** What it costs. */
  question: string;
  /** The button that does it. */
  confirm: string;
  /** True: it is not what the banner recommends. */
  isLast?: boolean;
  work: () => Promise<unknown>;
}

export function ConfirmedButton({
  name,
  question,
  confirm,
  isLast = false,
  work,
}: ConfirmedButtonProps): ComponentChild {
  const [confirming, setConfirming] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  if (!confirming)
    return (
      <button type="button" class={isLast ? "plain" : undefined} onClick={() => setConfirming(true)}>
        {name}
      </button>
    );
  return (
    <>
      <span>{question}</span>
      <button
        type="button"
        onClick={() => {
          setFailure(null);
          work().catch((error: unknown) => setFailure(failureIn(error)));
        }}
      >
        {confirm}
      </button>
      <button type="button" class="plain" onClick={() => setConfirming(false)}>
        Not now
      </button>
      {failure && <Problem failure={failure} />}
    </>
  );
}
