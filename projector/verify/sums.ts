/** The sums of drafts and revisions, computed again from the lines (EN 16931). */

import { baseOfDocument } from "../../events/document/complete-draft.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import { Refusal } from "../../events/errors.ts";
import { isDate } from "../../events/values/date.ts";
import { lineAmount, lineNet, percentOf, sumDocument, type Vat } from "../../events/values/money.ts";
import { checkVat, needsReason } from "../../events/values/vat.ts";
import type { EventOf, Invariant } from "./invariant.ts";

/** The same check for both events that hold the content of a document. */
function ofContent(check: (content: InvoiceContent) => Iterable<string>): Invariant["checks"] {
  return {
    InvoiceDrafted: (event: EventOf<"InvoiceDrafted">) => check(event.data.content),
    InvoiceRevised: (event: EventOf<"InvoiceRevised">) => check(event.data.content),
  };
}

export const SUMS: readonly Invariant[] = [
  {
    name: "line-net",
    sentence:
      "The net amount of a line is its quantity times its price, divided by the quantity that the price is for, rounded half away from zero, plus its charges, minus its allowances (BT-131). A price before its discount is not below the price.",
    checks: ofContent(function* ({ lines, currency }) {
      for (const [n, line] of lines.entries()) {
        const netMinor = orRefusal(() => lineNet(line, currency));
        if (netMinor !== line.netMinor)
          yield `line ${n + 1} has the net amount ${line.netMinor}, it comes to ${netMinor}`;
        const grossPrice6 = line.more?.grossPrice6 ?? null;
        if (grossPrice6 !== null && grossPrice6 < line.price6)
          yield `line ${n + 1} has the price ${line.price6}, and before its discount ${grossPrice6}`;
      }
    }),
  },
  {
    name: "adjustments",
    sentence:
      "An allowance or charge has a reason or its code (BR-33, BR-38, BR-42, BR-44). With a percentage, its amount is that of its base, or else of the line's quantity times price, or of the document's lines with the same VAT; without one, it is not below zero.",
    checks: ofContent(function* ({ lines, adjustments, currency }) {
      for (const [n, line] of lines.entries())
        for (const one of line.adjustments)
          yield* adjustmentProblems(one, () => lineAmount(line, currency), `an adjustment of line ${n + 1}`);
      for (const [n, one] of adjustments.entries())
        yield* adjustmentProblems(one, () => baseOfDocument(lines, one), `adjustment ${n + 1}`);
    }),
  },
  {
    name: "periods",
    sentence:
      "A period of a document or a line does not end before it begins, and its days are in the calendar (BR-29, BR-30).",
    checks: ofContent(function* ({ lines, more }) {
      yield* periodProblems(more?.period ?? null, "the document");
      for (const [n, line] of lines.entries()) yield* periodProblems(line.more?.period ?? null, `line ${n + 1}`);
    }),
  },
  {
    name: "vat-breakdown",
    sentence:
      "The VAT breakdown has one row for each category and rate of the lines, allowances and charges, with their taxable amount (BT-116) and its VAT (BT-117, BR-CO-17): categories in the order of the format's page, then rates from high to low.",
    checks: ofContent(function* (content) {
      const sums = orRefusal(() => sumDocument(content.lines, content.adjustments, content.totals).taxes);
      if (typeof sums === "string") yield sums;
      else yield* differences(sums.map(rowText), content.taxes.map(rowText), "VAT row");
    }),
  },
  {
    name: "totals",
    sentence:
      "The totals are the sums of lines, allowances, charges and VAT; the amount due is the total with VAT minus what was paid before, plus the rounding (BR-CO-10 to BR-CO-16).",
    checks: ofContent(function* ({ lines, adjustments, totals }) {
      const sums = orRefusal(() => sumDocument(lines, adjustments, totals).totals);
      if (typeof sums === "string") return yield sums;
      for (const [name, sum] of Object.entries(sums)) {
        const stated = totals[name as keyof typeof totals];
        if (stated !== sum) yield `${name} is ${stated}, it comes to ${sum}`;
      }
      if (totals.prepaidMinor < 0) yield `prepaidMinor is ${totals.prepaidMinor}, below zero`;
    }),
  },
  {
    name: "vat-categories",
    sentence:
      "Categories S and B have a rate above zero, L and M have a rate, O has none, and the others have the rate zero; O is never beside another category (BR-S-5, BR-O-5, BR-O-11 and similar rules).",
    checks: {
      ...ofContent(function* ({ lines, adjustments }) {
        for (const [n, line] of lines.entries()) yield* vatProblems(line, `line ${n + 1}`);
        for (const [n, adjustment] of adjustments.entries()) yield* vatProblems(adjustment, `adjustment ${n + 1}`);
        const categories = new Set([...lines, ...adjustments].map(({ vatCategory }) => vatCategory));
        if (categories.size > 1 && categories.has("O")) yield `category O is beside ${[...categories].join(", ")}`;
      }),
      ItemAdded: ({ data }) => vatProblems(data, "the item"),
      ItemChanged: ({ data }) => vatProblems(data, "the item"),
      OrganizationRegistered: ({ data }) => data.vatRates.flatMap((rate) => [...vatProblems(rate, rate.name)]),
      OrganizationProfileChanged: ({ data }) => data.vatRates.flatMap((rate) => [...vatProblems(rate, rate.name)]),
    },
  },
  {
    name: "vat-reasons",
    sentence:
      "Only categories without VAT (E, AE, K, G, O) have a reason for it or its code, and an issued document states one (BT-120, BT-121, BR-E-10 and similar rules).",
    checks: {
      ...ofContent(function* ({ taxes }) {
        for (const { vatCategory, reason, reasonCode } of taxes)
          if ((reason ?? reasonCode) !== null && !needsReason(vatCategory))
            yield `category ${vatCategory} has the reason ${reason ?? reasonCode}`;
      }),
      *InvoiceIssued({ data: { taxes } }) {
        for (const { vatCategory, reason, reasonCode } of taxes)
          if (reason === null && reasonCode === null && needsReason(vatCategory))
            yield `category ${vatCategory} has no reason`;
      },
    },
  },
];

function* vatProblems({ vatCategory, vatRate3 }: Vat, where: string): Generator<string> {
  const problem = orRefusal(() => checkVat({ vatCategory, vatRate3 }, ""));
  if (typeof problem === "string") yield `${where}: ${problem}`;
}

type Row = InvoiceContent["taxes"][number];

function* adjustmentProblems(
  { reason, reasonCode, amountMinor, percent6, baseMinor }: InvoiceContent["lines"][number]["adjustments"][number],
  usualBase: () => number,
  where: string,
): Generator<string> {
  if (reason === null && reasonCode === null) yield `${where} has no reason`;
  if (percent6 === null) {
    if (amountMinor < 0) yield `${where} has the amount ${amountMinor}, below zero`;
    return;
  }
  const amount = orRefusal(() => percentOf(baseMinor ?? usualBase(), percent6));
  if (amount !== amountMinor) yield `${where} has the amount ${amountMinor}, its percentage comes to ${amount}`;
}

function* periodProblems(period: { from: string | null; to: string | null } | null, where: string): Generator<string> {
  if (period === null) return;
  const { from, to } = period;
  for (const day of [from, to])
    if (day !== null && !isDate(day)) yield `the period of ${where} has ${day}, which is not a day of the calendar`;
  if (from !== null && to !== null && to < from) yield `the period of ${where} ends on ${to}, before ${from}`;
}

/** A row of the VAT breakdown without its reason. */
export function rowText({ vatCategory, vatRate3, taxableMinor, taxMinor }: Omit<Row, "reason" | "reasonCode">): string {
  return `${vatCategory} at ${vatRate3 === null ? "no rate" : `${vatRate3 / 1000} %`}: ${taxMinor} on ${taxableMinor}`;
}

/** Compares two lists of texts. */
export function* differences(expected: readonly string[], stated: readonly string[], what: string): Generator<string> {
  for (let n = 0; n < Math.max(expected.length, stated.length); n++)
    if (expected[n] !== stated[n])
      yield `${what} ${n + 1} is ${stated[n] ?? "missing"}, it must be ${expected[n] ?? "absent"}`;
}

/** The result, or the message of the refusal: a sum can be too large. */
export function orRefusal<R>(compute: () => R): R | string {
  try {
    return compute();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
