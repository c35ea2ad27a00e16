/** Typed numbers without what does not change their meaning: widths, scripts of digits, kinds of spaces and dashes. */

const ASCII = /^[ -~]*$/;
const DIGIT = /\p{Nd}/u;

/** Characters that stand for one of ASCII. Full-width forms are computed. */
const SAME: Readonly<Record<string, string>> = {
  ...Object.fromEntries([..."−–—‐‑‒﹣"].map((dash) => [dash, "-"])),
  ...Object.fromEntries([..."‘’ʼ′´`"].map((apostrophe) => [apostrophe, "'"])),
  "٪": "%",
  "﹪": "%",
  "。": ".",
  "、": ",",
};

/**
 * The text in ASCII where it can be: digits of every script, full-width forms, all spaces as one space, dashes as `-`,
 * apostrophes as `'`. Invisible characters, such as those that set the direction of writing, are removed.
 *
 * @param own further digits
 * @returns null if the digits are of two scripts, where ৪ is easily taken for 8, or if the text has several lines
 */
export function plainText(text: string, own?: ReadonlyMap<string, string>): string | null {
  const trimmed = text.trim();
  if (ASCII.test(trimmed)) return trimmed.replace(/ {2,}/g, " ");
  let plain = "";
  let script: number | null = null;
  for (const character of trimmed) {
    const point = character.codePointAt(0) ?? 0;
    const wide = point >= 0xff01 && point <= 0xff5e ? String.fromCodePoint(point - 0xfee0) : character;
    const digit = own?.get(wide) ?? digitOf(wide);
    if (digit !== null) {
      const zero = own?.has(wide) ? -1 : (wide.codePointAt(0) ?? 0) - Number(digit);
      if (script !== null && script !== zero) return null;
      script = zero;
      plain += digit;
    } else if (/[\n\r\v\f\u0085\u2028\u2029]/.test(wide)) return null;
    else if (/\s/.test(wide)) plain += " ";
    else if (!/\p{Cf}/u.test(wide)) plain += SAME[wide] ?? wide;
  }
  return plain.trim().replace(/ {2,}/g, " ");
}

/** In Unicode, digits follow each other from 0 to 9, and the sets of some scripts follow each other. */
function digitOf(character: string): string | null {
  if (/^[ -~]$/.test(character)) return /\d/.test(character) ? character : null;
  if (!DIGIT.test(character)) return null;
  const point = character.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}
