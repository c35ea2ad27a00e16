/** A field for a day, a time or an event. It says how it reads what is typed. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { moment } from "../state/moment.ts";
import { moveTo } from "../state/navigation.ts";
import { locale } from "../state/state.ts";
import { count, dateOrder, longDay } from "../text/format.ts";
import { bookZone } from "../text/moments/book-time.ts";
import { momentTime } from "../text/moments/moment-words.ts";
import { dayIn } from "../text/moments/zoned-time.ts";
import { shownDay } from "./bar-state.ts";
import { stop } from "./player.ts";
import { readMoment, type Typed } from "./read-moment.ts";

export function TypedMoment(): ComponentChild {
  const [text, setText] = useState("");
  const reading = text.trim() === "" ? null : readingOf(text);
  const go = (event: Event) => {
    event.preventDefault();
    if (reading === null || reading.to === undefined) return;
    stop();
    moveTo(reading.to);
    setText("");
  };
  return (
    <form class="time-typed" onSubmit={go}>
      <input
        aria-label="Go to a date, time or event"
        aria-describedby="time-reading"
        aria-invalid={reading !== null && reading.to === undefined}
        placeholder="Date, time or event"
        autocomplete="off"
        spellcheck={false}
        maxLength={60}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          // Esc empties the field first.
          if (event.key !== "Escape" || text === "") return;
          event.stopPropagation();
          setText("");
        }}
      />
      <span
        id="time-reading"
        class={reading && reading.to === undefined ? "time-reading wrong" : "time-reading"}
        role="status"
      >
        {reading?.words}
      </span>
    </form>
  );
}

/** @returns how the text is read, in words, and the moment; undefined: it names none */
function readingOf(text: string): { to: string | null | undefined; words: string } {
  const now = Date.now();
  const today = dayIn(now, bookZone.value);
  const typed = readMoment(text, {
    zone: bookZone.value,
    today,
    day: shownDay.value,
    order: dateOrder(locale.value),
  });
  if (typed === null)
    return {
      to: undefined,
      words: "Type a day, such as 30 June 2010, a time, such as 14:05, or an event, such as 1042.",
    };
  const problem = problemOf(typed, today, now);
  if (problem !== null) return { to: undefined, words: problem };
  return {
    to: typed.kind === "day" && typed.at === today ? null : typed.at,
    words: `${wordsOf(typed, today)}. Enter opens it.`,
  };
}

function problemOf({ at, kind }: Typed, today: string, nowMs: number): string | null {
  const { head = 0, log_begins_ms = 0 } = moment.value ?? {};
  if (at === null) return null;
  if (kind === "event") {
    if (Number(at) < 1) return "The first event is 1.";
    return Number(at) > head ? `The last event is ${count(head, locale.value)}.` : null;
  }
  const begins = dayIn(log_begins_ms, bookZone.value);
  const [isEarly, isLate] =
    kind === "day" ? [at < begins, at > today] : [Date.parse(at) + 999 < log_begins_ms, Date.parse(at) > nowMs];
  if (isEarly)
    return `The books begin on ${momentTime({ at_ms: log_begins_ms, time_zone: bookZone.value }, locale.value)}.`;
  return isLate ? "That has not come yet." : null;
}

function wordsOf({ at, kind }: Typed, today: string): string {
  if (at === null || (kind === "day" && at === today)) return "Now";
  if (kind === "event") return `Event ${count(Number(at), locale.value)}`;
  if (kind === "day") return `The end of ${longDay(at, locale.value)}`;
  return momentTime({ at_ms: Date.parse(at), time_zone: bookZone.value }, locale.value);
}
