/**
 * "Dated until": figures as the papers say them up to a day, whenever they were entered. The day is in the address, so
 * it stays with links, with going back and with reloading.
 */
import type { ComponentChild, ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { setWords, word } from "../state/address.ts";
import { at } from "../state/at.ts";
import { isBarOpen } from "../state/moment.ts";
import { locale, organization } from "../state/state.ts";
import { day } from "../text/format.ts";
import { isDay } from "../text/report-periods.ts";
import { TwoTimes } from "./two-times.tsx";

/** The day until which figures count, YYYY-MM-DD; null: everything up to now. */
export function datedUntil(): string | null {
  const dated = word("dated");
  return isDay(dated) && dated < (organization.value?.today ?? "") ? dated : null;
}

/** The argument of a read: `{ dated_until }`, or nothing. */
export function datedArgument(): { dated_until?: string } {
  const dated = datedUntil();
  return dated === null ? {} : { dated_until: dated };
}

/** The day, and what it means on request. While the time bar is open, they are there, beside what was recorded. */
export function DatedUntil(): ComponentChild {
  const [open, setOpen] = useState(false);
  const today = organization.value?.today ?? "";
  const typed = word("dated");
  return (
    <div class="dated for-screen">
      {!isBarOpen.value && (
        <>
          <label class="choice">
            Dated until
            <input
              type="date"
              max={today}
              value={typed}
              onChange={({ currentTarget }) => setWords({ dated: currentTarget.value })}
            />
          </label>
          <button type="button" class="link" onClick={() => setOpen(true)}>
            What is this?
          </button>
        </>
      )}
      {isDay(typed) && typed >= today && (
        <p class="detail" role="status">
          These are the figures of {at.value === null ? "today" : "that moment"}. Choose an earlier day.
        </p>
      )}
      {open && <TwoTimes close={() => setOpen(false)} />}
    </div>
  );
}

interface DatedLineProps {
  /** The day of the figures on the screen, as their answer has it; null: today. */
  dated: string | null;
  /** What does not depend on it. */
  children?: ComponentChildren;
}

/** Says that figures are not today's. It stays in sight, and is printed. */
export function DatedLine({ dated, children }: DatedLineProps): ComponentChild {
  if (dated === null) return null;
  return (
    <div class="dated-line" role="status">
      <p>
        <strong>Dated until {day(dated, locale.value)}</strong>
        {children !== undefined && <span class="detail">{children}</span>}
      </p>
      <button type="button" class="plain for-screen" onClick={() => setWords({ dated: "" })}>
        {at.value === null ? "Back to today" : "All dates"}
      </button>
    </div>
  );
}
