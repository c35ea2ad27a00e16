import type { Item, ItemEvent } from "../../events/business/item.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { sortKeyOf } from "../../events/values/sort-key.ts";
import { itemColumns } from "../tables/mappings.ts";
import { must, type Projections, type Tables } from "./projection.ts";
import { putUniqueText } from "./unique-text.ts";

export const itemProjections: Projections<ItemEvent["type"]> = {
  ItemAdded(tables, event) {
    putItem(tables, event, event.data, { archived: 0, code: null });
  },
  ItemChanged(tables, event) {
    putItem(tables, event, event.data, must(tables.item.get(event.stream), event, `item ${event.stream}`));
  },
  ItemArchived(tables, event) {
    setArchived(tables, event, 1);
  },
  ItemRestored(tables, event) {
    setArchived(tables, event, 0);
  },
};

function putItem(
  tables: Tables,
  event: LogEvent,
  item: Item,
  { archived, code: before }: { archived: 0 | 1; code: string | null },
): void {
  const rest = { id: event.stream, version: event.version, archived, sort_key: sortKeyOf(item.code) };
  tables.item.put(itemColumns.row(item, rest));
  putUniqueText(tables, { stream: event.stream, kind: "item", scope: 0 }, { before, now: item.code });
  tables.search.item(event.stream);
}

function setArchived(tables: Tables, event: LogEvent, archived: 0 | 1): void {
  const item = must(tables.item.get(event.stream), event, `item ${event.stream}`);
  tables.item.put({ ...item, archived, version: event.version });
}
