import type { Item, ItemEvent } from "../../events/business/item.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { sortKeyOf } from "../../events/values/sort-key.ts";
import { itemAttributeColumns, itemClassificationColumns, itemColumns } from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { must, type Projections, type Tables } from "./projection.ts";
import { putUniqueText } from "./unique-text.ts";

export const itemProjections: Projections<ItemEvent["type"]> = {
  ItemAdded(tables, event) {
    putItem(tables, event, event.data, { archived: 0, code: null, classification_count: 0, attribute_count: 0 });
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
  former: Pick<Row<"item">, "archived" | "classification_count" | "attribute_count"> & { code: string | null },
): void {
  const id = event.stream;
  const { archived, code: before } = former;
  const { classifications = [], attributes = [] } = item.more ?? {};
  const counts = { classification_count: classifications.length, attribute_count: attributes.length };
  const rest = { id, version: event.version, archived, sort_key: sortKeyOf(item.code), ...counts };
  tables.item.put(itemColumns.row(item, rest));
  for (const [i, one] of classifications.entries())
    tables.itemClassification.put(itemClassificationColumns.row(one, { item_id: id, n: i + 1 }));
  for (const [i, one] of attributes.entries())
    tables.itemAttribute.put(itemAttributeColumns.row(one, { item_id: id, n: i + 1 }));
  for (let n = classifications.length + 1; n <= former.classification_count; n++)
    tables.itemClassification.delete(id, n);
  for (let n = attributes.length + 1; n <= former.attribute_count; n++) tables.itemAttribute.delete(id, n);
  putUniqueText(tables, { stream: event.stream, kind: "item", scope: 0 }, { before, now: item.code });
  tables.search.item(event.stream);
}

function setArchived(tables: Tables, event: LogEvent, archived: 0 | 1): void {
  const item = must(tables.item.get(event.stream), event, `item ${event.stream}`);
  tables.item.put({ ...item, archived, version: event.version });
}
