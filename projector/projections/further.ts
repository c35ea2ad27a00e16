/** What a document and its lines state beyond the usual: rows of the side tables. */
import type { InvoiceContent } from "../../events/document/draft.ts";
import {
  invoiceAccountColumns,
  lineAttributeColumns,
  lineClassificationColumns,
  lineMoreColumns,
  moreColumns,
  noteColumns,
  precedingColumns,
} from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import type { Tables } from "./projection.ts";

type Counts = Pick<
  Row<"invoiceMore">,
  "note_count" | "preceding_count" | "account_count" | "line_count" | "classification_count" | "attribute_count"
>;

const NONE: Counts = {
  note_count: 0,
  preceding_count: 0,
  account_count: 0,
  line_count: 0,
  classification_count: 0,
  attribute_count: 0,
};

/** The table of each count, in the order of their rows. */
const CHILDREN = {
  note_count: "invoiceNote",
  preceding_count: "invoicePreceding",
  account_count: "invoiceAccount",
  line_count: "invoiceLineMore",
  classification_count: "invoiceLineClassification",
  attribute_count: "invoiceLineAttribute",
} as const;

/**
 * Writes what a draft states beyond the usual, in place of what its former version did.
 *
 * @param before the number of rows that the former version has in `invoice_more`
 * @returns the number of rows that this one has: 0 or 1
 */
export function putFurther(tables: Tables, id: number, content: InvoiceContent, before: number): 0 | 1 {
  const isUsual = content.more === null && content.lines.every(({ more }) => more === null);
  if (before === 0 && isUsual) return 0;
  const former: Counts = (before === 0 ? undefined : tables.invoiceMore.get(id)) ?? NONE;
  const counts = isUsual ? NONE : putRows(tables, id, content, former);
  for (const [count, name] of Object.entries(CHILDREN) as [keyof Counts, (typeof CHILDREN)[keyof Counts]][])
    for (let n = counts[count] + 1; n <= former[count]; n++) tables[name].delete(id, n);
  if (!isUsual) tables.invoiceMore.put(moreRow(id, content, counts), before > 0);
  else if (before > 0) tables.invoiceMore.delete(id);
  return isUsual ? 0 : 1;
}

function putRows(tables: Tables, id: number, { more, lines }: InvoiceContent, former: Counts): Counts {
  const at = (n: number) => ({ invoice_id: id, n });
  for (const [i, one] of (more?.notes ?? []).entries())
    tables.invoiceNote.put(noteColumns.row(one, at(i + 1)), i < former.note_count);
  for (const [i, one] of (more?.preceding ?? []).entries())
    tables.invoicePreceding.put(precedingColumns.row(one, at(i + 1)), i < former.preceding_count);
  const accounts = more?.payment?.accounts ?? [];
  for (const [i, one] of accounts.entries())
    tables.invoiceAccount.put(invoiceAccountColumns.row(one, at(i + 1)), i < former.account_count);
  const counts = { line_count: 0, classification_count: 0, attribute_count: 0 };
  for (const [i, line] of lines.entries()) {
    if (line.more === null) continue;
    const rest = (n: number) => ({ invoice_id: id, n, line_n: i + 1 });
    const n = ++counts.line_count;
    tables.invoiceLineMore.put(lineMoreColumns.row(line.more, rest(n)), n <= former.line_count);
    for (const one of line.more.classifications) {
      const row = lineClassificationColumns.row(one, rest(++counts.classification_count));
      tables.invoiceLineClassification.put(row, row.n <= former.classification_count);
    }
    for (const one of line.more.attributes) {
      const row = lineAttributeColumns.row(one, rest(++counts.attribute_count));
      tables.invoiceLineAttribute.put(row, row.n <= former.attribute_count);
    }
  }
  return {
    note_count: more?.notes.length ?? 0,
    preceding_count: more?.preceding.length ?? 0,
    account_count: accounts.length,
    ...counts,
  };
}

/** Nothing of the document itself. */
const NO_MORE = Object.fromEntries(moreColumns.columns.map((column) => [column, null])) as ReturnType<
  (typeof moreColumns)["part"]
>;

function moreRow(id: number, { more }: InvoiceContent, counts: Counts): Row<"invoiceMore"> {
  return { invoice_id: id, ...(more === null ? NO_MORE : moreColumns.part(more)), ...counts };
}
