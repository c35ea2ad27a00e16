/** What is stated beyond the usual, from rows: the groups `more`, as events hold them. */
import type { Client } from "../../events/business/client.ts";
import type { Item } from "../../events/business/item.ts";
import type { OrganizationProfile } from "../../events/business/organization.ts";
import { compact } from "../../events/document/compact.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import type { Buyer, Seller } from "../../events/document/party.ts";
import {
  buyerColumns,
  buyerMoreColumns,
  clientColumns,
  invoiceAccountColumns,
  itemAttributeColumns,
  itemClassificationColumns,
  itemColumns,
  itemMoreColumns,
  lineAttributeColumns,
  lineClassificationColumns,
  lineMoreColumns,
  moreColumns,
  noteColumns,
  organizationAccountColumns,
  organizationIdentifierColumns,
  partyAccountColumns,
  partyIdentifierColumns,
  precedingColumns,
  profileMoreColumns,
  sellerColumns,
  sellerMoreColumns,
} from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import type { StatedRows } from "./stated-rows.ts";

/** Reads the children of a row. They are numbered from 1, and the row stores their count. */
export function children<T>(count: number, read: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => read(i + 1));
}

export function rowOf<R>(row: R | undefined): R {
  if (row === undefined) throw new Error("a child row is missing");
  return row;
}

export function furtherOfOrganization(rows: StatedRows, row: Row<"organization">): OrganizationProfile["more"] {
  const { organizationIdentifier, organizationAccount } = rows;
  return compact({
    ...profileMoreColumns.data(row),
    identifiers: children(row.identifier_count, (n) =>
      organizationIdentifierColumns.data(rowOf(organizationIdentifier.get(1, n))),
    ),
    accounts: children(row.account_count, (n) => organizationAccountColumns.data(rowOf(organizationAccount.get(1, n)))),
  } as NonNullable<OrganizationProfile["more"]>);
}

export function clientOf(row: Row<"client">): Client {
  return clientColumns.data(row) as Client;
}

export function itemOf(rows: StatedRows, row: Row<"item">): Item {
  const more = compact({
    ...itemMoreColumns.data(row),
    classifications: children(row.classification_count, (n) =>
      itemClassificationColumns.data(rowOf(rows.itemClassification.get(row.id, n))),
    ),
    attributes: children(row.attribute_count, (n) =>
      itemAttributeColumns.data(rowOf(rows.itemAttribute.get(row.id, n))),
    ),
  } as NonNullable<Item["more"]>);
  return { ...itemColumns.data(row), more };
}

export function sellerOf(rows: StatedRows, id: number): Seller {
  const row = rowOf(rows.party.get(id));
  const more = compact({
    ...sellerMoreColumns.data(row),
    identifiers: children(row.identifier_count, (n) =>
      partyIdentifierColumns.data(rowOf(rows.partyIdentifier.get(id, n))),
    ),
    accounts: children(row.account_count, (n) => partyAccountColumns.data(rowOf(rows.partyAccount.get(id, n)))),
  } as NonNullable<Seller["more"]>);
  return { ...sellerColumns.data(row), more };
}

export function buyerOf(rows: StatedRows, id: number): Buyer {
  const row = rowOf(rows.party.get(id));
  return { ...buyerColumns.data(row), more: compact(buyerMoreColumns.data(row) as NonNullable<Buyer["more"]>) };
}

type DocumentMore = NonNullable<InvoiceContent["more"]>;

/** Of a document, and of each of its lines that states something, by the line's number. */
export function furtherOfDocument(
  rows: StatedRows,
  { id, more_count }: Row<"invoice">,
): { more: InvoiceContent["more"]; ofLines: ReadonlyMap<number, InvoiceContent["lines"][number]["more"]> } {
  if (more_count === 0) return { more: null, ofLines: new Map() };
  const row = rowOf(rows.invoiceMore.get(id));
  const { payment, ...rest } = moreColumns.data(row) as DocumentMore;
  const accounts = children(row.account_count, (n) =>
    invoiceAccountColumns.data(rowOf(rows.invoiceAccount.get(id, n))),
  );
  const more = compact<DocumentMore>({
    ...rest,
    notes: children(row.note_count, (n) => noteColumns.data(rowOf(rows.invoiceNote.get(id, n)))),
    preceding: children(row.preceding_count, (n) => precedingColumns.data(rowOf(rows.invoicePreceding.get(id, n)))),
    payment: payment && { ...payment, accounts },
  });
  return { more, ofLines: furtherOfLines(rows, row) };
}

function furtherOfLines(rows: StatedRows, { invoice_id: id, ...counts }: Row<"invoiceMore">) {
  const classifications = children(counts.classification_count, (n) =>
    rowOf(rows.invoiceLineClassification.get(id, n)),
  );
  const attributes = children(counts.attribute_count, (n) => rowOf(rows.invoiceLineAttribute.get(id, n)));
  const lists = { classifications: byLine(classifications), attributes: byLine(attributes) };
  return new Map(
    children(counts.line_count, (n) => {
      const row = rowOf(rows.invoiceLineMore.get(id, n));
      const more = {
        ...lineMoreColumns.data(row),
        classifications: (lists.classifications.get(row.line_n) ?? []).map(lineClassificationColumns.data),
        attributes: (lists.attributes.get(row.line_n) ?? []).map(lineAttributeColumns.data),
      };
      return [row.line_n, compact(more as NonNullable<InvoiceContent["lines"][number]["more"]>)] as const;
    }),
  );
}

const byLine = <R extends { line_n: number }>(rows: readonly R[]) => Map.groupBy(rows, ({ line_n }) => line_n);
