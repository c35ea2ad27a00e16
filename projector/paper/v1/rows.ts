/**
 * The widths of columns and the heights of rows, where they are known before anything is set: all of a row is in Inter, and
 * no text of it needs a second line. The typesetter measures the others. All sizes are in points, as in the template.
 */
import { lineWidth, type Weight } from "./advances.ts";
import type { Fact, Size } from "./sheet.ts";

export const TEXT = 9;
export const SMALL = 8;
export const TINY = 7.5;
export const DUE = 11;

/** The height of a capital letter of Inter in em: a line is so high. */
const CAPITAL = 1_490 / 2_048;
/** Between two lines of a cell. */
const LEADING = 0.55 * TEXT;

/** The text's width on Letter is more. */
export const PAGE_WIDTH = (165 / 25.4) * 72;
export const MM = 72 / 25.4;

/** Kerning may change a text's width by less. */
const KERNING = 1.02;

export interface Measured {
  text: string;
  size: number;
  weight?: Weight;
  /** True in columns of figures, which have no kerning. */
  tabular?: boolean;
}

/** The most that a text is wide on one line; null: not known. */
export function widthOfLine({ text, size, weight = 400, tabular = false }: Measured): number | null {
  const em = lineWidth(text, weight, tabular);
  return em === null ? null : em * size * (tabular ? 1 : KERNING);
}

export function fits(measured: Measured, room: number): boolean {
  const width = widthOfLine(measured);
  return width !== null && width < room;
}

/** The width that a column needs for these texts; null: not known. */
export function columnWidth(texts: readonly Measured[]): number | null {
  let most = 0;
  for (const each of texts) {
    const width = widthOfLine(each);
    if (width === null) return null;
    most = Math.max(most, width);
  }
  return most;
}

/** The height of lines below each other, each of one size. */
export function heightOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + CAPITAL * size, 0) + LEADING * (sizes.length - 1);
}

/** The height of a row that has one line in each cell; null if one of them needs more. */
export function rowHeight(cells: readonly (Measured & { room: number })[]): number | null {
  if (!cells.every((cell) => fits(cell, cell.room))) return null;
  return heightOf([Math.max(...cells.map(({ size }) => size))]);
}

/** The width of the column beside the window, and between a label and what follows it. */
const BESIDE = 65 * MM;
const GUTTER = 10;

/** Facts beside the window: all labels have the width of the longest. */
export function factsBeside(facts: Fact[]): { facts: Fact[]; factHeights: Size[]; factWidth: Size } {
  const factWidth = columnWidth(facts.map(([text]) => ({ text, size: TINY })));
  if (factWidth === null || factWidth > BESIDE / 2)
    return { facts, factHeights: facts.map(() => null), factWidth: null };
  const room = { label: Number.POSITIVE_INFINITY, value: BESIDE - GUTTER - factWidth };
  return { facts, factHeights: factHeights(facts, room), factWidth };
}

/** The heights of facts: a label and what follows it. */
export function factHeights(facts: readonly Fact[], room: { label: number; value: number }): Size[] {
  return facts.map(([label, value]) =>
    rowHeight([
      { text: label, size: TINY, room: room.label },
      { text: value, size: TEXT, room: room.value },
    ]),
  );
}
