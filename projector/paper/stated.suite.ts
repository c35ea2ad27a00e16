/** What a reader must find on the paper of a document. */
import type { SemanticInvoice } from "../../events/einvoice/semantic.ts";
import { amountText, dateText, millionthsText, percentText, priceText, rateText } from "./v1/format.ts";
import { countryName } from "./v1/words/cldr.ts";
import type { Wording } from "./v1/words/words.ts";

/** Codes that stand on paper in words, or whose word is chosen by rules that other tests have. */
const CODES = new Set([
  "kind",
  "typeCode",
  "currency",
  "unit",
  "vatCategory",
  "subject",
  "meansCode",
  "meansText",
  "taxPointCode",
  "reasonCode",
]);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Each text and figure of a document, as it stands on its paper: without signs, since what is deducted has one. Not among
 * them is how to pay where nothing is to be paid, and what is said by another figure.
 */
export function statedTexts(invoice: SemanticInvoice, wording: Wording): string[] {
  const { kind, totals, payment, adjustments } = invoice;
  const isOwed = kind === "invoice" && totals.payableMinor > 0;
  const many = (wanted: string) => adjustments.filter((adjustment) => adjustment.kind === wanted).length > 1;
  const shown = {
    ...invoice,
    payment: isOwed ? payment : null,
    totals: {
      ...totals,
      linesMinor: adjustments.length > 0 ? totals.linesMinor : null,
      allowancesMinor: many("allowance") ? totals.allowancesMinor : null,
      chargesMinor: many("charge") ? totals.chargesMinor : null,
      prepaidMinor: totals.prepaidMinor || null,
      roundingMinor: totals.roundingMinor || null,
    },
    accounting: null,
    delivery: invoice.delivery && { ...invoice.delivery },
  };
  const texts = textsOf(shown, "", { currency: invoice.currency, wording });
  if (invoice.accounting) {
    const { currency, taxMinor } = invoice.accounting;
    texts.push(unsigned(amountText(taxMinor, currency, wording.formats)));
  }
  return texts;
}

function textsOf(value: unknown, key: string, about: { currency: string; wording: Wording }): string[] {
  const { wording, currency } = about;
  const { formats, language } = wording;
  if (value === null || value === "" || CODES.has(key)) return [];
  if (typeof value === "string") {
    if (key === "country" || key === "origin") return [countryName(value, language)];
    return DAY.test(value) ? [dateText(value, formats)] : [value];
  }
  if (typeof value === "number") return [unsigned(figure(key, value, { currency, wording }))];
  if (Array.isArray(value)) return value.flatMap((each) => textsOf(each, key, about));
  return Object.entries(value as object).flatMap(([name, each]) => textsOf(each, name, about));
}

function figure(key: string, value: number, { currency, wording }: { currency: string; wording: Wording }): string {
  const { formats } = wording;
  if (key.endsWith("Minor")) return amountText(value, currency, formats);
  if (/price6$/i.test(key)) return priceText(value, currency, formats);
  if (/quantity6$/i.test(key))
    return key === "baseQuantity6" && value === 1_000_000 ? "" : millionthsText(value, formats);
  if (key === "percent6") return percentText(value, formats);
  if (key === "vatRate3") return rateText(value, formats);
  throw new Error(`a figure that this test does not know: ${key}`);
}

function unsigned(text: string): string {
  return text.replace(/^\u2212/, "");
}

/** A text as it is compared: without blanks, and without the marks that let long words be parted. */
export function compact(text: string): string {
  return text.replaceAll(/[\s\u200b\u0085]+/g, "");
}
