/** Which words and formats a document has. */
import { FORMATS, type Formats } from "./cldr.ts";
import { DE } from "./de.ts";
import { EN } from "./en.ts";
import { ES } from "./es.ts";
import { FR } from "./fr.ts";
import { IT } from "./it.ts";
import { NL } from "./nl.ts";
import { PL } from "./pl.ts";
import type { Words } from "./shape.ts";

const WORDS: Readonly<Record<string, Words>> = { en: EN, de: DE, fr: FR, es: ES, it: IT, nl: NL, pl: PL };

/** The languages that papers can have. */
export const LANGUAGES = Object.keys(WORDS);

export interface Wording {
  /** One of `LANGUAGES`. */
  language: string;
  /** ISO 3166-1 alpha-2, if the tag names one. */
  country: string | null;
  words: Words;
  formats: Formats;
}

/** The words and formats for a BCP 47 tag; English ones if there are none for it. */
export function wordingOf(tag: string): Wording {
  const [first = "", ...others] = tag.split("-");
  const language = Object.hasOwn(WORDS, first) ? first : "en";
  const country = (language === first && others.find((part) => /^[A-Za-z]{2}$/.test(part))?.toUpperCase()) || null;
  const words = WORDS[language] ?? EN;
  const formats = FORMATS[`${language}-${country}`] ?? FORMATS[language];
  if (!formats) throw new Error(`${language} has words but no formats`);
  return { language, country, words, formats };
}
