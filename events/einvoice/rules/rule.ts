/** The form in which rules are written down: what is wrong with a part of a document, and where it is put right. */
import type { Finding } from "../finding.ts";
import type { SemanticInvoice } from "../semantic.ts";

/** A part of a document that rules speak of. */
export interface Part<T> {
  /** Where it is in the model, with a dot at its end: `lines.3.`; empty for the whole document. */
  path: string;
  /** What texts begin with, such as `Line 4: `. */
  label: string;
  value: T;
}

export interface Rule<T> {
  /** By its official name. */
  rule: string;
  term: string;
  /** Within the part. */
  path: string;
  /** In place of the group's. */
  where?: Finding["where"];
  /** A sentence for the user who puts it right. */
  text: string | ((part: T, document: SemanticInvoice) => string);
  broken(part: T, document: SemanticInvoice): boolean;
}

/** Rules of the same kind of part. */
export type Check = (document: SemanticInvoice) => Finding[];

/** All rules of one kind of part. @param where what is wrong in such a part is put right there */
export function checkOf<T>(
  where: Finding["where"],
  partsOf: (document: SemanticInvoice) => Part<T>[],
  rules: readonly Rule<T>[],
): Check {
  return (document) =>
    partsOf(document).flatMap(({ path, label, value }) =>
      rules
        .filter((rule) => rule.broken(value, document))
        .map((rule) => ({
          rule: rule.rule,
          term: rule.term,
          path: path + rule.path,
          where: rule.where ?? where,
          text: label + (typeof rule.text === "string" ? rule.text : rule.text(value, document)),
        })),
    );
}

/** The document as its only part. */
export function whole(document: SemanticInvoice): Part<SemanticInvoice>[] {
  return [{ path: "", label: "", value: document }];
}

/** The parts of a list. @param label of the nth, counted from one */
export function each<T>(path: string, values: readonly T[], label: (n: number) => string): Part<T>[] {
  return values.map((value, n) => ({ path: `${path}.${n}.`, label: label(n + 1), value }));
}

/** A part that may be absent. */
export function optional<T>(path: string, value: T | null, label = ""): Part<T>[] {
  return value === null ? [] : [{ path: `${path}.`, label, value }];
}

/** The document's lines. */
export function lines(document: SemanticInvoice): Part<SemanticInvoice["lines"][number]>[] {
  return each("lines", document.lines, (n) => `Line ${n}: `);
}

/** True if a text is absent, or nothing but space. */
export function blank(text: string | null | undefined): boolean {
  return text === null || text === undefined || text.trim() === "";
}
