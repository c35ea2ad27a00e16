/** Reads a screen's answers as soon as the user seems to go there, so that it is drawn once, and completely. */
import { placeOf } from "./at.ts";
import { answers, questionOf } from "./use-call.ts";

/**
 * Reads the answers that a screen will show.
 *
 * @param address such as `/invoices/12?at=184203`
 * @returns null if there is nothing to wait for, else a promise that resolves when every read has ended, well or not
 */
export function prefetchScreen(address: string): Promise<unknown> | null {
  const { path, at } = placeOf(address);
  const [, digits] = /^\/invoices\/(\d{1,15})$/.exec(path) ?? [];
  if (digits === undefined) return null;
  const id = Number(digits);
  const questions = [questionOf("getInvoice", { id }, at), questionOf("getInvoiceHistory", { id }, at)];
  const reads = questions.map((question) => answers.prefetch(question)).filter((read) => read !== null);
  return reads.length === 0 ? null : Promise.all(reads);
}

/** A pointer that rests on a row this long may be about to click, ms. One that only passes causes no read. */
const REST_MS = 40;

/** Prefetches the screen of whatever the user points at, moves to by keyboard, or begins to click on. */
export function watchIntentions(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const prefetch = ({ target }: Event) => {
    const address = addressAt(target);
    if (address !== null) void prefetchScreen(address);
  };
  document.addEventListener("pointerover", (event) => {
    clearTimeout(timer);
    timer = setTimeout(prefetch, REST_MS, event);
  });
  for (const type of ["pointerdown", "keyup", "focusin"]) document.addEventListener(type, prefetch);
}

/** The address that a click, or Enter, would open; null: none. */
function addressAt(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  const active = target.getAttribute("aria-activedescendant");
  const row = active === null ? target : document.getElementById(active);
  const link = row?.closest("a[href]") ?? row?.closest("[role=row], tr")?.querySelector("a[href]");
  const href = link?.getAttribute("href");
  return href?.startsWith("#/") ? href.slice(1) : null;
}
