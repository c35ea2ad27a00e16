/** Sequences in arguments. What a command prints, such as `1,234`, can be typed back. */
import type { Sequence } from "../../events/sequence.ts";

/** @returns null if the text is not a whole number from 0, of plain digits or grouped by thousands */
export function parseSequence(text: string): Sequence | null {
  if (!/^(?:\d{1,16}|\d{1,3}(?:,\d{3}){1,5})$/.test(text)) return null;
  const seq = Number(text.replaceAll(",", ""));
  return Number.isSafeInteger(seq) ? seq : null;
}
