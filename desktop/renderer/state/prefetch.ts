/**
 * Answers that are asked for before their screen is there, so that it is drawn once and whole: when somebody goes to it,
 * or seems to want to. They hold as long as the data stays as it is.
 */
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Answers } from "../../contract/contract.ts";
import { call } from "./bridge.ts";

/** Answers that are kept: an invoice's, those of its neighbours, and of a few rows that were pointed at. */
const MAX_KEPT = 16;

interface Kept {
  /** Resolves when it is here, or is not to be had. */
  came: Promise<void>;
  /** Undefined: it is on its way. */
  value: unknown;
}

const kept = new Map<string, Kept>();

/** Asks, if nobody has yet. @returns null if the answer is here; else resolves when it is, or has failed */
function ask<Name extends CallName>(name: Name, argument: Argument<Name>): Promise<void> | null {
  const question = JSON.stringify([name, argument]);
  const known = kept.get(question);
  if (known) return known.value === undefined ? known.came : null;
  const asked: Kept = { came: Promise.resolve(), value: undefined };
  asked.came = call(name, argument).then(
    (value) => {
      asked.value = value;
    },
    // Its screen asks again, and says what is wrong.
    () => void (kept.get(question) === asked && kept.delete(question)),
  );
  kept.set(question, asked);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
  return asked.came;
}

/** The answer, if it was asked for and is here. */
export function answerAhead<Name extends CallName>(name: Name, argument: Argument<Name>): Answers[Name] | undefined {
  return kept.get(JSON.stringify([name, argument]))?.value as Answers[Name] | undefined;
}

/** There is other data, or somebody else's. */
export function forgetAhead(): void {
  kept.clear();
}

/**
 * Asks what the screen of an address will ask.
 *
 * @param address such as `/invoices/12`
 * @returns null if there is nothing to wait for; else resolves when all of it is here, or has failed
 */
export function askFor(address: string): Promise<unknown> | null {
  const [, digits] = /^\/invoices\/(\d{1,15})$/.exec(address) ?? [];
  if (digits === undefined) return null;
  const id = Number(digits);
  const waiting = [ask("getInvoice", { id }), ask("getInvoiceHistory", { id })].filter((came) => came !== null);
  return waiting.length === 0 ? null : Promise.all(waiting);
}

/** A pointer that rests so long on a row may click on it, ms: one that only goes by asks nothing. */
const REST_MS = 40;

/** Asks for what somebody points at, goes to by keys, or begins to click on. */
export function watchIntentions(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = ({ target }: Event) => {
    const address = addressAt(target);
    if (address !== null) askFor(address);
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
