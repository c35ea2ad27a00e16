/** Which screen is shown: the part of the address after `#` says it. */
import { signal } from "@preact/signals";
import { prefetchScreen } from "./prefetch.ts";
import { status } from "./state.ts";

/** The address of the screen that is shown, such as `/invoices/12`. */
export const path = signal(addressed());

/** The address of the screen that was asked for: for a moment the one before is still in sight. */
function addressed(): string {
  return location.hash.slice(1) || "/";
}

/** Goes to another screen, at once: the browser's own event comes a frame later. */
export function go(to: string): void {
  location.hash = to;
  follow();
}

function follow(): void {
  show(addressed());
}

/** Puts another address in place of this one: "back" does not go through every letter that was typed. */
export function goInstead(to: string): void {
  history.replaceState(history.state, "", `#${to}`);
  follow();
}

/**
 * Puts other words, such as a filter, into the address of the screen that is shown. Nothing happens if the user is
 * already on the way to another screen: what was typed just before is too late.
 */
export function reword(to: string): void {
  if (addressed() === path.value && to !== path.value) goInstead(to);
}

/** How long the screen before stays, at most, while the answers for the next one are on their way, ms. */
const HOLD_MS = 100;
let turns = 0;

/** Most answers come within a few milliseconds: then the next screen is drawn once, and not empty first. */
function show(to: string): void {
  const turn = ++turns;
  const put = () => {
    if (turn === turns) path.value = to;
  };
  const ready = status.value?.initialized ? prefetchScreen(to) : null;
  if (ready === null) put();
  else {
    void ready.then(put);
    setTimeout(put, HOLD_MS);
  }
}

/** From now on links and the address lead to screens. */
export function followLinks(): void {
  window.addEventListener("hashchange", follow);
  document.addEventListener("click", followLink);
}

/** A plain click on a link to a screen; the browser does what any other click asks for, such as another window. */
function followLink(event: MouseEvent): void {
  const { target, button, defaultPrevented, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (defaultPrevented || button !== 0 || altKey || ctrlKey || metaKey || shiftKey) return;
  const href = target instanceof Element ? target.closest("a[href]")?.getAttribute("href") : null;
  if (!href?.startsWith("#/")) return;
  event.preventDefault();
  go(href.slice(1));
}
