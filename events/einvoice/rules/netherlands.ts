/** What Peppol asks of Dutch sellers (NL-R-*). */
import type { SemanticInvoice } from "../semantic.ts";
import { addressLacks, inCountry } from "./in-country.ts";
import { within } from "./peppol.ts";
import { blank } from "./rule.ts";

/** The means of payment that a file states; a due date of a credit note needs one in UBL, so its code is 1. */
function meansIn({ kind, payment, dueOn }: SemanticInvoice): string {
  return payment?.meansCode ?? (kind === "credit_note" && dueOn !== null ? "1" : "30");
}

const DUTCH_MEANS = ["30", "48", "49", "57", "58", "59"];
const DUTCH_NUMBERS = ["0106", "0190"];

export const checkNetherlands = inCountry("NL", [
  {
    rule: "NL-R-001",
    term: "BT-25",
    path: "preceding",
    where: "document",
    text: "The invoice that is credited is missing. Credit notes of Dutch companies name one.",
    broken: ({ kind, preceding }) => kind === "credit_note" && preceding.length === 0,
  },
  {
    rule: "NL-R-002",
    term: "BG-5",
    path: "seller.address",
    text: "The address of your company needs a street, a postcode and a city.",
    broken: ({ seller }) => addressLacks(seller.address, "street", "city", "postcode"),
  },
  {
    rule: "NL-R-003",
    term: "BT-30",
    path: "seller.companyId",
    text: "The registration number of your company is a KVK number (scheme 0106) or an OIN (0190).",
    broken: ({ seller: { companyId } }) => companyId !== null && !DUTCH_NUMBERS.includes(companyId.scheme ?? ""),
  },
  {
    rule: "NL-R-004",
    term: "BG-8",
    path: "buyer.address",
    where: "client",
    text: "The client's address needs a street, a postcode and a city.",
    broken: (document) => within(document, "NL") && addressLacks(document.buyer.address, "street", "city", "postcode"),
  },
  {
    rule: "NL-R-005",
    term: "BT-47",
    path: "buyer.companyId",
    where: "client",
    text: "The client's registration number is a KVK number (scheme 0106) or an OIN (0190).",
    broken: (document) =>
      within(document, "NL") &&
      document.buyer.companyId !== null &&
      !DUTCH_NUMBERS.includes(document.buyer.companyId.scheme ?? ""),
  },
  {
    rule: "NL-R-006",
    term: "BG-12",
    path: "taxRepresentative.address",
    text: "The address of your tax representative needs a street, a postcode and a city.",
    broken: ({ taxRepresentative }) =>
      taxRepresentative?.address.country === "NL" &&
      addressLacks(taxRepresentative.address, "street", "city", "postcode"),
  },
  {
    rule: "NL-R-007",
    term: "BG-16",
    path: "payment",
    where: "document",
    text: "How the client pays is missing, such as your bank account.",
    broken: ({ kind, totals, payment }) =>
      payment === null && (kind === "invoice" ? totals.payableMinor > 0 : totals.payableMinor < 0),
  },
  {
    rule: "NL-R-008",
    term: "BT-81",
    path: "payment.meansCode",
    where: "document",
    text: `The means of payment between Dutch companies is one of ${DUTCH_MEANS.join(", ")}.`,
    broken: (document) => within(document, "NL") && !DUTCH_MEANS.includes(meansIn(document)),
  },
  {
    rule: "NL-R-009",
    term: "BT-13",
    path: "order",
    where: "document",
    text: "Lines name lines of an order, but the document names no order.",
    broken: ({ order, lines }) => blank(order) && lines.some(({ orderLine }) => orderLine !== null),
  },
]);
