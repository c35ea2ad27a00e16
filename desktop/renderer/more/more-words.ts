/** What is filled in behind "More", in words: while it is closed, where two versions differ, and on the document's page. */
import { countryName } from "../text/codes.ts";
import { day } from "../text/format.ts";
import { textOfCode } from "../text/named-codes.ts";
import { codeList } from "./code-lists.ts";
import { formatName } from "./format-words.ts";
import {
  entriesAt,
  fieldsOfGroup,
  isBlankEntry,
  listsOfGroup,
  type MoreField,
  type MoreGroup,
  type TypedMore,
  textAt,
} from "./more.ts";

/** One value: its label, and its words. */
export interface MoreWord {
  path: string;
  label: string;
  text: string;
}

/** A typed text in words: a code by its name, a date as the app displays it. */
export function textInWords({ kind, list }: MoreField, text: string, locale: string): string {
  // What is still being typed is neither a date nor a code.
  if (kind === "date") return /^\d{4}-\d\d-\d\d$/.test(text) ? day(text, locale) : text;
  if (kind === "country") return /^[A-Z]{2}$/.test(text) ? countryName(text) : text;
  if (kind === "format") return formatName(text);
  return list === undefined ? text : textOfCode(codeList(list), text);
}

/** All that is filled in, in the order of the form. */
export function wordsOfMore(group: MoreGroup, typed: TypedMore, locale: string): MoreWord[] {
  const texts = fieldsOfGroup(group).flatMap(([path, field]) => {
    const text = textAt(typed, path).trim();
    return text === "" ? [] : [{ path, label: field.label, text: textInWords(field, text, locale) }];
  });
  const entries = listsOfGroup(group).flatMap(([path, { one, many, fields }]) => {
    const filled = entriesAt(typed, path).filter((entry) => !isBlankEntry(entry));
    if (filled.length === 0) return [];
    const text = filled.map((entry) =>
      Object.entries(fields)
        .flatMap(([name, field]) => {
          const value = entry[name]?.trim() ?? "";
          return value === "" ? [] : [textInWords(field, value, locale)];
        })
        .join(", "),
    );
    const name = filled.length === 1 ? one : many;
    return [{ path, label: name.replace(/^./u, (letter) => letter.toUpperCase()), text: text.join("; ") }];
  });
  return [...texts, ...entries];
}
