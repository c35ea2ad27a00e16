/** What the parts of the time bar share: where it stands, and the steps from there. */
import { computed, effect } from "@preact/signals";
import { at } from "../state/at.ts";
import { isMomentKnown, type MomentAnswer, moment, momentFailure } from "../state/moment.ts";
import { moveTo } from "../state/navigation.ts";
import { bookZone } from "../text/moments/book-time.ts";
import { dayIn, zonedTime } from "../text/moments/zoned-time.ts";
import { dayLater, endBefore, monthEndAfter } from "./scale.ts";

/** The time of the moment on display, as far as its text says it: the bar must not wait for an answer. Null: now. */
export const shownMs = computed<number | null>(() => {
  const text = at.value;
  if (text === null) return null;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return zonedTime(text, "23:59:59", bookZone.value) + 999;
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? (moment.value?.at_ms ?? null) : time;
});

/** The day of the moment on display, or today, in the organization's time zone. YYYY-MM-DD */
export const shownDay = computed(() => dayIn(shownMs.value ?? Date.now(), bookZone.value));

/** A day, unless it has not ended yet: then now. */
export function dayOrNow(day: string): string | null {
  return day >= dayIn(Date.now(), bookZone.peek()) ? null : day;
}

/** Moves to the event before or after the moment. After the last one is now. Quick presses are steps from each other. */
export function stepEvent(by: 1 | -1): void {
  const [, digits] = /^(?:event:)?(\d+)$/.exec(at.peek() ?? "") ?? [];
  if (digits !== undefined) toEvent(Number(digits) + by);
  else
    whenKnown(({ seq, head }) => {
      // Now already has the last event.
      if (at.peek() !== null) toEvent(seq + by);
      else if (by === -1) toEvent(head - 1);
    });
}

function toEvent(seq: number): void {
  const { head } = moment.peek() ?? {};
  if (seq >= 1 && head !== undefined) moveTo(seq > head ? null : String(seq), "instead");
}

export function stepDay(by: 1 | -1): void {
  whenKnown(() => moveWithin(dayLater(shownDay.peek(), by)));
}

export function stepMonth(by: 1 | -1): void {
  whenKnown(() => {
    const day = shownDay.peek();
    moveWithin(by === 1 ? monthEndAfter(day) : endBefore(day, "month"));
  });
}

/** Calls back now, or as soon as it is known what the moment of the address is. */
function whenKnown(run: (known: MomentAnswer) => void): void {
  const dispose = effect(() => {
    const known = moment.value;
    if (momentFailure.value === null && !isMomentKnown.value) return;
    queueMicrotask(() => {
      dispose();
      run(known ?? NOTHING_KNOWN);
    });
  });
}

/** Where the address names no moment that there is. */
const NOTHING_KNOWN = { seq: 0, head: 0 } as MomentAnswer;

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
  if (day < dayIn(begins, bookZone.peek())) toFirst();
  else moveTo(dayOrNow(day), "instead");
}
