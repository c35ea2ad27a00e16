/** What went wrong, in words, with what to do about it. */
import type { ComponentChild, ComponentChildren } from "preact";
import type { Failure } from "../../contract/call-error.ts";

/** What to do, by the failure's code. What is not here explains itself. */
const ADVICE: Readonly<Record<string, string>> = {
  UNREACHABLE: "The server does not answer. It is tried again by itself.",
  UNAUTHORIZED: "Log in again to go on syncing. Everything here can still be read.",
  LOGIN_NEEDED: "Log in to sync.",
  FORKED:
    "The server's history is not the one that is here: it may have been restored from an older backup. Ask whoever runs it before you fetch its history anew.",
  UNKNOWN_EVENT: "The server is newer than this program. Update it; until then, what is here can be read.",
  NOT_A_LOG: "The address answers, but not as a server of Invoify. Check it with whoever gave it to you.",
  DAMAGED: "A file was damaged. It is fetched again by itself.",
  UNAVAILABLE: "A file cannot be written or read now. Is the disk full, or another program holding it?",
  CLOCK_SKEW: "This computer's clock is wrong. Set it, and try again.",
  NO_DATA: "There is nothing here yet: the first sync has not brought anything.",
};

/** The advice for a failure; null where its own words say all. */
export function adviceFor({ code }: Failure): string | null {
  return ADVICE[code] ?? null;
}

interface ProblemProps {
  failure: Failure;
  /** Reads again, where a read failed. */
  retry?: () => void;
  children?: ComponentChildren;
}

export function Problem({ failure, retry, children }: ProblemProps): ComponentChild {
  const advice = adviceFor(failure);
  return (
    <div class="problem" role="alert">
      <p>{advice ?? failure.message}</p>
      {advice !== null && <p class="detail">{failure.message}</p>}
      <div>
        {retry && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
        {children}
      </div>
    </div>
  );
}
