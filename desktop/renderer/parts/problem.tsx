/** Shows what went wrong, and what to do next. */
import type { ComponentChild, ComponentChildren } from "preact";
import type { Failure } from "../../contract/call-error.ts";
import { obstacleWords } from "./obstacle-words.ts";

/** What to do, by the failure's code. The messages of other codes say it themselves. */
const ADVICE: Readonly<Record<string, string>> = {
  UNREACHABLE: "The server does not answer. Invoify keeps trying.",
  FOREIGN_REPLY:
    "Something other than the Invoify server answered. If this Wi-Fi has a login page, open it in a browser. Invoify keeps trying.",
  UNAUTHORIZED: "Log in again to continue syncing. You can still read everything on this device.",
  LOGIN_NEEDED: "Log in to sync.",
  FORKED:
    "The server's history no longer matches this device: it may have been restored from an older backup. Ask the server's operator before you download it.",
  ALTERED: "The history was altered. Invoify keeps everything, and makes no changes until you decide.",
  KEY_CHANGED: "The server's key has changed. Compare it with the operator of your server before you trust it.",
  BEHIND: "The server has lost changes that it had confirmed. Ask its operator to put them back.",
  UNPROVEN:
    "The server's signature is not valid: it may have been damaged on its way, or forged. Nothing of it was used. Invoify keeps trying.",
  UNKNOWN_EVENT:
    "The server is newer than this program. Update Invoify. Until then, you can read the data on this device.",
  NOT_A_LOG: "There is no Invoify server at this address. Check the address with the person who gave it to you.",
  DAMAGED: "A file was damaged. Invoify is fetching it again.",
  UNAVAILABLE: "A file cannot be read or written. The disk may be full, or another program may be using the file.",
  NO_DATA: "There is no data yet. It arrives with the first sync.",
  NO_SUCH_ROUTE:
    "The server does not offer this. It may run an older version of Invoify, or be set up without it. Ask the person who runs it.",
  TLS_REQUIRED: "The server accepts only https. Change the server address to one that begins with https://.",
  BODY_TOO_LARGE:
    "This is larger than the server, or a proxy in front of it, accepts. Nothing was saved. Enter fewer lines, shorter texts or a smaller logo, or ask the person who runs Invoify to raise the limit.",
  TOO_MANY_REQUESTS: "The server is busy. Try again in a minute.",
};

/** What to do if the server itself says that its clock is, or was, wrong. It refuses before it writes. */
const CLOCK_ADVICE: Readonly<Record<string, string>> = {
  CLOCK_SKEW:
    "The server's clock is wrong, so it accepts no changes. Nothing was saved. Tell the operator of your server.",
  HEAD_IN_FUTURE:
    "The server's clock is wrong, or was wrong when something was last changed, so it accepts no changes. Nothing was saved. Tell the operator of your server.",
};

/** The advice for a failure; null if its message is enough. */
export function adviceFor(failure: Failure): string | null {
  if (failure.code === "TOO_MANY_ATTEMPTS")
    return `There were too many attempts. Try again ${waitIn(failure.message)}.`;
  return CLOCK_ADVICE[failure.code] ?? obstacleWords(failure) ?? ADVICE[failure.code] ?? null;
}

/** Failures of this device, about which Diagnostics say more. */
const ON_THIS_DEVICE: ReadonlySet<string> = new Set(["INTERNAL", "DAMAGED", "UNAVAILABLE", "INCONSISTENT_LOG"]);

/** The wait that the server's message states in seconds, rounded up to minutes. */
function waitIn(message: string): string {
  const minutes = Math.ceil(Number(/in (\d+) s/.exec(message)?.[1] ?? 0) / 60);
  if (minutes === 0) return "in a few minutes";
  return minutes === 1 ? "in a minute" : `in ${minutes} minutes`;
}

interface ProblemProps {
  failure: Failure;
  /** Reads again, after a failed read. */
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
        {ON_THIS_DEVICE.has(failure.code) && <a href="#/diagnostics">Diagnostics</a>}
      </div>
    </div>
  );
}
