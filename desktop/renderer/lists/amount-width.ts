/**
 * How wide the columns of amounts of a list are: as wide as its longest amount so far. Each row is a grid of its own, so
 * the browser cannot find that out, and measuring cells would cost a layout with each scroll.
 */
import { type Signal, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

/** Width of a character, rem: digits are narrower, and so a currency's letters have room. */
const CHARACTER_REM = 0.59;

const longest = new Map<string, Signal<number>>();

function lengthIn(list: string): Signal<number> {
  const known = longest.get(list) ?? signal(0);
  longest.set(list, known);
  return known;
}

/** A row of the list shows these amounts. */
export function useAmounts(list: string, ...texts: readonly string[]): void {
  const length = Math.max(...texts.map((text) => text.length));
  useLayoutEffect(() => {
    const known = lengthIn(list);
    if (length > known.value) known.value = length;
  }, [length]);
}

/** The style of the list: `--amount` is the width of a column of amounts. A component that reads it renders again when it grows. */
export function amountStyle(list: string): Record<string, string> {
  return { "--amount": `${(lengthIn(list).value * CHARACTER_REM).toFixed(2)}rem` };
}
