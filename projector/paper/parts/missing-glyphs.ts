/** Characters that no font of the paper can show. This file reads no font: forms use it too. */
import { GLYPH_RANGES } from "./glyph-ranges.ts";

/** What is never seen: it needs no glyph. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
/** A character with the marks that belong to it: one font must have all of it. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;

/** Control characters, except the end of a line. */
const CONTROL = /(?!\n)\p{Cc}/gu;

/** Ranges of one font: first and last code points in turn. */
type Ranges = Uint32Array;

let fonts: readonly Ranges[] | undefined;

/** What a paper shows in place of characters that it cannot show: U+FFFD. */
export const REPLACEMENT = "\ufffd";

/** The characters of a text (with their marks) that papers cannot show, each once, in the order of the text. */
export function missingGlyphs(text: string): string[] {
  const missing = new Set<string>();
  for (const cluster of clustersOf(text)) if (!isShown(cluster)) missing.add(cluster);
  return [...missing];
}

/** The text as a paper can show it: control characters are blanks, and what has no glyph is a replacement character. */
export function withoutMissing(text: string): string {
  if (isPlain(text)) return text;
  return text
    .replaceAll(CONTROL, " ")
    .replaceAll(CLUSTER, (cluster) => (isShown(cluster.replaceAll(UNSEEN, "")) ? cluster : REPLACEMENT));
}

function clustersOf(text: string): readonly string[] {
  return isPlain(text) ? [] : (text.replaceAll(UNSEEN, "").match(CLUSTER) ?? []);
}

/** True of the usual text, of which some font has every character. */
function isPlain(text: string): boolean {
  return /^[\n -~\u00a0-\u00ac\u00ae-\u017f]*$/.test(text);
}

function isShown(cluster: string): boolean {
  fonts ??= GLYPH_RANGES.map(parseRanges);
  return [cluster, cluster.normalize("NFC"), cluster.normalize("NFD")].some((form) => {
    const codes = [...form].map((character) => character.codePointAt(0) ?? 0);
    return fonts?.some((ranges) => codes.every((code) => has(ranges, code)));
  });
}

function has(ranges: Ranges, code: number): boolean {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[2 * middle + 1] ?? 0) < code) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ranges.length && (ranges[2 * low] ?? 0) <= code;
}

/** `3k-2 1`: each range as the distance from the end of the one before, and its length less one, in base 36. */
function parseRanges(text: string): Ranges {
  let end = 0;
  const bounds = text.split(" ").flatMap((range) => {
    const [distance = "", length = "0"] = range.split("-");
    const first = end + Number.parseInt(distance, 36);
    end = first + Number.parseInt(length, 36);
    return [first, end];
  });
  return Uint32Array.from(bounds);
}
