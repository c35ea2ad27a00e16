/** Plays the history: the moment moves on by itself, until it is now. */
import { signal } from "@preact/signals";
import { at } from "../state/at.ts";
import { moment } from "../state/moment.ts";
import { bookZone } from "../text/moments/book-time.ts";
import { shownMs } from "./bar-state.ts";
import { momentAtPlace, placeAt, spanOf } from "./scale.ts";
import { beginSteering, endSteering, isSteering, steerTo } from "./steer.ts";

const DAY_MS = 86_400_000;

/** How much of the history passes in a second. */
export const SPEEDS = [
  { name: "1 day/s", ms: DAY_MS },
  { name: "1 week/s", ms: 7 * DAY_MS },
  { name: "1 month/s", ms: 30.44 * DAY_MS },
  { name: "1 year/s", ms: 365.25 * DAY_MS },
] as const;

export const speed = signal(2);
export const isPlaying = signal(false);

/** The shortest time between two moments, ms: what is drawn must be seen. */
const STEP_MS = 90;
/** The resolution of the moments, as that of a bar of this width. */
const WIDTH = 20_000;

let timer = 0;

/** Begins at the moment on display; from now, at the first event. @param width of the bar, CSS pixels */
export function play(): void {
  const known = moment.peek();
  if (isPlaying.peek() || known === null) return;
  isPlaying.value = true;
  const span = spanOf(known.log_begins_ms, Date.now());
  let atMs = at.peek() === null ? span.from : (shownMs.peek() ?? span.from);
  let lastMs = performance.now();
  beginSteering();
  timer = window.setInterval(() => {
    if (!isSteering()) return stop();
    const now = performance.now();
    atMs += ((now - lastMs) / 1000) * (SPEEDS[speed.peek()]?.ms ?? DAY_MS);
    lastMs = now;
    const next =
      atMs >= span.to ? null : momentAtPlace(span, placeAt(span, atMs), { width: WIDTH, zone: bookZone.peek() });
    steerTo(next);
    if (next === null) stop();
  }, STEP_MS);
}

export function stop(): void {
  if (!isPlaying.peek()) return;
  clearInterval(timer);
  isPlaying.value = false;
  endSteering();
}
