/** What files in CII and Factur-X 1.08 (profile EN 16931) ask beside EN 16931. */
import type { Identifier, SemanticInvoice, SemanticPeriod } from "../semantic.ts";
import { within } from "./peppol.ts";
import { blank, type Check, checkOf, type Rule, whole } from "./rule.ts";

/** Factur-X asks German companies when they delivered; prepayments (386) are not delivered yet. */
const germanDelivery: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "BR-FX-EN-04",
    term: "BT-72",
    path: "delivery.deliveredOn",
    text: "The date of delivery is missing. State it, or the invoicing period, or a period on each line.",
    broken: ({ delivery, period, lines }) =>
      !delivery?.deliveredOn && !isPeriod(period) && !lines.every((line) => isPeriod(line.period)),
  },
  {
    rule: "BR-FX-EN-04",
    term: "BT-80",
    path: "delivery.address.country",
    text: "The place of delivery is missing. Factur-X asks for it if there is no date of delivery.",
    broken: ({ delivery, despatch, receipt }) =>
      !delivery?.deliveredOn && !delivery?.name && !delivery?.address && !delivery?.location && !despatch && !receipt,
  },
];

function isPeriod(period: SemanticPeriod | null): boolean {
  return period !== null && (period.from !== null || period.to !== null);
}

/** Codes that came after the lists of Factur-X 1.08. */
const NEWER_CURRENCIES = ["XCG"];
const NEWER_IDENTIFIERS = ["0245", "0246", "0247", "0248"];
const NEWER_ADDRESSES = ["0219", "0220", "0242", "0245", "0246", "0248"];

function newer(identifier: Identifier | null | undefined, codes: readonly string[]): boolean {
  return codes.includes(identifier?.scheme ?? "");
}

const rules: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "BR-CO-25",
    term: "BT-9",
    path: "dueOn",
    text: "The due date is missing. A document with an amount to pay states it, or terms of payment.",
    broken: ({ totals, dueOn, terms }) => totals.payableMinor > 0 && dueOn === null && blank(terms),
  },
  {
    rule: "BR-CL-04",
    term: "BT-5",
    path: "currency",
    text: ({ currency }) => `Factur-X does not know the currency ${currency} yet.`,
    broken: ({ currency }) => NEWER_CURRENCIES.includes(currency),
  },
  {
    rule: "BR-CL-17",
    term: "BT-118",
    path: "taxes",
    text: "Factur-X does not know split payment (VAT category B).",
    broken: ({ taxes }) => taxes.some(({ vatCategory }) => vatCategory === "B"),
  },
  ...(["seller", "buyer"] as const).map(
    (who): Rule<SemanticInvoice> => ({
      rule: "BR-CL-25",
      term: who === "seller" ? "BT-34" : "BT-49",
      path: `${who}.electronicAddress.scheme`,
      where: who === "seller" ? "organization" : "client",
      text: (document) => `Factur-X does not know the scheme ${document[who].electronicAddress?.scheme} yet.`,
      broken: (document) => newer(document[who].electronicAddress, NEWER_ADDRESSES),
    }),
  ),
  ...(["seller", "buyer"] as const).map(
    (who): Rule<SemanticInvoice> => ({
      rule: "BR-CL-11",
      term: who === "seller" ? "BT-30" : "BT-47",
      path: `${who}.companyId.scheme`,
      where: who === "seller" ? "organization" : "client",
      text: "Factur-X does not know the scheme of a number yet (0245 to 0248).",
      broken: (document) =>
        [document[who].companyId, ...document[who].identifiers].some((one) => newer(one, NEWER_IDENTIFIERS)),
    }),
  ),
  {
    rule: "BR-CL-10",
    term: "BT-60",
    path: "payee",
    text: "Factur-X does not know the scheme of a number yet (0245 to 0248).",
    broken: ({ payee, delivery, lines }) =>
      [payee?.id, payee?.companyId, delivery?.location, ...lines.map(({ standardItemId }) => standardItemId)].some(
        (one) => newer(one, NEWER_IDENTIFIERS),
      ),
  },
];

const ofAll = checkOf("document", whole, rules);
const ofGermans = checkOf("document", whole, germanDelivery);

export const checkFacturX: Check = (document) => [
  ...ofAll(document),
  ...(within(document, "DE") && document.typeCode !== "386" ? ofGermans(document) : []),
];

/** What CII D16B cannot state, but Factur-X, on D22B, can. */
export const checkCiiD16B: Check = checkOf("document", whole, [
  {
    rule: "XSD",
    term: "BG-3",
    path: "preceding",
    text: "Files in CII name one preceding invoice at most. Choose Factur-X, or a format in UBL.",
    broken: ({ preceding }) => preceding.length > 1,
  },
] satisfies Rule<SemanticInvoice>[]);

/** What the rules for CII refuse, and those for UBL do not. */
export const checkCii: Check = checkOf("document", whole, [
  {
    rule: "BR-CL-14",
    term: "BT-55",
    path: "buyer.address.country",
    text: "The rules for CII do not know South Sudan (SS). Choose a format in UBL.",
    broken: ({ seller, buyer, taxRepresentative, delivery, lines }) =>
      [seller.address, buyer.address, taxRepresentative?.address, delivery?.address].some(
        (address) => address?.country === "SS",
      ) || lines.some(({ origin }) => origin === "SS"),
  },
  {
    rule: "BR-AF-05",
    term: "BT-152",
    path: "taxes",
    text: "The rules for CII do not allow IGIC (VAT category L) at the rate zero. Choose a format in UBL.",
    broken: ({ lines, adjustments }) =>
      [...lines, ...adjustments].some(({ vatCategory, vatRate3 }) => vatCategory === "L" && vatRate3 === 0),
  },
] satisfies Rule<SemanticInvoice>[]);
