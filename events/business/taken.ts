/** When a text that must be unique is taken: another thing has it, or a text that is the same to people. */
import { uniqueKey } from "../values/unique-key.ts";

/**
 * True if a thing may not take the text.
 *
 * @param texts.existing the text of another thing, with the same key
 * @param texts.before the thing's own text until now; null if it is new. A thing of an old log that already has a text with
 *   that key may keep it, or write it in another way
 */
export function isTaken(text: string, { existing, before }: { existing: string; before: string | null }): boolean {
  return text === existing || before === null || uniqueKey(before) !== uniqueKey(text);
}

/** The message of the refusal. @param who the other thing @param what its text, such as `code` */
export function takenBy(who: string, what: string, { text, existing }: { text: string; existing: string }): string {
  const similar = text === existing ? "" : `, which is too similar to ${text}`;
  return `${who} has the ${what} ${existing}${similar}`;
}
