/** Languages of documents, as BCP 47 tags. This file imports no zod, because the forms use it too. */

export const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;
/** The maximum length, in characters. */
export const MAX_LANGUAGE = 35;

/** True if the text has the form of a tag, such as `en` or `en-GB`. */
export function isLanguage(text: string): boolean {
  return text.length <= MAX_LANGUAGE && LANGUAGE.test(text);
}
