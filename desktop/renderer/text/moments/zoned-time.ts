/** Days and times of a clock in a time zone. */

/** YYYY-MM-DD */
export function dayIn(atMs: number, timeZone: string): string {
  return new Date(clockParts(atMs, timeZone)).toISOString().slice(0, 10);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock in the time zone shows, as if it showed UTC: ms since 1970, to the second. */
export function clockParts(atMs: number, timeZone: string): number {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat("en-u-hc-h23", { ...CLOCK, timeZone });
  clocks.set(timeZone, clock);
  const parts = Object.fromEntries(clock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts as Record<string, number>;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const CLOCK = {
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;

/**
 * The time at which a clock in a time zone shows a day and a time. If the clock shows it twice, the later one: more is
 * recorded by then. If it never does, the time that it would be without the change.
 *
 * @param clock `14:05:59`
 * @returns ms since 1970 UTC
 */
export function zonedTime(day: string, clock: string, zone: string): number {
  const asUtc = Date.parse(`${day}T${clock}Z`);
  const offsets = [asUtc - 86_400_000, asUtc + 86_400_000].map((near) => offsetAt(near, zone));
  const times = offsets.map((offset) => asUtc - offset);
  const exact = times.filter((time) => time + offsetAt(time, zone) === asUtc);
  return Math.max(...(exact.length > 0 ? exact : times.slice(0, 1)));
}

/** How far the clock is ahead of UTC, ms. */
function offsetAt(atMs: number, zone: string): number {
  const whole = Math.floor(atMs / 1000) * 1000;
  return clockParts(whole, zone) - whole;
}
