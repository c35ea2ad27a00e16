/** Commands on the catalogue. */
import { addItem, archiveItem, changeItem, item, itemOf, restoreItem } from "../business/item.ts";
import { WRITERS } from "../business/roles.ts";
import { define, NO_INPUT } from "./command.ts";
import { changeOf, inputOf } from "./command-input.ts";

export const itemCommands = {
  AddItem: define({
    stream: "item",
    event: "ItemAdded",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/items",
    summary: "Add an item to the catalogue",
    input: inputOf(item),
    rules: ["ITEM_CODE_TAKEN", "UNKNOWN_CURRENCY", "VAT_RATE_NOT_ALLOWED"],
    decide: (books, details) => addItem(books, details),
  }),

  ChangeItem: define({
    stream: "item",
    event: "ItemChanged",
    begins: false,
    roles: WRITERS,
    method: "PATCH",
    path: "/api/items/:id",
    summary: "Change an item",
    input: changeOf(item),
    rules: ["ITEM_CODE_TAKEN", "UNKNOWN_CURRENCY", "VAT_RATE_NOT_ALLOWED", "ITEM_ARCHIVED", "UNKNOWN_ITEM"],
    before: (books, _, id) => books.item(id)?.details,
    decide: (books, change, { id }) => changeItem(books, id, { ...itemOf(books, id, null).details, ...change }),
  }),

  ArchiveItem: define({
    stream: "item",
    event: "ItemArchived",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/items/:id/archive",
    summary: "Archive an item: no new line can be made from it",
    input: NO_INPUT,
    rules: ["UNKNOWN_ITEM"],
    decide: (books, _, { id }) => archiveItem(books, id),
  }),

  RestoreItem: define({
    stream: "item",
    event: "ItemRestored",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/items/:id/restore",
    summary: "Restore an archived item",
    input: NO_INPUT,
    rules: ["UNKNOWN_ITEM"],
    decide: (books, _, { id }) => restoreItem(books, id),
  }),
} as const;
