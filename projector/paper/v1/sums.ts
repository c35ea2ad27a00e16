/** Totals and the VAT breakdown. */
import type { SemanticInvoice } from "../../../events/einvoice/semantic.ts";
import { breakable } from "./breakable.ts";
import { amountText, fill, moneyText } from "./format.ts";
import { adjustmentText } from "./lines.ts";
import type { SumsBlock } from "./sheet.ts";
import { vatNotes, vatShort } from "./vat.ts";
import type { Wording } from "./words/words.ts";

/** With more rows, the two tables stand below each other, and may be parted by the end of a page. */
const MAX_BESIDE = 12;
/** The width of what explains a rate, in em. */
const NOTE_EM = 24;

type Total = SumsBlock["totals"][number];

export function sumsBlock(invoice: SemanticInvoice, wording: Wording): SumsBlock {
  const { currency, accounting } = invoice;
  const { words, formats } = wording;
  const totals = totalsOf(invoice, wording);
  const taxes = invoice.taxes.map((tax) => ({
    rate: vatShort(tax, wording),
    notes: vatNotes(tax, wording).map((note) => breakable(note, NOTE_EM)),
    taxable: amountText(tax.taxableMinor, currency, formats),
    tax: amountText(tax.taxMinor, currency, formats),
  }));
  const notes = accounting
    ? [
        `${fill(words.taxes.accounting, { currency: accounting.currency })}: ${moneyText(accounting.taxMinor, accounting.currency, formats)}`,
      ]
    : [];
  const widest = Math.max(
    0,
    ...[...totals.map(({ value }) => value), ...taxes.map(({ taxable }) => taxable)].map(({ length }) => length),
  );
  const letters =
    taxes.flatMap(({ notes }) => notes).join("").length + totals.map(({ label }) => label).join("").length;
  return {
    kind: "sums",
    totals,
    taxTitle: words.taxes.title,
    taxHeads: [words.taxes.rate, `${words.taxes.taxable} ${currency}`, `${words.taxes.tax} ${currency}`],
    taxes,
    notes,
    beside: totals.length <= MAX_BESIDE && taxes.length <= MAX_BESIDE / 2 && widest <= 14 && letters < 700,
  };
}

function totalsOf(invoice: SemanticInvoice, wording: Wording): Total[] {
  const { totals, adjustments, currency, kind } = invoice;
  const { words, formats } = wording;
  const plain = (label: string, minor: number): Total => ({
    label: breakable(label, 14),
    value: amountText(minor, currency, formats),
    weight: "plain",
  });
  const ofKind = (wanted: "allowance" | "charge") => adjustments.filter((adjustment) => adjustment.kind === wanted);
  const sumOf = (label: string, minor: number, count: number) => (count > 1 ? [plain(label, minor)] : []);
  return [
    ...(adjustments.length > 0 ? [plain(words.totals.lines, totals.linesMinor)] : []),
    ...adjustments.map((adjustment) => {
      const minor = adjustment.kind === "allowance" ? -adjustment.amountMinor : adjustment.amountMinor;
      return plain(
        `${adjustmentText(adjustment, currency, wording)} · ${words.totals.tax} ${vatShort(adjustment, wording)}`,
        minor,
      );
    }),
    ...sumOf(words.totals.allowances, -totals.allowancesMinor, ofKind("allowance").length),
    ...sumOf(words.totals.charges, totals.chargesMinor, ofKind("charge").length),
    plain(words.totals.net, totals.netMinor),
    plain(words.totals.tax, totals.taxMinor),
    { ...plain(words.totals.gross, totals.grossMinor), weight: "sum" },
    ...(totals.prepaidMinor === 0 ? [] : [plain(words.totals.prepaid, -totals.prepaidMinor)]),
    ...(totals.roundingMinor === 0 ? [] : [plain(words.totals.rounding, totals.roundingMinor)]),
    {
      label: kind === "credit_note" ? words.totals.credit : words.totals.payable,
      value: moneyText(totals.payableMinor, currency, formats),
      weight: "due",
    },
  ];
}
