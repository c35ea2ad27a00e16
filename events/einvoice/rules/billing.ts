/** Rules that Peppol BIS Billing 3.0 and XRechnung 3.0 share; their files name them PEPPOL-EN16931-R…. */
import { decimalsOf } from "../../values/currency.ts";
import type { SemanticAdjustment, SemanticInvoice } from "../semantic.ts";
import { allAdjustments } from "./amounts.ts";
import { DIRECT_DEBITS } from "./payment.ts";
import { blank, type Check, checkOf, lines, type Rule, whole } from "./rule.ts";

const document: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "PEPPOL-EN16931-R010",
    term: "BT-49",
    path: "buyer.electronicAddress",
    where: "client",
    text: "The client's electronic address is missing. Documents are delivered to it.",
    broken: ({ buyer }) => buyer.electronicAddress === null,
  },
  {
    rule: "PEPPOL-EN16931-R020",
    term: "BT-34",
    path: "seller.electronicAddress",
    where: "organization",
    text: "Your electronic address is missing. Answers are delivered to it.",
    broken: ({ seller }) => seller.electronicAddress === null,
  },
  {
    rule: "PEPPOL-EN16931-R061",
    term: "BT-89",
    path: "payment.directDebit.mandate",
    text: "The mandate of the direct debit is missing.",
    broken: ({ payment }) =>
      payment !== null && DIRECT_DEBITS.includes(payment.meansCode) && blank(payment.directDebit?.mandate),
  },
];

/** How far amounts may be from what they are made of: 0.02, whatever the currency. */
function near(minor: bigint, numerator: bigint, denominator: bigint, currency: string): boolean {
  const scale = 10n ** BigInt(decimalsOf(currency));
  const difference = minor * denominator - numerator * scale;
  return (difference < 0n ? -difference : difference) * 50n <= scale * denominator;
}

const line = checkOf("document", lines, [
  {
    rule: "PEPPOL-EN16931-R120",
    term: "BT-131",
    path: "netMinor",
    text: (_, { currency }) =>
      `quantity × price is not a whole amount in ${currency}, and may differ from the net amount by 0.02 only.`,
    broken: ({ netMinor, quantity6, price6, baseQuantity6, adjustments }, { currency }) => {
      const own = adjustments.reduce((sum, one) => sum + (one.kind === "charge" ? 1 : -1) * one.amountMinor, 0);
      const denominator = 1_000_000n * BigInt(baseQuantity6 ?? 1_000_000);
      return !near(BigInt(netMinor) - BigInt(own), BigInt(quantity6) * BigInt(price6), denominator, currency);
    },
  },
  {
    rule: "PEPPOL-EN16931-R121",
    term: "BT-149",
    path: "baseQuantity6",
    text: "the quantity that its price is for must be above zero.",
    broken: ({ baseQuantity6 }) => baseQuantity6 !== null && baseQuantity6 <= 0,
  },
  {
    rule: "PEPPOL-EN16931-R044",
    term: "BT-148",
    path: "grossPrice6",
    text: "the price before discount is below the price.",
    broken: ({ grossPrice6, price6 }) => grossPrice6 !== null && grossPrice6 < price6,
  },
  {
    rule: "PEPPOL-EN16931-R110",
    term: "BT-134",
    path: "period.from",
    text: "its period begins before the document's invoicing period.",
    broken: ({ period }, document) => !!period?.from && !!document.period?.from && period.from < document.period.from,
  },
  {
    rule: "PEPPOL-EN16931-R111",
    term: "BT-135",
    path: "period.to",
    text: "its period ends after the document's invoicing period.",
    broken: ({ period }, document) => !!period?.to && !!document.period?.to && period.to > document.period.to,
  },
]);

const adjustment = checkOf<SemanticAdjustment>("document", allAdjustments, [
  {
    rule: "PEPPOL-EN16931-R041",
    term: "BT-93",
    path: "baseMinor",
    text: "the amount that its percentage is of is missing.",
    broken: ({ percent6, baseMinor }) => percent6 !== null && baseMinor === null,
  },
  {
    rule: "PEPPOL-EN16931-R042",
    term: "BT-94",
    path: "percent6",
    text: "its percentage is missing.",
    broken: ({ percent6, baseMinor }) => percent6 === null && baseMinor !== null,
  },
  {
    rule: "PEPPOL-EN16931-R040",
    term: "BT-92",
    path: "amountMinor",
    text: (_, { currency }) =>
      `the percentage of its base is not a whole amount in ${currency}, and may differ from the amount by 0.02 only.`,
    broken: ({ percent6, baseMinor, amountMinor }, { currency }) =>
      percent6 !== null &&
      baseMinor !== null &&
      !near(
        BigInt(amountMinor),
        BigInt(baseMinor) * BigInt(percent6),
        100_000_000n * 10n ** BigInt(decimalsOf(currency)),
        currency,
      ),
  },
]);

const BILLING: readonly Check[] = [checkOf("document", whole, document), line, adjustment];

export const checkBilling: Check = (document) => BILLING.flatMap((check) => check(document));
