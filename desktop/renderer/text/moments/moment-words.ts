/** Moments in words, and in the names of files. */
import { at } from "../../state/at.ts";
import { isMomentKnown, moment } from "../../state/moment.ts";
import { clockTime, count, longDay } from "../format.ts";
import { dayIn } from "./zoned-time.ts";

interface Moment {
  seq: number;
  /** Ms since 1970 UTC. */
  at_ms: number;
  time_zone: string;
}

/** `30 June 2010, 23:59` in the time zone of the organization, with UTC where the two differ. */
export function momentTime({ at_ms, time_zone }: Omit<Moment, "seq">, locale: string): string {
  const there = inZone(at_ms, time_zone, locale);
  const utc = inZone(at_ms, "UTC", locale);
  if (there === utc) return `${there} UTC`;
  const [utcDay, utcTime] = [dayIn(at_ms, "UTC"), clockTime(at_ms, "UTC", locale)];
  const isSameDay = utcDay === dayIn(at_ms, time_zone);
  return `${there} (${isSameDay ? utcTime : utc} UTC)`;
}

/** `event 184,203` */
export function eventName(seq: number, locale: string): string {
  return `event ${count(seq, locale)}`;
}

/** `30 June 2010, 23:59 UTC, event 184,203` */
export function momentWords(moment: Moment, locale: string): string {
  return `${momentTime(moment, locale)}, ${eventName(moment.seq, locale)}`;
}

/** The moment on display in the name of a file, such as `as-of-2010-06-30-event-184203`; null: now. */
export function fileMoment(): string | null {
  if (at.value === null) return null;
  const known = isMomentKnown.value ? moment.value : null;
  if (known === null) return `as-of-${at.value.replaceAll(/[^\w-]+/g, "-")}`;
  return `as-of-${dayIn(known.at_ms, known.time_zone)}-event-${known.seq}`;
}

function inZone(atMs: number, timeZone: string, locale: string): string {
  return `${longDay(dayIn(atMs, timeZone), locale)}, ${clockTime(atMs, timeZone, locale)}`;
}
