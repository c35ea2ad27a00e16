/**
 * When two texts that must be unique (codes, references, numbers, names of series) are the same to people. They are if they
 * differ only in case, accents or width (`foldText`), in blanks or characters that cannot be seen, in the kind of a dash
 * or quotation mark, or in letters of several scripts that look alike: `AB-1`, `ab–1`, `A B-1` and a Cyrillic `АВ-1`.
 *
 * Characters of ASCII stay different from each other: `B0` and `BO`, `I1` and `l1` are codes that exist side by side. The
 * skeleton of Unicode (UTS #39), and libraries such as `unhomoglyph`, make one text of each pair.
 */
import { foldText } from "./fold-text.ts";

/**
 * For each script, its capital letters that look like a Latin capital, and those capitals: from Unicode's `confusables.txt`,
 * version 13. No two letters of one script become the same, except the two strokes at the end of the Cyrillic ones. Letters
 * are compared as capitals, because a small Cyrillic `н` is the letter that looks like an `H`.
 */
const LOOK_ALIKES: readonly (readonly [letters: string, latin: string])[] = [
  ["ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧϜ", "JABEZHIKMNOPTYXF"],
  ["ЅІЈАВЕКМНОРСТУХѴԌԜӀ", "SIJABEKMHOPCTYXVGWI"],
  ["ՍՏՕ", "USO"],
  ["ⲎⲒⲔⲘⲚⲞⲢⲤⲦⲨⲬⳐ", "HIKMNOPCTYXL"],
  ["ᎠᎡᎢᎩᎪᎫᎬᎳᎷᎻᏀᏃᏕᏙᏞᏟᏢᏦᏴ", "DRTYAJEWMHGZSVLCPKB"],
  ["ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEIOU"],
  // Small capitals and phonetic letters.
  ["ʏᴄᴏᴜᴠᴡᴢꜱƦꞮⱭꞬ", "YCOUVWZSRIAG"],
];

/** Signs that look like one of ASCII. Dashes are in `DASH`. */
const SIGNS: readonly (readonly [signs: string, ascii: string])[] = [
  ["‘’‚‛′‵ʹʻʼʽˈ՚׳", "'"],
  ["“”„‟″‶״", '"'],
  ["⁄∕⧸", "/"],
  ["∖⧵", "\\"],
  ["∶ː׃", ":"],
  ["∗⁎", "*"],
  ["∼", "~"],
  ["•‧∙⋅", "·"],
];

const LATIN = new Map<string, string>();
for (const [letters, latin] of LOOK_ALIKES)
  for (const [n, letter] of [...letters].entries()) LATIN.set(letter, latin[n] ?? letter);
for (const [signs, ascii] of SIGNS) for (const sign of signs) LATIN.set(sign, ascii);
const LOOK_ALIKE = new RegExp(`[${[...LATIN.keys()].join("")}]`, "gu");

const DASH = /[\p{Pd}\u2043\u2212\u02d7\u2796]/gu;
/** What cannot be seen: white space, characters without a shape, an empty Braille cell. */
const UNSEEN = /[\s\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu;
const DIGIT = /\p{Nd}/u;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu;
const PLAIN = /^[!-~]*$/;

/**
 * The text that all texts share that are the same to people. Most codes are their own key, because keys are in capitals. The
 * key of a key is itself.
 */
export function uniqueKey(text: string): string {
  if (PLAIN.test(text)) return text.toUpperCase();
  // Blanks go first, because the characters beside them could combine: some appear only when a character is decomposed.
  const visible = text.normalize("NFKD").replace(UNSEEN, "");
  const key = foldText(visible)
    .toUpperCase()
    .replace(LOOK_ALIKE, (letter) => LATIN.get(letter) ?? letter)
    .replace(DASH, "-")
    .replace(OTHER_DIGIT, digitOf)
    .normalize("NFC");
  return key === "" ? visible.normalize("NFC") : key; // a text of accents only
}

/** The key of a text; null if the text is its own key, as most codes and numbers are. */
export function separateKey(text: string): string | null {
  const key = uniqueKey(text);
  return key === text ? null : key;
}

/** The ASCII digit of a decimal digit of any script. The digits of a script follow each other, from zero. */
function digitOf(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (DIGIT.test(String.fromCodePoint(point - value - 1))) value++;
  return String(value % 10);
}
