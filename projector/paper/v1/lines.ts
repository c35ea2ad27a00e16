/** The lines of a document. */
import type {
  SemanticAdjustment,
  SemanticInvoice,
  SemanticLine,
  SemanticPeriod,
} from "../../../events/einvoice/semantic.ts";
import { breakable, widthOf } from "./breakable.ts";
import { amountText, dateText, fill, percentText, priceText, quantityText } from "./format.ts";
import { identifierText, labelled } from "./parties.ts";
import { columnWidth, fits, heightOf, type Measured, PAGE_WIDTH, SMALL, TEXT, TINY } from "./rows.ts";
import type { LineRow, LinesBlock, Size } from "./sheet.ts";
import { vatShort } from "./vat.ts";
import { countryName } from "./words/cldr.ts";
import type { Wording } from "./words/words.ts";

/** The most that quantity, price, VAT and net may be wide together, in em: beside them a description must have room. */
const MAX_FIGURES_EM = 34;
/** A row of more letters than this may be parted by the end of a page: it could be higher than one. */
const LONG_ROW = 900;
/** The widths of positions and descriptions, in em. */
const POSITION_EM = 4;
const ITEM_EM = 17;
/** Beside and above a cell. */
const PAD = 5;
/** With less room than this for the item, the typesetter finds the widths. */
const LEAST_ITEM = 110;

export function linesBlock({ lines, currency }: SemanticInvoice, wording: Wording): LinesBlock {
  const { columns } = wording.words;
  const heads = [
    columns.position,
    columns.item,
    columns.quantity,
    columns.price,
    columns.vat,
    `${columns.net} ${currency}`,
  ];
  const rows = lines.map((line) => lineRow(line, currency, wording));
  const widest = (cell: (row: LineRow) => string) => Math.max(0, ...rows.map((row) => widthOf(cell(row))));
  const figures =
    widest(({ quantity }) => quantity) +
    widest(({ price }) => price) +
    widest(({ vat }) => vat) +
    widest(({ net }) => net);
  const stacked = figures > MAX_FIGURES_EM;
  const longPositions = lines.some(({ id }) => widthOf(id) > POSITION_EM);
  const widths = stacked || longPositions ? UNKNOWN : widthsOf(heads, rows);
  const keepLast = !widths.includes(null) && rows.length > 1 && rows.at(-1)?.long === false;
  return { kind: "lines", heads, rows: withHeights(rows, widths), stacked, longPositions, keepLast, widths };
}

const UNKNOWN: Size[] = [null, null, null, null, null];

/** The widths of all columns but the item's, if they leave it room. */
function widthsOf(heads: readonly string[], rows: readonly LineRow[]): Size[] {
  const cell = (text: string): Measured => ({ text, size: TEXT, tabular: true });
  const column = (head: string | undefined, edges: number, cells: readonly Measured[]): Size => {
    const width = columnWidth([{ text: head ?? "", size: TINY, weight: 600 }, ...cells]);
    return width === null ? null : width + edges;
  };
  const widths = [
    column(
      heads[0],
      PAD,
      rows.map(({ position }) => cell(position)),
    ),
    column(
      heads[2],
      2 * PAD,
      rows.map(({ quantity }) => cell(quantity)),
    ),
    column(
      heads[3],
      2 * PAD,
      rows.flatMap(({ price, per }) => [
        cell(price),
        ...(per === null ? [] : [{ text: per, size: TINY, tabular: true }]),
      ]),
    ),
    column(
      heads[4],
      2 * PAD,
      rows.map(({ vat }) => cell(vat)),
    ),
    column(
      heads[5],
      PAD,
      rows.map(({ net }) => cell(net)),
    ),
  ];
  return widths.includes(null) || itemWidth(widths) < LEAST_ITEM ? UNKNOWN : widths;
}

/** What the other columns leave for the item. */
function itemWidth(widths: readonly Size[]): number {
  return widths.reduce<number>((room, width) => room - (width ?? PAGE_WIDTH), PAGE_WIDTH) - 2 * PAD;
}

/** Rows of which every text has a line of its own have known heights. */
function withHeights(rows: readonly LineRow[], widths: readonly Size[]): LineRow[] {
  const room = itemWidth(widths);
  return rows.map((row) => {
    const details = row.details.flatMap((detail) => detail.split("\n"));
    const isKnown =
      fits({ text: row.name, size: TEXT, weight: 600 }, room) &&
      details.every((text) => text !== "" && fits({ text, size: SMALL }, room));
    if (!isKnown) return row;
    const item = heightOf([TEXT, ...details.map(() => SMALL)]);
    return { ...row, height: Math.max(item, row.per === null ? 0 : heightOf([TEXT, TINY])) };
  });
}

function lineRow(line: SemanticLine, currency: string, wording: Wording): LineRow {
  const { formats, words } = wording;
  const details = detailsOf(line, currency, wording).map((detail) => breakable(detail, ITEM_EM));
  const { baseQuantity6 } = line;
  return {
    position: breakable(line.id, POSITION_EM),
    name: breakable(line.name, ITEM_EM),
    details,
    quantity: quantityText(line.quantity6, line.unit, wording),
    price: priceText(line.price6, currency, formats),
    per:
      baseQuantity6 === null || baseQuantity6 === 1_000_000
        ? null
        : fill(words.line.perUnits, { quantity: quantityText(baseQuantity6, line.unit, wording) }),
    vat: vatShort(line, wording),
    net: amountText(line.netMinor, currency, formats),
    long: line.name.length + details.reduce((sum, { length }) => sum + length, 0) > LONG_ROW,
    height: null,
  };
}

function detailsOf(line: SemanticLine, currency: string, wording: Wording): string[] {
  const { words, formats, language } = wording;
  const named = words.line;
  const ids = labelled([
    [named.code, line.sellerItemId],
    [named.buyerCode, line.buyerItemId],
    [named.standardCode, line.standardItemId && identifierText(line.standardItemId)],
  ]);
  const references = labelled([
    [named.orderLine, line.orderLine],
    [named.object, line.object && identifierText(line.object)],
    [named.accountingReference, line.accountingReference],
    [named.origin, line.origin && countryName(line.origin, language)],
    ...line.classifications.map(({ code, scheme, version }) => {
      const list = version === null ? scheme : `${scheme} ${version}`;
      return [named.classification, `${code} (${list})`] as const;
    }),
  ]);
  const details: (string | null)[] = [
    line.description,
    ids.join(" · "),
    ...labelled([[named.period, line.period && periodText(line.period, wording)]]),
    references.join(" · "),
    ...line.attributes.map(({ name, value }) => `${name}: ${value}`),
    line.note,
    line.grossPrice6 === null ? null : `${named.grossPrice} ${priceText(line.grossPrice6, currency, formats)}`,
    ...line.adjustments.map((adjustment) => {
      const signed = adjustment.kind === "allowance" ? -adjustment.amountMinor : adjustment.amountMinor;
      return `${adjustmentText(adjustment, currency, wording)}: ${amountText(signed, currency, formats)}`;
    }),
  ];
  return details.filter((detail): detail is string => detail !== null && detail !== "");
}

/** `Allowance, early payment, 2% of 100.00` */
export function adjustmentText(
  { kind, reason, reasonCode, percent6, baseMinor }: SemanticAdjustment,
  currency: string,
  { words, formats }: Wording,
): string {
  const percent = percent6 === null ? null : percentText(percent6, formats);
  const share =
    percent === null || baseMinor === null
      ? percent
      : fill(words.adjustment.percentOf, { percent, base: amountText(baseMinor, currency, formats) });
  const base = percent === null && baseMinor !== null ? amountText(baseMinor, currency, formats) : null;
  const name =
    reason === null && reasonCode !== null ? `${words.adjustment[kind]} (${reasonCode})` : words.adjustment[kind];
  return [name, reason, share ?? base].filter((part) => part !== null && part !== "").join(", ");
}

/** `1 Jan 2026 – 31 Jan 2026` */
export function periodText({ from, to }: SemanticPeriod, { words, formats }: Wording): string {
  const days = { from: from === null ? "" : dateText(from, formats), to: to === null ? "" : dateText(to, formats) };
  if (from !== null && to !== null) return fill(words.period.range, days);
  return from !== null ? fill(words.period.from, days) : to !== null ? fill(words.period.to, days) : "";
}
