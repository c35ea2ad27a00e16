/** Remembers in which locale stored numbers were typed. */
import { millionths } from "../text/format.ts";

/** The text to store. @param locale the one that its numbers are typed in */
export function textOfState(state: object, locale: string): string {
  return JSON.stringify({ ...state, locale });
}

/**
 * The locale that stored input was typed in, if it writes numbers differently than `locale`: `1.234` is then another
 * number. Null: the numbers mean the same, or an older release stored the text.
 */
export function foreignLocale(text: string, locale: string): string | null {
  try {
    const { locale: stored } = JSON.parse(text) as { locale?: unknown };
    if (typeof stored !== "string" || exampleIn(stored) === exampleIn(locale)) return null;
    return stored;
  } catch {
    return null; // no form's state, as in `parseState`, or no locale
  }
}

/** A number with both separators. */
export function exampleIn(locale: string): string {
  return millionths(1_234_567_500_000, locale).replace(/\s/g, " ");
}
