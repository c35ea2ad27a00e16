/** What a screen will ask is asked ahead when somebody goes to it, or seems to want to: then it is drawn once, and whole. */
import { answers, questionOf } from "./use-call.ts";

/**
 * Asks what the screen of an address will ask.
 *
 * @param address such as `/invoices/12`
 * @returns null if there is nothing to wait for; else resolves when all of it is here, or has failed
 */
export function prefetchScreen(address: string): Promise<unknown> | null {
  const [, digits] = /^\/invoices\/(\d{1,15})$/.exec(address) ?? [];
  if (digits === undefined) return null;
  const id = Number(digits);
  const questions = [questionOf("getInvoice", { id }), questionOf("getInvoiceHistory", { id })];
  const waiting = questions.map((question) => answers.prefetch(question)).filter((read) => read !== null);
  return waiting.length === 0 ? null : Promise.all(waiting);
}

/** A pointer that rests so long on a row may click on it, ms: one that only goes by asks nothing. */
const REST_MS = 40;

/** Asks for what somebody points at, goes to by keys, or begins to click on. */
export function watchIntentions(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = ({ target }: Event) => {
    const address = addressAt(target);
    if (address !== null) void prefetchScreen(address);
  };
  document.addEventListener("pointerover", (event) => {
    clearTimeout(timer);
    timer = setTimeout(look, REST_MS, event);
  });
  for (const type of ["pointerdown", "keyup", "focusin"]) document.addEventListener(type, look);
}

/** Where a click, or Enter, would go. */
function addressAt(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  const active = target.getAttribute("aria-activedescendant");
  const place = active === null ? target : document.getElementById(active);
  const link = place?.closest("a[href]") ?? place?.closest("[role=row], tr")?.querySelector("a[href]");
  const href = link?.getAttribute("href");
  return href?.startsWith("#/") ? href.slice(1) : null;
}
