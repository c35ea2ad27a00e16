/** What Peppol asks of Danish sellers (DK-R-*), mostly when the client is Danish too. */
import type { SemanticAdjustment, SemanticInvoice, SemanticPayment } from "../semantic.ts";
import { allAdjustments } from "./amounts.ts";
import { type Check, checkOf, lines, optional, type Rule, whole } from "./rule.ts";

const CVR = "0184";

const seller: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "DK-R-002",
    term: "BT-30",
    path: "seller.companyId",
    text: "The CVR number of your company is missing: its registration number, with the scheme 0184.",
    broken: ({ seller }) => seller.companyId === null,
  },
  {
    rule: "DK-R-014",
    term: "BT-30",
    path: "seller.companyId.scheme",
    text: "The registration number of your company is a CVR number, with the scheme 0184.",
    broken: ({ seller }) => seller.companyId !== null && seller.companyId.scheme !== CVR,
  },
];

const domestic: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "DK-R-016",
    term: "BT-115",
    path: "totals.payableMinor",
    where: "document",
    text: "A credit note between Danish companies cannot have an amount below zero.",
    broken: ({ kind, totals }) => kind === "credit_note" && totals.payableMinor < 0,
  },
  {
    rule: "DK-R-017",
    term: "BT-47",
    path: "buyer.companyId.scheme",
    where: "client",
    text: "The client's registration number is a CVR number, with the scheme 0184.",
    broken: ({ buyer }) => buyer.companyId !== null && buyer.companyId.scheme !== CVR,
  },
  {
    rule: "DK-R-013",
    term: "BT-29",
    path: "seller.identifiers",
    text: "An identifier of your company has no scheme.",
    broken: ({ seller }) => seller.identifiers.some(({ scheme }) => scheme === null),
  },
  {
    rule: "DK-R-013",
    term: "BT-46",
    path: "buyer.identifiers",
    where: "client",
    text: "The client's identifier has no scheme.",
    broken: ({ buyer }) => buyer.identifiers.some(({ scheme }) => scheme === null),
  },
];

const MEANS = ["1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97"];

/** Giro and FIK payments name a kind of card and a number. */
function startsWithCard(payment: SemanticPayment, cards: readonly string[]): boolean {
  return cards.includes(payment.remittance?.slice(0, 3) ?? "");
}

function firstAccount({ accounts }: SemanticPayment): string {
  return accounts[0]?.account ?? "";
}

const means: readonly Rule<SemanticPayment>[] = [
  {
    rule: "DK-R-005",
    term: "BT-81",
    path: "meansCode",
    text: `The means of payment between Danish companies is one of ${MEANS.join(", ")}.`,
    broken: ({ meansCode }) => !MEANS.includes(meansCode),
  },
  {
    rule: "DK-R-006",
    term: "BT-84",
    path: "accounts",
    text: "A Danish transfer needs the account and, as its BIC, the registration number of the bank.",
    broken: ({ meansCode, accounts }) =>
      ["31", "42"].includes(meansCode) && !(accounts.length > 0 && accounts.every(({ bic }) => bic !== null)),
  },
  {
    rule: "DK-R-007",
    term: "BT-89",
    path: "directDebit",
    text: "A Danish direct debit needs the mandate and the account that is debited.",
    broken: ({ meansCode, directDebit }) => meansCode === "49" && !(directDebit?.mandate && directDebit.account),
  },
  {
    rule: "DK-R-008",
    term: "BT-83",
    path: "remittance",
    text: "A giro payment needs a payment reference that begins with 01#, 04# or 15#, and an account of 7 or 8 digits.",
    broken: (payment) =>
      payment.meansCode === "50" &&
      !(startsWithCard(payment, ["01#", "04#", "15#"]) && /^[0-9]{7,8}$/.test(firstAccount(payment))),
  },
  {
    rule: "DK-R-009",
    term: "BT-83",
    path: "remittance",
    text: "A giro payment reference with 04# or 15# has 16 digits after it.",
    broken: (payment) =>
      payment.meansCode === "50" && startsWithCard(payment, ["04#", "15#"]) && payment.remittance?.length !== 19,
  },
  {
    rule: "DK-R-010",
    term: "BT-83",
    path: "remittance",
    text: "A FIK payment needs a payment reference that begins with 71#, 73# or 75#, and an account of 8 characters.",
    broken: (payment) =>
      payment.meansCode === "93" &&
      !(startsWithCard(payment, ["71#", "73#", "75#"]) && firstAccount(payment).length === 8),
  },
  {
    rule: "DK-R-011",
    term: "BT-83",
    path: "remittance",
    text: "A FIK payment reference with 71# or 75# has 15 or 16 digits after it.",
    broken: (payment) =>
      payment.meansCode === "93" &&
      startsWithCard(payment, ["71#", "75#"]) &&
      ![18, 19].includes(payment.remittance?.length ?? 0),
  },
];

const UNSPSC = ["19.05.01", "19.0501", "26.08.01", "26.0801"];

const classified = checkOf("document", lines, [
  {
    rule: "DK-R-003",
    term: "BT-158",
    path: "classifications",
    text: "a classification by UNSPSC (TST) states its version: 19.05.01 or 26.08.01.",
    broken: ({ classifications }) =>
      classifications.some(({ scheme }) => scheme === "TST") &&
      !classifications.some(({ version }) => UNSPSC.includes(version ?? "")),
  },
]);

function isTaxReason(reason: string | null): boolean {
  const text = reason ?? "";
  const inside = text.includes("#") && !text.startsWith("#") && !text.endsWith("#");
  return inside || /^[0-9]{4}$/.test(text.trim());
}

const taxes = checkOf<SemanticAdjustment>("document", allAdjustments, [
  {
    rule: "DK-R-004",
    term: "BT-97",
    path: "reason",
    text: "the reason of a tax (ZZZ) is its category of four digits, or has a # within it.",
    broken: ({ reason, reasonCode }) => reasonCode === "ZZZ" && !isTaxReason(reason),
  },
]);

const DOMESTIC: readonly Check[] = [checkOf("organization", whole, domestic), classified, taxes];
const ofInvoices = checkOf("document", ({ payment }: SemanticInvoice) => optional("payment", payment), means);
const ofSellers = checkOf("organization", whole, seller);

export const checkDenmark: Check = (document) => {
  if (document.seller.address.country !== "DK") return [];
  const own = ofSellers(document);
  if (document.buyer.address.country !== "DK") return own;
  const both = DOMESTIC.flatMap((check) => check(document));
  return document.kind === "invoice" ? [...own, ...both, ...ofInvoices(document)] : [...own, ...both];
};
