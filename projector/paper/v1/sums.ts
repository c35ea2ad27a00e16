/** Totals and the VAT breakdown. */
import type { SemanticInvoice } from "../../../events/einvoice/semantic.ts";
import { breakable } from "./breakable.ts";
import { amountText, fill, moneyText } from "./format.ts";
import { adjustmentText } from "./lines.ts";
import { columnWidth, DUE, MM, rowHeight, SMALL, TEXT, TINY } from "./rows.ts";
import type { Size, SumsBlock } from "./sheet.ts";
import { vatNotes, vatShort } from "./vat.ts";
import type { Wording } from "./words/words.ts";

/** With more rows, the two tables stand below each other, and may be parted by the end of a page. */
const MAX_BESIDE = 12;
/** The width of what explains a rate, in em. */
const NOTE_EM = 24;

/** Beside each other: the room of labels and of amounts of the totals, without padding, and of all columns of the taxes. */
const LABEL_ROOM = 44 * MM - 4;
const AMOUNT_ROOM = 34 * MM - 4;
const TAXES_ROOM = 78 * MM;
/** Between two columns of the taxes. */
const GUTTER = 8;

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
    height: null,
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
  const beside = totals.length <= MAX_BESIDE && taxes.length <= MAX_BESIDE / 2 && widest <= 14 && letters < 700;
  const taxHeads = [words.taxes.rate, `${words.taxes.taxable} ${currency}`, `${words.taxes.tax} ${currency}`];
  const taxWidths = beside ? taxWidthsOf(taxHeads, taxes) : [null, null];
  return {
    kind: "sums",
    totals: beside ? totals.map(withHeight) : totals,
    taxTitle: words.taxes.title,
    taxHeads,
    taxes: taxes.map((tax) => ({ ...tax, height: taxHeight(tax, taxWidths) })),
    taxWidths,
    notes,
    beside,
  };
}

function withHeight(total: Total): Total {
  const size = total.weight === "due" ? DUE : TEXT;
  const weight = total.weight === "plain" ? 400 : 600;
  const cell = { size, weight } as const;
  const height = rowHeight([
    { ...cell, text: total.label, room: LABEL_ROOM },
    { ...cell, text: total.value, room: AMOUNT_ROOM, tabular: true },
  ]);
  return { ...total, height };
}

type Tax = SumsBlock["taxes"][number];

/** The widths of the two columns of amounts. */
function taxWidthsOf([, ...heads]: readonly string[], taxes: readonly Tax[]): Size[] {
  const widths = heads.map((head, n) => {
    const cells = taxes.map(({ taxable, tax }) => ({ text: n === 0 ? taxable : tax, size: SMALL, tabular: true }));
    return columnWidth([{ text: head, size: TINY, weight: 600 }, ...cells]);
  });
  return widths.includes(null) || rateRoom(widths) < 50 ? [null, null] : widths;
}

function rateRoom(widths: readonly Size[]): number {
  return widths.reduce<number>((room, width) => room - (width ?? TAXES_ROOM) - GUTTER, TAXES_ROOM);
}

function taxHeight({ rate }: Tax, widths: readonly Size[]): Size {
  return rowHeight([{ text: rate, size: SMALL, tabular: true, room: rateRoom(widths) }]);
}

function totalsOf(invoice: SemanticInvoice, wording: Wording): Total[] {
  const { totals, adjustments, currency, kind } = invoice;
  const { words, formats } = wording;
  const plain = (label: string, minor: number): Total => ({
    label: breakable(label, 14),
    value: amountText(minor, currency, formats),
    weight: "plain",
    height: null,
  });
  const ofKind = (wanted: "allowance" | "charge") => adjustments.filter((adjustment) => adjustment.kind === wanted);
  const sumOf = (label: string, minor: number, count: number) => (count > 1 ? [plain(label, minor)] : []);
  return [
    ...(adjustments.length > 0 ? [plain(words.totals.lines, totals.linesMinor)] : []),
    ...adjustments.map((adjustment) => {
      const minor = adjustment.kind === "allowance" ? -adjustment.amountMinor : adjustment.amountMinor;
      return plain(
        `${adjustmentText(adjustment, currency, wording)} ·\u00a0${words.columns.vat}\u00a0${vatShort(adjustment, wording)}`,
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
      height: null,
    },
  ];
}
