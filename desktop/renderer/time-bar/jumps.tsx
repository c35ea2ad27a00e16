/** The ends of the last month, quarter and year, seen from the moment on display. */
import type { ComponentChild } from "preact";
import { moment } from "../state/moment.ts";
import { moveTo } from "../state/navigation.ts";
import { locale } from "../state/state.ts";
import { longDay } from "../text/format.ts";
import { bookZone } from "../text/moments/book-time.ts";
import { dayIn } from "../text/moments/zoned-time.ts";
import { shownDay } from "./bar-state.ts";
import { stop } from "./player.ts";
import { endBefore } from "./scale.ts";

const PERIODS = ["month", "quarter", "year"] as const;

export function Jumps(): ComponentChild {
  const begins = dayIn(moment.value?.log_begins_ms ?? 0, bookZone.value);
  return (
    <fieldset class="time-jumps" aria-label="End of the last">
      <span class="detail">End of last</span>
      {PERIODS.map((period) => {
        const day = endBefore(shownDay.value, period);
        return (
          <button
            key={period}
            type="button"
            class="plain"
            title={longDay(day, locale.value)}
            aria-label={`End of last ${period}: ${longDay(day, locale.value)}`}
            disabled={day < begins}
            onClick={() => jumpTo(day)}
          >
            {period}
          </button>
        );
      })}
    </fieldset>
  );
}

function jumpTo(to: string): void {
  stop();
  moveTo(to);
}
