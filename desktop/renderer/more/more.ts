/**
 * What stands behind "More" in a form: many optional fields in one group of the command, most of them empty. A list of
 * its fields says where each is in the group, and how its text is read. Only what is filled in is held and stored.
 */
import type { CodeListName } from "../../../events/einvoice/words/code-words.ts";

/** What a text becomes. */
type MoreKind =
  | "line"
  | "lines"
  | "date"
  | "code"
  | "country"
  | "format"
  | "account"
  | "bic"
  | "email"
  | "colour"
  | "quantity6"
  | "price6";

/** A field of the group that is one text. */
export interface MoreField {
  label: string;
  /** The label below the title of its section, which says the rest. */
  short?: string;
  /** One line of text by default. */
  kind?: MoreKind;
  /** Characters. */
  max?: number;
  /** The list that a code is picked from. */
  list?: CodeListName;
  /** The part of the group that cannot be without it, such as `payee` for its name. */
  requiredIn?: string;
  /** The code that an empty field stands for, if anything else in `requiredIn` is filled in. */
  usual?: (typed: TypedMore) => string | null;
  hint?: string;
  /** True: over the whole width. */
  wide?: boolean;
}

/** A list of entries in the group, such as notes. */
export interface MoreList {
  /** What one is called: `note`. */
  one: string;
  /** What several are called. */
  many: string;
  max: number;
  fields: Readonly<Record<string, MoreField>>;
}

/** Fields that stand together, by their paths in the group: `delivery.address.city`. */
export interface MoreSection {
  title: string;
  fields?: Readonly<Record<string, MoreField>>;
  lists?: Readonly<Record<string, MoreList>>;
}

/** All fields of a group, as a form shows them. */
export type MoreGroup = readonly MoreSection[];

export type TypedEntry = Readonly<Record<string, string>>;

/** The texts that are not empty, by path, and the entries of lists; in the order of the paths. */
export type TypedMore = Readonly<Record<string, string | readonly TypedEntry[]>>;

export const NOTHING_MORE: TypedMore = {};

export function fieldsOfGroup(group: MoreGroup): [path: string, field: MoreField][] {
  return group.flatMap(({ fields = {} }) => Object.entries(fields));
}

export function listsOfGroup(group: MoreGroup): [path: string, list: MoreList][] {
  return group.flatMap(({ lists = {} }) => Object.entries(lists));
}

/** The text at a path; empty if nothing is typed there. */
export function textAt(typed: TypedMore, path: string): string {
  const text = typed[path];
  return typeof text === "string" ? text : "";
}

/** The entries of a list, also those that are still empty. */
export function entriesAt(typed: TypedMore, path: string): readonly TypedEntry[] {
  const entries = typed[path];
  return entries === undefined || typeof entries === "string" ? [] : entries;
}

/** The codes that empty fields stand for, by path, where they follow from fields outside of the group. */
export type UsualCodes = Readonly<Record<string, string | null>>;

/** The group with another text or list. One that became empty is left out, so that a form knows it was never there. */
export function withMore(typed: TypedMore, path: string, value: string | readonly TypedEntry[]): TypedMore {
  const { [path]: _, ...rest } = typed;
  const all = value.length === 0 ? rest : { ...rest, [path]: value };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function isBlankEntry(entry: TypedEntry): boolean {
  return Object.values(entry).every((text) => text.trim() === "");
}

/** True if nothing would be sent. */
export function isNothing(typed: TypedMore): boolean {
  return Object.values(typed).every((value) =>
    typeof value === "string" ? value.trim() === "" : value.every(isBlankEntry),
  );
}

/** The path on the screen for one of the command: entries that are blank are not sent. */
export function moreOnScreen(typed: TypedMore, path: string): string {
  const [, list = "", n = "", rest = ""] = /^(.*?)\.(\d+)(.*)$/.exec(path) ?? [];
  if (n === "") return path;
  const sent = entriesAt(typed, list).flatMap((entry, at) => (isBlankEntry(entry) ? [] : [at]));
  return `${list}.${sent[Number(n)] ?? n}${rest}`;
}
