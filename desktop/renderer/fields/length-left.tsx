/** How many characters a text can still have, shown near its limit only. */
import type { ComponentChild } from "preact";
import { locale } from "../state/state.ts";
import { count } from "../text/format.ts";

/**
 * Shorter texts, such as codes, simply stop at their limit. In longer ones, a pasted text would be cut off without a
 * word, so they can become too long, and say so.
 */
const LONG = 100;

interface LengthProps {
  value: string;
  max: number | undefined;
}

/** The attribute of the input: only a short text stops at its limit. */
export function lengthAttribute(max: number | undefined): { maxLength?: number } {
  return max !== undefined && max < LONG ? { maxLength: max } : {};
}

export function LengthLeft({ value, max }: LengthProps): ComponentChild {
  if (max === undefined || max < LONG || value.length < max * 0.9) return null;
  // The limit counts characters, not UTF-16 units: an emoji is one.
  const left = max - [...value].length;
  const text = `${count(Math.abs(left), locale.value)} ${Math.abs(left) === 1 ? "character" : "characters"}`;
  return (
    <p class={left < 0 ? "field-error" : "detail"} role="status">
      {left < 0 ? `${text} too many` : `${text} left`}
    </p>
  );
}
