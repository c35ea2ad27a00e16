/**
 * What a screen offers. An action that the state makes meaningless is absent; one that a rule refuses now is shown with
 * the reason. The checks are those of the deciders.
 */
import { refusalOf } from "../../../events/business/state-rules.ts";
import { inWords } from "./refusal-words.ts";

/** Null: not offered. Otherwise `reason` says why it cannot be done now, or is null if it can. */
export type Offer = { reason: string | null } | null;

/** True if the check throws no refusal. */
export function passes(check: () => unknown): boolean {
  return refusalOf(() => void check()) === null;
}

/** The offer of an action that makes sense if `is`, with the first refusal of its checks as the reason. */
export function offerIf(is: boolean, checks: readonly (() => unknown)[], locale: string): Offer {
  return is ? { reason: reasonOf(checks, locale) } : null;
}

function reasonOf(checks: readonly (() => unknown)[], locale: string): string | null {
  for (const check of checks) {
    const refusal = refusalOf(() => void check());
    if (refusal === null) continue;
    const { rule: code, message, values } = refusal;
    return sentence(inWords({ code, message, values }, locale).message);
  }
  return null;
}

function sentence(message: string): string {
  const text = message.replace(/^./u, (letter) => letter.toUpperCase());
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
