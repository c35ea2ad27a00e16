/** Tables of figures, with the sizes that are known. */
import { columnWidth, PAGE_WIDTH, rowHeight, TEXT, TINY } from "./rows.ts";
import type { TableBlock } from "./sheet.ts";

/** Beside a cell. */
const PAD = 5;

interface Row {
  cells: string[];
  strong: boolean;
}

export function measuredTable(
  table: Pick<TableBlock, "title" | "heads" | "right" | "wide"> & { rows: Row[] },
): TableBlock {
  const { heads, right, wide, rows } = table;
  const cellOf = ({ cells, strong }: Row, n: number) =>
    ({ text: cells[n] ?? "", size: TEXT, weight: strong ? 600 : 400, tabular: right[n] ?? false }) as const;
  const known = heads.map((head, n) => {
    if (n === wide) return 0;
    const edges = n === 0 || n === heads.length - 1 ? PAD : 2 * PAD;
    const width = columnWidth([{ text: head, size: TINY, weight: 600 }, ...rows.map((row) => cellOf(row, n))]);
    return width === null ? null : width + edges;
  });
  const room = PAGE_WIDTH - 2 * PAD - known.reduce<number>((sum, width) => sum + (width ?? PAGE_WIDTH), 0);
  const widths = room < PAGE_WIDTH / 4 ? heads.map(() => null) : known;
  return {
    kind: "table",
    ...table,
    widths,
    rows: rows.map((row) => ({ ...row, height: rowHeight([{ ...cellOf(row, wide), room }]) })),
  };
}
