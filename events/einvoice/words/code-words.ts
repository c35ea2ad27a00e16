/**
 * What the codes of EN 16931's lists say, in English: for people who pick one. The lists have the codes that businesses
 * use; `code-lists` has all that the rules allow, and a code that has no words here can still be typed.
 */
import { ADDRESS_SCHEMES } from "./address-schemes.ts";
import { CHARGE_REASONS } from "./charge-reasons.ts";
import { CREDIT_NOTE_TYPES, DOCUMENT_TYPES, NOTE_SUBJECTS, TAX_POINTS } from "./documents.ts";
import { EXEMPTIONS } from "./exemptions.ts";
import { CLASSIFICATION_SCHEMES, OBJECT_SCHEMES } from "./item-schemes.ts";
import { PARTY_SCHEMES } from "./party-schemes.ts";
import { ALLOWANCE_REASONS, PAYMENT_MEANS } from "./payments.ts";

/** A code and its words. */
export type CodeWords = readonly (readonly [code: string, words: string])[];

/** The lists by what their codes say, with the name of each list in EN 16931's registry. */
const TEXTS = {
  /** UNTDID 1001 (BT-3) */
  documentTypes: DOCUMENT_TYPES,
  /** UNTDID 2005 (BT-8) */
  taxPoints: TAX_POINTS,
  /** UNTDID 4451 (BT-21) */
  noteSubjects: NOTE_SUBJECTS,
  /** UNTDID 4461 (BT-81) */
  paymentMeans: PAYMENT_MEANS,
  /** UNTDID 5189 (BT-98, BT-140) */
  allowanceReasons: ALLOWANCE_REASONS,
  /** UNTDID 7161 (BT-105, BT-145) */
  chargeReasons: CHARGE_REASONS,
  /** VATEX (BT-121) */
  exemptions: EXEMPTIONS,
  /** ISO/IEC 6523, the ICD list (BT-29, BT-30, BT-46, BT-47, BT-60, BT-61, BT-71, BT-157) */
  schemes: PARTY_SCHEMES,
  /** EAS (BT-34, BT-49) */
  electronicSchemes: ADDRESS_SCHEMES,
  /** UNTDID 1153 (BT-18, BT-128) */
  objectSchemes: OBJECT_SCHEMES,
  /** UNTDID 7143 (BT-158) */
  classificationSchemes: CLASSIFICATION_SCHEMES,
} as const;

/** Each kind of document has types of its own. */
const OF_KIND = {
  invoiceTypes: (code: string) => code === "81" || !CREDIT_NOTE_TYPES.includes(code),
  creditNoteTypes: (code: string) => CREDIT_NOTE_TYPES.includes(code),
};

export type CodeListName = keyof typeof TEXTS | keyof typeof OF_KIND;
export type CodeLists = { readonly [Name in CodeListName]: CodeWords };

/** All lists, each in the order of its words. */
export function codeLists(): CodeLists {
  const { compare } = new Intl.Collator("en");
  const lists = Object.entries(TEXTS).map(([name, text]) => [
    name,
    wordsOf(text).toSorted(([, a], [, b]) => compare(a, b)),
  ]);
  const all = Object.fromEntries(lists) as CodeLists;
  const ofKind = Object.entries(OF_KIND).map(([name, is]) => [name, all.documentTypes.filter(([code]) => is(code))]);
  return { ...all, ...Object.fromEntries(ofKind) };
}

/** One code a line, and its words after the first space. */
function wordsOf(text: string): (readonly [string, string])[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const at = line.indexOf(" ");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    });
}
