import type { Client, ClientEvent } from "../../events/business/client.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { sortKeyOf } from "../../events/values/sort-key.ts";
import { clientColumns } from "../tables/mappings.ts";
import { must, type Projections, type Tables } from "./projection.ts";

export const clientProjections: Projections<ClientEvent["type"]> = {
  ClientRegistered(tables, event) {
    putClient(tables, event, event.data, { archived: 0, registered_at: event.at });
  },
  ClientDetailsChanged(tables, event) {
    putClient(tables, event, event.data, must(tables.client.get(event.stream), event, `client ${event.stream}`));
  },
  ClientArchived(tables, event) {
    setArchived(tables, event, 1);
  },
  ClientRestored(tables, event) {
    setArchived(tables, event, 0);
  },
};

function putClient(
  tables: Tables,
  event: LogEvent,
  client: Client,
  before: { archived: 0 | 1; registered_at: number },
): void {
  const { archived, registered_at } = before;
  const rest = { id: event.stream, version: event.version, archived, registered_at, sort_key: sortKeyOf(client.name) };
  tables.client.put(clientColumns.row(client, rest));
  tables.search.client(event.stream);
}

function setArchived(tables: Tables, event: LogEvent, archived: 0 | 1): void {
  const client = must(tables.client.get(event.stream), event, `client ${event.stream}`);
  tables.client.put({ ...client, archived, version: event.version });
}
