/** Moves through time no faster than the screens follow: the next moment waits for the answers of the one before. */
import { at } from "../state/at.ts";
import { readsUnderWay } from "../state/bridge.ts";
import { beginGlide, flushGlide, glideTo } from "../state/navigation.ts";

/** A moment waits for answers this long, at most: something that never answers must not stop the bar, ms. */
const PATIENCE_MS = 400;

let wanted: { at: string | null } | null = null;
/** The moment that this brought about last. */
let shown: string | null = null;
let frame = 0;
let movedAtMs = 0;

/** Call when a movement begins, such as a drag: "back" returns to where it was. */
export function beginSteering(): void {
  shown = at.peek();
  beginGlide();
}

/** False once something else has moved: a step, a link, or "back". */
export function isSteering(): boolean {
  return at.peek() === shown;
}

/** Shows a moment as soon as the screens have followed to the last one. Only the latest call counts. */
export function steerTo(at: string | null): void {
  wanted = { at };
  if (frame === 0) next();
}

function next(): void {
  frame = 0;
  if (wanted === null) return;
  if (readsUnderWay.peek() > 0 && performance.now() - movedAtMs < PATIENCE_MS) {
    frame = requestAnimationFrame(next);
    return;
  }
  shown = wanted.at;
  wanted = null;
  movedAtMs = performance.now();
  glideTo(shown);
}

/** Call when the movement ends: the last moment is shown, and the address has it. */
export function endSteering(): void {
  cancelAnimationFrame(frame);
  frame = 0;
  if (wanted !== null && isSteering()) glideTo(wanted.at);
  wanted = null;
  flushGlide();
}
