/** Languages as documents are written in: tags of BCP 47. No schema: the screens check with it too. */

export const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;
/** Characters of the longest. */
export const MAX_LANGUAGE = 35;

/** True if the text has the form of a tag, as `en` or `en-GB`. */
export function isLanguage(text: string): boolean {
  return text.length <= MAX_LANGUAGE && LANGUAGE.test(text);
}
