/** Words that are wider than the room that they have. */
import { advanceOf } from "./advances.ts";

const BREAK = "\u200b";
/** Where long words are best parted: after these. */
const JOINT = /[-./_@:,;+&#=?]/;
/** Scripts that may be parted between any two letters. */
const FREELY_PARTED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** A part of a long word, in em. */
const PART_EM = 3;
/** No unit of UTF-16 is wider. */
const WIDEST_EM = 1.1;

/**
 * Lets words be parted that are wider than `em` (the font's size is one em), by spaces without width. Nothing is added to
 * other texts, so that what is copied from a page is what was written.
 */
export function breakable(text: string, em: number): string {
  if (text.length * WIDEST_EM <= em) return text;
  return text.replaceAll(/\S+/gu, (word) => (unpartedWidth(word) > em ? parted(word) : word));
}

/** The width of the longest part that no line may end in. */
function unpartedWidth(word: string): number {
  return Math.max(...word.split(FREELY_PARTED).map(widthOf));
}

function parted(word: string): string {
  let result = "";
  let width = 0;
  for (const character of word) {
    const isMark = /\p{M}/u.test(character);
    if (width >= PART_EM && !isMark) {
      result += BREAK;
      width = 0;
    }
    result += character;
    width = JOINT.test(character) ? PART_EM : width + widthOf(character);
  }
  return result;
}

/** The most that a text is wide, in em. */
export function widthOf(text: string): number {
  let em = 0;
  for (const character of text) em += widthOfCharacter(character);
  return em;
}

function widthOfCharacter(character: string): number {
  const regular = advanceOf(character, 400);
  if (regular !== undefined) return Math.max(regular, advanceOf(character, 600) ?? 0);
  if (/\p{M}/u.test(character)) return 0;
  return FREELY_PARTED.test(character) ? 1 : WIDEST_EM;
}
