/** The choice of the two moments. */
import type { ComponentChild } from "preact";
import { setWords, word } from "../../state/address.ts";
import { at } from "../../state/at.ts";
import { locale, organization } from "../../state/state.ts";
import { day } from "../../text/format.ts";

/** A moment as typed: a day, a time or an event. It is in the address when it is complete. */
export function MomentChoice({ label, name }: { label: string; name: "from" | "to" }): ComponentChild {
  const isTo = name === "to";
  return (
    <label class="choice moment-choice">
      {label}
      <input
        key={word(name)}
        type="text"
        defaultValue={word(name)}
        placeholder={isTo ? (at.value === null ? "Now" : "This moment") : "2026-12-31"}
        autocomplete="off"
        spellcheck={false}
        aria-describedby="moment-hint"
        onChange={({ currentTarget }) => setWords({ [name]: currentTarget.value.trim() })}
      />
      {isTo && (
        <span id="moment-hint" class="for-screen-readers">
          A day such as 2026-12-31 (its end), a time such as 2026-12-31T18:00:00Z, or an event such as event:1200
        </span>
      )}
    </label>
  );
}

/** Where a comparison usually begins: the ends of the last day, month, quarter and year. */
export function SpanChoices(): ComponentChild {
  const today = organization.value?.today;
  return (
    <section class="empty">
      <p>Compare {at.value === null ? "the books now" : "these books"} with the books as they were at the end of</p>
      <p class="span-choices">
        {today !== undefined &&
          endsBefore(today).map(([name, date]) => (
            <button type="button" class="plain" key={name} onClick={() => setWords({ from: date })}>
              {name} <span class="detail">{day(date, locale.value)}</span>
            </button>
          ))}
      </p>
      <p class="detail">Or type a day, a time, or an event such as event:1200 above.</p>
    </section>
  );
}

/** The days before today, and before the first days of this month, quarter and year. @param today YYYY-MM-DD */
export function endsBefore(today: string): (readonly [name: string, date: string])[] {
  const [year = 0, month = 1, date = 1] = today.split("-").map(Number);
  const dayBefore = (y: number, m: number, d: number) => new Date(Date.UTC(y, m - 1, d - 1)).toISOString().slice(0, 10);
  return [
    ["yesterday", dayBefore(year, month, date)],
    ["last month", dayBefore(year, month, 1)],
    ["last quarter", dayBefore(year, month - ((month - 1) % 3), 1)],
    ["last year", dayBefore(year, 1, 1)],
  ];
}
