/** What the parts of the time bar share: where it stands, and the steps from there. */
import { computed } from "@preact/signals";
import { at } from "../state/at.ts";
import { moment } from "../state/moment.ts";
import { moveTo } from "../state/navigation.ts";
import { organization } from "../state/state.ts";
import { dayIn, zonedTime } from "../text/moments/zoned-time.ts";
import { dayLater, endBefore, monthEndAfter } from "./scale.ts";

/** The organization's time zone. */
export const zone = computed(() => moment.value?.time_zone ?? organization.value?.time_zone ?? "UTC");

/** The time of the moment on display, as far as its text says it: the bar must not wait for an answer. Null: now. */
export const shownMs = computed<number | null>(() => {
  const text = at.value;
  if (text === null) return null;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return zonedTime(text, "23:59:59", zone.value) + 999;
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? (moment.value?.at_ms ?? null) : time;
});

/** The day of the moment on display, or today, in the organization's time zone. YYYY-MM-DD */
export const shownDay = computed(() => dayIn(shownMs.value ?? Date.now(), zone.value));

/** A day, unless it has not ended yet: then now. */
export function dayOrNow(day: string): string | null {
  return day >= dayIn(Date.now(), zone.peek()) ? null : day;
}

/** Moves to the event before or after the moment. After the last one is now. */
export function stepEvent(by: 1 | -1): void {
  const { seq = 0, head = 0 } = moment.peek() ?? {};
  // Now already has the last event.
  const to = at.peek() === null && by === -1 ? head - 1 : seq + by;
  if (to < 1 || (by === 1 && at.peek() === null)) return;
  moveTo(to > head ? null : String(to), "instead");
}

export function stepDay(by: 1 | -1): void {
  moveWithin(dayLater(shownDay.peek(), by));
}

export function stepMonth(by: 1 | -1): void {
  const day = shownDay.peek();
  moveWithin(by === 1 ? monthEndAfter(day) : endBefore(day, "month"));
}

/** The first event of the log. */
export function toFirst(): void {
  moveTo("1", "instead");
}

/** The last event: the books as of the time of that event, not of today. */
export function toLast(): void {
  const { head } = moment.peek() ?? {};
  if (head !== undefined) moveTo(String(head), "instead");
}

/** A day that is not before the first event. */
function moveWithin(day: string): void {
  const begins = moment.peek()?.log_begins_ms ?? 0;
  if (day < dayIn(begins, zone.peek())) toFirst();
  else moveTo(dayOrNow(day), "instead");
}
