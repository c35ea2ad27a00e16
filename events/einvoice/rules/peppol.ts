/** The rules of Peppol BIS Billing 3.0, release 2026.5, beside those that XRechnung has too. */
import { isCode, typesOf } from "../code-lists/code-lists.ts";
import type { SemanticInvoice } from "../semantic.ts";
import { blank, type Check, checkOf, each, type Rule, whole } from "./rule.ts";

/** Electronic addresses of EN 16931 that Peppol does not deliver to. */
const NOT_DELIVERED =
  "0037 0147 0154 0158 0170 0177 0193 0194 0202 0203 0205 0212 0213 0215 0217 0219 0220 AN AQ AS AU EM".split(" ");

const INVOICE_TYPES =
  "71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875 876 877".split(" ");
const CREDIT_NOTE_TYPES = "381 396 81 83 532".split(" ");
/** Partial and corrected invoices. */
const GERMAN_TYPES = ["326", "384"];

/** Reasons that go with one category of VAT. */
const REASONS: Readonly<Record<string, { category: string; rule: string }>> = {
  "VATEX-EU-G": { category: "G", rule: "P0104" },
  "VATEX-EU-O": { category: "O", rule: "P0105" },
  "VATEX-EU-IC": { category: "K", rule: "P0106" },
  "VATEX-EU-AE": { category: "AE", rule: "P0107" },
  "VATEX-EU-D": { category: "E", rule: "P0108" },
  "VATEX-EU-F": { category: "E", rule: "P0109" },
  "VATEX-EU-I": { category: "E", rule: "P0110" },
  "VATEX-EU-J": { category: "E", rule: "P0111" },
};

/** True if Peppol delivers to addresses of the scheme. */
export function isPeppolScheme(scheme: string): boolean {
  return isCode("eas", scheme) && !NOT_DELIVERED.includes(scheme);
}

/** True if both parties are in the country. */
export function within({ seller, buyer }: SemanticInvoice, country: string): boolean {
  return seller.address.country === country && buyer.address.country === country;
}

function delivered(who: "seller" | "buyer"): Rule<SemanticInvoice> {
  return {
    rule: "PEPPOL-EN16931-CL008",
    term: who === "seller" ? "BT-34" : "BT-49",
    path: `${who}.electronicAddress.scheme`,
    where: who === "seller" ? "organization" : "client",
    text: (document) =>
      `Peppol does not know electronic addresses of the scheme ${document[who].electronicAddress?.scheme}.`,
    broken: (document) => {
      const scheme = document[who].electronicAddress?.scheme;
      return !!scheme && isCode("eas", scheme) && !isPeppolScheme(scheme);
    },
  };
}

const rules: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "PEPPOL-EN16931-R002",
    term: "BT-22",
    path: "notes",
    text: "Peppol allows one note in a document. Put the notes together.",
    broken: (document) => document.notes.length > 1 && !within(document, "DE"),
  },
  {
    rule: "PEPPOL-EN16931-R003",
    term: "BT-10",
    path: "buyerReference",
    text: "The client's reference is missing. State a buyer reference or the number of the order.",
    broken: ({ buyerReference, order }) => blank(buyerReference) && blank(order),
  },
  {
    rule: "PEPPOL-EN16931-P0100",
    term: "BT-3",
    path: "typeCode",
    text: ({ typeCode }) => `Peppol does not deliver invoices of the type ${typeCode}.`,
    broken: ({ kind, typeCode }) =>
      kind === "invoice" && typesOf(kind).has(typeCode) && !INVOICE_TYPES.includes(typeCode),
  },
  {
    rule: "PEPPOL-EN16931-P0101",
    term: "BT-3",
    path: "typeCode",
    text: ({ typeCode }) => `Peppol does not deliver credit notes of the type ${typeCode}.`,
    broken: ({ kind, typeCode }) =>
      kind === "credit_note" && typesOf(kind).has(typeCode) && !CREDIT_NOTE_TYPES.includes(typeCode),
  },
  {
    rule: "PEPPOL-EN16931-P0112",
    term: "BT-3",
    path: "typeCode",
    text: "Partial and corrected invoices (types 326 and 384) are for deliveries between German companies only.",
    broken: (document) =>
      document.kind === "invoice" && GERMAN_TYPES.includes(document.typeCode) && !within(document, "DE"),
  },
  delivered("seller"),
  delivered("buyer"),
];

const reasons: Check = (document) =>
  each("taxes", document.taxes, (n) => `VAT breakdown, row ${n}: `).flatMap(({ path, label, value }) => {
    const expected = REASONS[value.reasonCode?.toUpperCase() ?? ""];
    if (expected === undefined || expected.category === value.vatCategory) return [];
    return [
      {
        rule: `PEPPOL-EN16931-${expected.rule}`,
        term: "BT-121",
        path: `${path}reasonCode`,
        where: "document" as const,
        text: `${label}the reason ${value.reasonCode} goes with VAT category ${expected.category} only.`,
      },
    ];
  });

const document = checkOf("document", whole, rules);

export const checkPeppol: Check = (invoice) => [...document(invoice), ...reasons(invoice)];
