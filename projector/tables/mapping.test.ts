import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { bytes, int, line } from "../../events/values/schema.ts";
import { CLIENT, PROFILE } from "../../fixtures/data/events.ts";
import { mappingOf } from "./mapping.ts";
import { clientColumns, profileColumns } from "./mappings.ts";
import { blob, defineTable, flag, integer, nullable, text } from "./table.ts";

const book = defineTable(
  "book",
  "what is read",
  {
    id: integer("its number"),
    shelf: text("where it is"),
    vat_rate3: nullable(integer("VAT")),
    street2: text("of the shop"),
    cover: blob("image"),
    is_foreign: flag("is_foreign", "1: translated"),
  },
  { key: ["id"] },
);
const schema = z.object({
  foreign: z.boolean(),
  vatRate3: int(0, 100_000).nullable(),
  shop: z.object({ street2: line(10) }),
  cover: bytes(10),
  pages: z.array(line(10)).max(2),
});
const mapping = mappingOf(book, schema);
const DATA = { foreign: true, vatRate3: null, shop: { street2: "Mews" }, cover: Uint8Array.of(1), pages: ["p"] };
const ROW = { id: 7, shelf: "A", vat_rate3: null, street2: "Mews", cover: DATA.cover, is_foreign: 1 } as const;

test("row() makes a whole row with its columns in the order of the table", () => {
  const row = mapping.row(DATA, { id: 7, shelf: "A" });
  assert.deepEqual(row, ROW);
  assert.deepEqual(Object.keys(row), book.columnNames);
});

test("part() and values() have the columns that come from the data, in the order of the table", () => {
  const { id: _id, shelf: _shelf, ...part } = ROW;
  assert.deepEqual(mapping.part(DATA), part);
  assert.deepEqual(mapping.columns, Object.keys(part));
  assert.deepEqual(mapping.values(DATA), Object.values(part));
});

test("data() reads all fields from a row but the lists, which have tables of their own", () => {
  const { pages: _, ...stored } = DATA;
  assert.deepEqual(mapping.data(ROW), stored);
  assert.deepEqual(mapping.data({ ...ROW, is_foreign: 0, vat_rate3: 20_000 }), {
    ...stored,
    foreign: false,
    vatRate3: 20_000,
  });
});

test("data() reverses row(): a client, and a profile without its lists", () => {
  const client = { ...CLIENT, termsDays: 14, vatCategory: "K" } as const;
  const rest = { id: 3, version: 1, archived: 0, registered_at: 5, sort_key: "" } as const;
  assert.deepEqual(clientColumns.data(clientColumns.row(client, rest)), client);
  const { series, vatRates: _, ...profile } = PROFILE;
  const own = {
    id: 1,
    version: 1,
    logo_type: null,
    logo: null,
    locked_up_to: null,
    vat_rate_count: 0,
    identifier_count: 0,
    account_count: 0,
    series_count: series.length,
    registered_at: 5,
  };
  assert.deepEqual(profileColumns.data(profileColumns.row(PROFILE, own)), profile);
});

test("mappingOf() and the compiler refuse a field without a column, or with a column of another type", () => {
  // @ts-expect-error the table lacks a column for isbn
  assert.throws(() => mappingOf(book, schema.extend({ isbn: line(13) })), /the table book has no column isbn/);
  // @ts-expect-error the column can be NULL, and the field cannot
  mappingOf(book, z.object({ vatRate3: int(0, 100_000) }));
  // @ts-expect-error the column is a number
  mappingOf(book, z.object({ vatRate3: line(10).nullable() }));
});
