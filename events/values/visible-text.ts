/**
 * What people can see of a text. Two texts that look alike must be alike: `Ltd` with a hidden character would be a second
 * client of the same name, and a text that changes its own direction can show another number than it holds.
 */

// White space, characters without a shape, and the blanks among letters and symbols (Hangul fillers, an empty Braille cell).
const BLANK = /[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u;
const ONLY_BLANKS = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]*$/u;

/**
 * Characters without a shape, and those that change the direction of what follows. Not among them: the marks U+200E, U+200F
 * and U+061C, which names in Arabic and Hebrew need; U+200C and U+200D, which join letters and emoji (see below); and
 * variation selectors, which belong to the character before them.
 */
const HIDDEN =
  /\u034f|[\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
/** Variation selectors for ideographs are in the last of these ranges. */
const IDEOGRAPH_SELECTOR = /[\u{e0100}-\u{e01ef}]/gu;
/** A joiner that joins nothing: at an end, or beside a blank, a Latin letter, a digit or a sign of ASCII. */
const LOOSE_JOINER =
  /(?:^|[\s\p{Script=Latin}\u0021-\u007e\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?:$|[\s\p{Script=Latin}\u0021-\u007e])/u;

/** True if nothing of the text can be seen. */
export function isBlank(text: string): boolean {
  return ONLY_BLANKS.test(text);
}

/** The first hidden character of a text, such as `U+202E`; null if there is none. */
export function hiddenCharacter(text: string): string | null {
  if (!BLANK.test(text)) return null; // the usual case, in one pass
  const plain = text.replace(IDEOGRAPH_SELECTOR, "");
  const hidden = HIDDEN.exec(plain)?.[0] ?? /[\u200c\u200d]/u.exec(LOOSE_JOINER.exec(plain)?.[0] ?? "")?.[0];
  const point = hidden?.codePointAt(0);
  return point === undefined ? null : `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}
