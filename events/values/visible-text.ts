/**
 * What people can see of a text. Two texts that look alike must be alike: `Ltd` with a hidden character would be a second
 * client of the same name, and a text that changes its own direction can show another number than it holds.
 */

// White space, characters without a shape, and the blanks among letters and symbols (Hangul fillers, an empty Braille cell).
const BLANK = /[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u;
const ONLY_BLANKS = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]*$/u;

/**
 * Characters without a shape, and those that change the direction of what follows. Not among them are those that some
 * texts need (see below): marks of direction, joiners of letters and emoji, and variation selectors.
 */
const HIDDEN =
  /\u034f|[\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
/** Names in Arabic and Hebrew need these marks. In a text without such a letter they have no effect that can be seen. */
const DIRECTION_MARK = /[\u200e\u200f\u061c]/gu;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;
/** Variation selectors belong to the character before them. Those for ideographs are in the last range of `HIDDEN`. */
const SELECTOR = /[\ufe00-\ufe0f\u180b-\u180d\u180f\u{e0100}-\u{e01ef}]/gu;
/** `1️⃣`: the only selector after a sign of ASCII. */
const KEYCAP = /[#*\d]\ufe0f\u20e3/gu;
/** A selector that selects nothing: at the start, after a blank or a sign of ASCII, or in a script that has no variants. */
const LOOSE_SELECTOR =
  /(?:^|[\s\u0021-\u007e]|(?![\u2139\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Myanmar}\p{Script=Mongolian}\p{Script=Phags_Pa}\p{Script=Manichaean}])[\p{L}\p{M}])[\ufe00-\ufe0f\u180b-\u180d\u180f\u{e0100}-\u{e01ef}]/u;
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
  const plain = text.replace(SELECTOR, "");
  const hidden =
    HIDDEN.exec(plain)?.[0] ??
    LOOSE_JOINER.exec(plain)?.[0].match(/[\u200c\u200d]/u)?.[0] ??
    LOOSE_SELECTOR.exec(text.replace(KEYCAP, ""))?.[0].match(SELECTOR)?.[0] ??
    uselessMark(text);
  return hidden === undefined ? null : codeOf(hidden);
}

/** The first mark of direction in a text that has nothing to direct. */
function uselessMark(text: string): string | undefined {
  const mark = text.match(DIRECTION_MARK)?.[0];
  return mark !== undefined && !RIGHT_TO_LEFT.test(text.replace(DIRECTION_MARK, "")) ? mark : undefined;
}

/** The first character of an address that cannot be seen; null if there is none. Unlike a name, an address needs none. */
export function hiddenInAddress(address: string): string | null {
  const hidden = BLANK.exec(address)?.[0];
  return hidden === undefined ? null : codeOf(hidden);
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;
}
