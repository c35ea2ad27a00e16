/**
 * Texts as people compare them when they search and sort: without case, accents, width or ligatures. `Straße` and
 * `STRASSE` fold to one text, and so do `Łódź` and `lodz`.
 */

/** Letters with a stroke or a form of their own, which Unicode does not decompose. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
  ŋ: "n",
  ŧ: "t",
  ƀ: "b",
  ɨ: "i",
  ƶ: "z",
  ς: "σ",
  ґ: "г",
  // Arabic and Persian keyboards have different letters for one sound, and some letters are written without their dots.
  ٱ: "ا",
  ى: "ي",
  ی: "ي",
  ک: "ك",
  ة: "ه",
  ہ: "ه",
  ھ: "ه",
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");

/**
 * Accents, the points of Hebrew and Arabic, which are written or left out at will, and selectors of a variant of a letter.
 * Marks of other scripts are vowels or make another letter: they stay.
 */
const ACCENT =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: a class of marks; none of them combines with the one before it
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const ASCII = /^[\0-\x7f]*$/;

/** Folds a text. Folding a folded text changes nothing. The result has no length limit: `ﷺ` becomes 18 letters. */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(ACCENT, "")
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .normalize("NFC");
}

const LONG: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ø: "oe", ü: "ue", å: "aa" };
const UMLAUT = /[äöøüå]/giu;

/** The text with `ae` for ä, `oe` for ö and ø, `ue` for ü, `aa` for å, as people write who lack these keys. */
export function spellOut(text: string): string {
  return text.normalize("NFC").replace(UMLAUT, (letter) => LONG[letter.toLowerCase()] ?? letter);
}
