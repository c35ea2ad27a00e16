/** The current screen and its moment: the part of the address after `#` names both. */
import { batch, signal } from "@preact/signals";
import { addressAt, at, namesMoment, placeOf } from "./at.ts";
import { prefetchScreen } from "./prefetch.ts";
import { status } from "./state.ts";

/** The screen on display, such as `/invoices/12`, without its moment. */
export const path = signal(placeInBar().path);
at.value = placeInBar().at;

/** The address in the address bar. For a moment after a click, the previous screen is still on display. */
function addressInBar(): string {
  return location.hash.slice(1) || "/";
}

function placeInBar() {
  return placeOf(addressInBar());
}

/** The address with the current moment, unless it names one itself: `?at=` is now. */
function keepingMoment(to: string): string {
  const place = placeOf(to);
  return addressAt(place.path, namesMoment(to) ? place.at : placeInBar().at);
}

/** Navigates immediately: the browser's own event would come a frame later. */
export function go(to: string): void {
  location.hash = keepingMoment(to);
  follow();
}

function follow(): void {
  show(addressInBar());
}

/** Replaces the current address, so that "back" does not step through every typed letter. */
export function goInstead(to: string): void {
  history.replaceState(history.state, "", `#${keepingMoment(to)}`);
  follow();
}

/**
 * Changes the words, such as a filter, in the current screen's address. Does nothing if the user has already navigated
 * to another screen: the last typed letters came too late.
 */
export function reword(to: string): void {
  if (placeInBar().path === path.value && to !== path.value) goInstead(to);
}

/**
 * Shows the same screen at another moment.
 *
 * @param moment null: now
 * @param how `step`: "back" returns to the moment before; `instead`: "back" skips this one, as while a bar is dragged
 */
export function moveTo(moment: string | null, how: "step" | "instead" = "step"): void {
  const { path: to, at: before } = placeInBar();
  if (moment === before) return;
  // Into the past and out of it is always a step.
  if (how === "instead" && before !== null && moment !== null) goInstead(addressAt(to, moment));
  else go(moment === null ? `${to}${to.includes("?") ? "&" : "?"}at=` : addressAt(to, moment));
}

/** How long the previous screen stays, at most, while the next one's answers are being read, ms. */
const HOLD_MS = 100;
let turns = 0;

/** Most answers arrive within a few milliseconds. Waiting for them draws the next screen once, instead of empty first. */
function show(to: string): void {
  const turn = ++turns;
  const place = placeOf(to);
  const display = () => {
    if (turn !== turns) return;
    batch(() => {
      at.value = place.at;
      path.value = place.path;
    });
  };
  const ready = status.value?.initialized ? prefetchScreen(to) : null;
  if (ready === null) display();
  else {
    void ready.then(display);
    setTimeout(display, HOLD_MS);
  }
}

/** From now on, links and the address bar open screens. */
export function followLinks(): void {
  window.addEventListener("hashchange", follow);
  document.addEventListener("click", followLink);
}

/** Handles a plain click on a link to a screen. The browser handles all others, such as a click that opens a window. */
function followLink(event: MouseEvent): void {
  const { target, button, defaultPrevented, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (defaultPrevented || button !== 0 || altKey || ctrlKey || metaKey || shiftKey) return;
  const href = target instanceof Element ? target.closest("a[href]")?.getAttribute("href") : null;
  if (!href?.startsWith("#/")) return;
  event.preventDefault();
  go(href.slice(1));
}
