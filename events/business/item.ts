/** Items: the catalogue for invoice lines. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { rate3Of, vatV1 } from "../document/basis-points.ts";
import { compact } from "../document/compact.ts";
import { furtherOfItem } from "../document/further.ts";
import { refusal } from "../errors.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import { VAT_CATEGORIES } from "../values/money.ts";
import { int, line, price6, rate3, unit } from "../values/schema.ts";
import { checkVat } from "../values/vat.ts";
import { isTaken, takenBy } from "./taken.ts";

export const item = z.object({
  code: line(60).describe("Code of the item; unique."),
  description: line(1000).describe("What stands on the line."),
  unit: unit().describe("Code of UN/ECE Recommendation 20, such as C62 (one) or HUR (hour)."),
  price6: price6().describe("Unit price in millionths of the currency's major unit."),
  vatCategory: z.enum(VAT_CATEGORIES).describe("VAT category (EN 16931)."),
  vatRate3: rate3().nullable().describe("VAT rate in thousandths of a per cent: 20000 is 20 %; null for category O."),
  more: furtherOfItem.nullable().describe("What else lines copy from it; null: nothing."),
});
export type Item = z.infer<typeof item>;

export type ItemEvent =
  | { type: "ItemAdded"; data: Item }
  | { type: "ItemChanged"; data: Item }
  | { type: "ItemArchived"; data: Record<never, never> }
  | { type: "ItemRestored"; data: Record<never, never> };

/** ItemAdded as first shipped: no unit, and one number for both VAT category and rate. */
export const itemAddedV1 = z.object({
  code: line(60),
  description: line(1000),
  price6: price6(),
  tax: int(-1, 10_000),
});

/** ItemAdded as shipped second: with a unit. */
export const itemAddedV2 = z.object({
  code: line(60),
  description: line(1000),
  price6: price6(),
  tax: int(-1, 10_000),
  unit: unit(),
});

/** An item whose rate is in basis points, and that states only the usual. */
export const itemV3 = z.object({
  code: line(60),
  description: line(1000),
  unit: unit(),
  price6: price6(),
  ...vatV1,
});

export function upcastItemV3({ vatRateBp, ...old }: z.infer<typeof itemV3>): Item {
  return { ...old, vatRate3: rate3Of(vatRateBp), more: null };
}

/** Items that were added before units existed are counted by the piece. */
export function upcastItemAddedV1(old: z.infer<typeof itemAddedV1>): z.infer<typeof itemAddedV2> {
  return { ...old, unit: "C62" };
}

/** `tax` became `vatCategory` and `vatRateBp`: −1 was "not subject to VAT", 0 zero rated, the rest a standard rate. */
export function upcastItemAddedV2(old: z.infer<typeof itemAddedV2>): z.infer<typeof itemV3> {
  const { code, description, unit, price6, tax } = old;
  const vatCategory = tax === -1 ? "O" : tax === 0 ? "Z" : "S";
  return { code, description, unit, price6, vatCategory, vatRateBp: tax === -1 ? null : tax };
}

export interface ItemOnBooks extends StreamState {
  details: Item;
  archived: boolean;
}

export interface ItemBooks {
  item(id: StreamId): ItemOnBooks | undefined;
  /** Another item than `own` whose code is the same to people (`uniqueKey`); the one with exactly this code first. */
  itemIdByCode(code: string, own: StreamId | null): StreamId | undefined;
}

export function addItem(books: ItemBooks, details: Item): ItemEvent {
  return { type: "ItemAdded", data: checkItem(books, details, null) };
}

export function changeItem(books: ItemBooks, id: StreamId, details: Item): ItemEvent | null {
  const item = activeItem(books, id, null);
  const data = checkItem(books, details, id);
  return isDeepStrictEqual(item.details, data) ? null : { type: "ItemChanged", data };
}

export function archiveItem(books: ItemBooks, id: StreamId): ItemEvent | null {
  return itemOf(books, id, null).archived ? null : { type: "ItemArchived", data: {} };
}

export function restoreItem(books: ItemBooks, id: StreamId): ItemEvent | null {
  return itemOf(books, id, null).archived ? { type: "ItemRestored", data: {} } : null;
}

/** The item with that id. @param field the input field with the id; null if it is in the path */
export function itemOf(books: ItemBooks, id: StreamId, field: string | null): ItemOnBooks {
  const item = books.item(id);
  if (item) return item;
  throw refusal("UNKNOWN_ITEM", `there is no item ${id}`, {
    values: { item: id },
    field,
  });
}

/** The item with that id, if new lines may use it. @throws Refusal ITEM_ARCHIVED */
export function activeItem(books: ItemBooks, id: StreamId, field: string | null): ItemOnBooks {
  const item = itemOf(books, id, field);
  if (!item.archived) return item;
  throw refusal("ITEM_ARCHIVED", `item ${item.details.code} is archived; restore it first`, {
    field,
    values: { item: id },
  });
}

function checkItem(books: ItemBooks, stated: Item, own: StreamId | null): Item {
  const details = { ...stated, more: compact(stated.more) };
  checkVat(details, "");
  const { code } = details;
  const id = books.itemIdByCode(code, own);
  if (id === undefined) return details;
  const existing = itemOf(books, id, null).details.code;
  const before = own === null ? null : itemOf(books, own, null).details.code;
  if (!isTaken(code, { existing, before })) return details;
  throw refusal("ITEM_CODE_TAKEN", takenBy(`item ${id}`, "code", { text: code, existing }), {
    field: "code",
    values: { code, item: id, existing },
  });
}
