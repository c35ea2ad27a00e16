/** Rules of how a document is paid: EN 16931 (BR-49 to BR-51, BR-61), and what it can state only in parts. */
import type { SemanticInvoice } from "../semantic.ts";
import { blank, checkOf, type Rule, whole } from "./rule.ts";

/** Credit transfers in general, and within SEPA. */
export const TRANSFERS: readonly string[] = ["30", "58"];
/** Cards in general, credit cards, debit cards. */
export const CARDS: readonly string[] = ["48", "54", "55"];
/** Direct debits in general, and within SEPA. */
export const DIRECT_DEBITS: readonly string[] = ["49", "59"];

/** PCI rules let at most the first six and the last four digits be shown. */
const MOST_DIGITS = 10;

const rules: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "BR-61",
    term: "BT-84",
    path: "payment.accounts",
    text: "A bank account is missing. It is where the client pays to.",
    broken: ({ payment }) => payment !== null && TRANSFERS.includes(payment.meansCode) && payment.accounts.length === 0,
  },
  {
    rule: "BR-50",
    term: "BT-84",
    path: "payment.accounts",
    text: "A bank account has no number.",
    broken: ({ payment }) => payment?.accounts.some(({ account }) => blank(account)) ?? false,
  },
  {
    rule: "BR-51",
    term: "BT-87",
    path: "payment.card.number",
    text: "State the last four to six digits of the card only, never its whole number.",
    broken: ({ payment }) => !!payment?.card && payment.card.number.trim().length > MOST_DIGITS,
  },
];

export const checkPayment = checkOf("document", whole, rules);
