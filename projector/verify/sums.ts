/** The sums of drafts and revisions, computed again from the lines (EN 16931). */
import type { InvoiceContent } from "../../events/business/draft.ts";
import { Refusal } from "../../events/errors.ts";
import { lineNet, sumDocument, type Vat } from "../../events/values/money.ts";
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
      "The net amount of a line is its quantity times its price, rounded half away from zero, plus its charges, minus its allowances (BT-131).",
    checks: ofContent(function* ({ lines, currency }) {
      for (const [n, line] of lines.entries()) {
        const netMinor = orRefusal(() => lineNet(line, currency));
        if (netMinor !== line.netMinor)
          yield `line ${n + 1} has the net amount ${line.netMinor}, it comes to ${netMinor}`;
      }
    }),
  },
  {
    name: "vat-breakdown",
    sentence:
      "The VAT breakdown has one row for each category and rate of the lines, allowances and charges, with their taxable amount (BT-116) and its VAT (BT-117, BR-CO-17): categories in the order of the format's page, then rates from high to low.",
    checks: ofContent(function* (content) {
      const sums = orRefusal(() => sumDocument(content.lines, content.adjustments, 0).taxes);
      if (typeof sums === "string") yield sums;
      else yield* differences(sums.map(rowText), content.taxes.map(rowText), "VAT row");
    }),
  },
  {
    name: "totals",
    sentence:
      "The totals are the sums of lines, allowances, charges and VAT; the amount due is the total with VAT minus what was paid before (BR-CO-10 to BR-CO-16).",
    checks: ofContent(function* ({ lines, adjustments, totals }) {
      const sums = orRefusal(() => sumDocument(lines, adjustments, totals.prepaidMinor).totals);
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
      "Category S has a rate above zero, L and M have a rate, O has none, and the others have the rate zero; O is never beside another category (BR-S-5, BR-O-5, BR-O-11 and similar rules).",
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
      "Only categories without VAT (E, AE, K, G, O) have a reason for it, and an issued document states it (BT-120, BR-E-10 and similar rules).",
    checks: {
      ...ofContent(function* ({ taxes }) {
        for (const { vatCategory, reason } of taxes)
          if (reason !== null && !needsReason(vatCategory)) yield `category ${vatCategory} has the reason ${reason}`;
      }),
      *InvoiceIssued({ data: { taxes } }) {
        for (const { vatCategory, reason } of taxes)
          if (reason === null && needsReason(vatCategory)) yield `category ${vatCategory} has no reason`;
      },
    },
  },
];

function* vatProblems({ vatCategory, vatRateBp }: Vat, where: string): Generator<string> {
  const problem = orRefusal(() => checkVat({ vatCategory, vatRateBp }, ""));
  if (typeof problem === "string") yield `${where}: ${problem}`;
}

type Row = InvoiceContent["taxes"][number];

/** A row of the VAT breakdown without its reason. */
export function rowText({ vatCategory, vatRateBp, taxableMinor, taxMinor }: Omit<Row, "reason">): string {
  return `${vatCategory} at ${vatRateBp} bp: ${taxMinor} on ${taxableMinor}`;
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
