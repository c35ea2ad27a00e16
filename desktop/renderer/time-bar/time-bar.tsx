/** The time bar: the books at any moment. It opens with one key on every screen; the address holds the moment. */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answers } from "../../contract/contract.ts";
import { Problem } from "../parts/problem.tsx";
import { TwoTimes } from "../parts/two-times.tsx";
import { routeNow, setWords, word } from "../state/address.ts";
import { at } from "../state/at.ts";
import { isBarOpen, type MomentAnswer, moment, momentFailure } from "../state/moment.ts";
import { moveTo } from "../state/navigation.ts";
import { locale, organization } from "../state/state.ts";
import { type Reply, useAnswer } from "../state/use-answer.ts";
import { answers, questionOf, useCall } from "../state/use-call.ts";
import { activityText } from "../text/activity-text.ts";
import { eventName, momentTime } from "../text/moments/moment-words.ts";
import { stepEvent } from "./bar-state.ts";
import { Jumps } from "./jumps.tsx";
import { Play } from "./play.tsx";
import { stop } from "./player.ts";
import { Track } from "./track.tsx";
import { TypedMoment } from "./typed-moment.tsx";

export function TimeBar(): ComponentChild {
  return isBarOpen.value ? <OpenBar /> : null;
}

/** Opens or closes the bar. Closing it stays at the moment: "Return to now" leaves it. */
export function toggleBar(): void {
  if (isBarOpen.peek()) closeBar();
  else isBarOpen.value = true;
}

function closeBar(): void {
  stop();
  isBarOpen.value = false;
}

/** True if Esc returns to now, or closes the bar. */
export function isPastOrBar(): boolean {
  return at.peek() !== null || isBarOpen.peek();
}

/** Esc: back to now; if it is now, the bar closes. */
export function leavePast(): void {
  stop();
  if (at.peek() !== null) moveTo(null);
  else closeBar();
}

type HistoryBars = Answers["getHistoryBars"];
const NO_MONTHS: HistoryBars["months"] = [];

function OpenBar(): ComponentChild {
  const bar = useRef<HTMLElement>(null);
  // The whole log, wherever in it the screens are.
  const {
    value: history,
    failure,
    retry,
  } = useAnswer(answers, questionOf("getHistoryBars", {}, null)) as Reply<HistoryBars>;
  // If the address names no moment that there is, the bar still shows what there is.
  const failed = momentFailure.value;
  const now = useAnswer(answers, failed ? questionOf("getMoment", {}, null) : null) as Reply<MomentAnswer>;
  const known = moment.value ?? now.value;
  const isThere = known !== null;
  useEffect(() => {
    const before = document.activeElement;
    if (isThere) bar.current?.querySelector<HTMLElement>("[role=slider]")?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && bar.current?.contains(document.activeElement)) before.focus();
    };
  }, [isThere]);
  return (
    <section class="time-bar for-screen" aria-label="Time bar" ref={bar}>
      {known === null ? (
        <Nothing failure={now.failure} retry={now.retry} />
      ) : (
        <>
          <div class="time-top">
            <Steps />
            <Event />
            <Recorded />
            <button type="button" class="plain time-close" title="Close the time bar" onClick={closeBar}>
              Close
            </button>
          </div>
          {failure && <Problem failure={failure} retry={retry} />}
          <Track known={known} months={history?.months ?? NO_MONTHS} />
          <div class="time-tools">
            <Play />
            <TypedMoment />
            <Jumps />
            <Dated />
          </div>
        </>
      )}
    </section>
  );
}

function Nothing({ failure, retry }: Pick<Reply<MomentAnswer>, "failure" | "retry">): ComponentChild {
  if (failure) return <Problem failure={failure} retry={retry} />;
  return <p class="waiting">Loading…</p>;
}

/** One event back, one event on. */
function Steps(): ComponentChild {
  const { seq = 0 } = moment.value ?? {};
  const step = (by: 1 | -1) => () => {
    stop();
    stepEvent(by);
  };
  return (
    <fieldset class="time-steps" aria-label="Step by event">
      <button
        type="button"
        class="plain"
        title="One event back (←)"
        aria-label="One event back"
        disabled={seq <= 1}
        onClick={step(-1)}
      >
        ‹
      </button>
      <button
        type="button"
        class="plain"
        title="One event on (→)"
        aria-label="One event on"
        disabled={at.value === null}
        onClick={step(1)}
      >
        ›
      </button>
    </fieldset>
  );
}

/** The moment, and its last event in words. */
function Event(): ComponentChild {
  const { value } = useCall("listActivity", { limit: 1 });
  const known = moment.value;
  const [row] = value?.rows ?? [];
  if (known === null) return null;
  return (
    <p class="time-event">
      <strong>{at.value === null ? "Now" : momentTime(known, locale.value)}</strong>
      <span class="detail">
        {eventName(known.seq, locale.value)}
        {row && `: ${activityText(row.words, locale.value)}, ${row.actor_name ?? "the server"}`}
      </span>
    </p>
  );
}

/** Says what the bar means, because there are two times. */
function Recorded(): ComponentChild {
  const [open, setOpen] = useState(false);
  return (
    <span class="time-recorded">
      <button type="button" class="link" onClick={() => setOpen(true)}>
        Recorded or dated?
      </button>
      {open && <TwoTimes close={() => setOpen(false)} />}
    </span>
  );
}

/** The screens whose figures can also be asked for as the papers say them. */
const HAVE_DATES = /^\/$|^\/reports\/open-items$|^\/clients\/\d+$/;

/** "Dated until", beside the bar that is about what was recorded. */
function Dated(): ComponentChild {
  if (!HAVE_DATES.test(routeNow())) return null;
  return (
    <label class="time-dated">
      <span class="detail">Dated until</span>
      <input
        type="date"
        max={organization.value?.today}
        value={word("dated")}
        onChange={({ currentTarget }) => setWords({ dated: currentTarget.value })}
      />
    </label>
  );
}
