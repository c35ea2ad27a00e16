/** Says that the screens show the past: nobody must take it for now. It is printed, too. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { at } from "../state/at.ts";
import { readsUnderWay } from "../state/bridge.ts";
import { isBarOpen, isMomentKnown, moment, momentFailure, retryMoment } from "../state/moment.ts";
import { moveTo, path } from "../state/navigation.ts";
import { locale } from "../state/state.ts";
import { eventName, momentTime, momentWords } from "../text/moments/moment-words.ts";
import { stop } from "./player.ts";

/** How long the moment must rest before it is said to a screen reader, ms. */
const SAY_MS = 500;

export function MomentBanner(): ComponentChild {
  useEffect(() => {
    document.documentElement.toggleAttribute("data-past", at.value !== null);
    return () => document.documentElement.removeAttribute("data-past"); // the login screen is not of the past
  }, [at.value === null]);
  const said = useRested(
    at.value !== null && moment.value && isMomentKnown.value ? momentWords(moment.value, locale.value) : "",
  );
  return (
    <>
      <p class="for-screen-readers" role="status">
        {said === "" || at.value === null ? "" : `The books as of ${said}`}
      </p>
      {at.value !== null && <Past />}
    </>
  );
}

function Past(): ComponentChild {
  const known = moment.value;
  const failure = momentFailure.value;
  return (
    <aside class="moment-banner" aria-label="Moment of the books">
      {failure ? (
        <p role="alert">
          {failure.code === "NOT_VALID" ? `There are no books “${at.value}”: ` : "The moment could not be read: "}
          {failure.message.replace(/^at: /, "")}
        </p>
      ) : (
        <p>
          The books as of <strong>{known ? momentTime(known, locale.value) : "…"}</strong>
          {known && `, ${eventName(known.seq, locale.value)}`}
          <span class="moment-block"> Nothing can be changed here.</span>
        </p>
      )}
      <span class="moment-actions for-screen">
        {known && !failure && (
          <a class="button plain" href={`#/changes?from=${encodeURIComponent(at.value ?? "")}&at=`}>
            What changed since
          </a>
        )}
        {failure && failure.code !== "NOT_VALID" && (
          <button type="button" class="plain" onClick={retryMoment}>
            Try again
          </button>
        )}
        {!isBarOpen.value && (
          <button
            type="button"
            class="plain"
            onClick={() => {
              isBarOpen.value = true;
            }}
          >
            Move in time
          </button>
        )}
        <button
          type="button"
          title="Return to now (Esc)"
          onClick={() => {
            stop();
            moveTo(null);
          }}
        >
          Return to now
        </button>
      </span>
      <progress
        class={readsUnderWay.value > 0 ? "moment-wait on" : "moment-wait"}
        aria-hidden="true"
        data-path={path.value}
      />
    </aside>
  );
}

/** The text, once it has been the same for a while. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), SAY_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
