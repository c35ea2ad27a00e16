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
  return addressAt(place.path, namesMoment(to) ? place.at : momentNow());
}

/** Navigates immediately: the browser's own event would come a frame later. */
export function go(to: string): void {
  location.hash = keepingMoment(to);
  follow();
}

function follow(): void {
  endGlide();
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
 * @param how `step`: "back" returns to the moment before; `instead`: "back" skips the moment before
 */
export function moveTo(moment: string | null, how: "step" | "instead" = "step"): void {
  if (moment === momentNow()) return;
  const to = addressAt(placeInBar().path, moment);
  const naming = moment === null ? `${to}${to.includes("?") ? "&" : "?"}at=` : to;
  // Into the past and out of it is always a step.
  if (how === "instead" && momentNow() !== null && moment !== null) goInstead(naming);
  else go(naming);
}

/** A moment on display that is not in the address yet. */
let gliding: { to: string | null; timer: number } | null = null;
/** True until the first address of a movement, which "back" returns from. */
let isNewGlide = false;
/** How long a movement rests before the address follows, ms. Browsers refuse more than a few addresses a second. */
const ADDRESS_MS = 300;

/** The moment that the user sees, or is about to see. */
function momentNow(): string | null {
  return gliding === null ? placeInBar().at : gliding.to;
}

/** Begins a movement, such as a drag: "back" returns to where it began. */
export function beginGlide(): void {
  flushGlide();
  isNewGlide = true;
}

/** Shows the same screen at another moment at once, while the user moves through time; the address follows. */
export function glideTo(moment: string | null): void {
  if (moment === momentNow()) return;
  turns++; // a screen that is still being read would bring another moment
  clearTimeout(gliding?.timer);
  gliding = { to: moment, timer: window.setTimeout(flushGlide, ADDRESS_MS) };
  batch(() => {
    at.value = moment;
    path.value = placeInBar().path;
  });
}

/** Writes the moment on display into the address. */
export function flushGlide(): void {
  if (gliding === null) return;
  const { to } = gliding;
  endGlide();
  const address = `#${addressAt(placeInBar().path, to)}`;
  if (isNewGlide) history.pushState(null, "", address);
  else history.replaceState(history.state, "", address);
  isNewGlide = false;
}

function endGlide(): void {
  clearTimeout(gliding?.timer);
  gliding = null;
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
