import type { Client, ClientEvent } from "../../events/business/client.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
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
  kept: { archived: 0 | 1; registered_at: number },
): void {
  tables.client.put({
    id: event.stream,
    version: event.version,
    name: client.name,
    contact: client.contact,
    email: client.email,
    phone: client.phone,
    ...client.address,
    vat_id: client.vatId,
    company_id: client.companyId,
    terms_days: client.termsDays,
    currency: client.currency,
    vat_category: client.vatCategory,
    language: client.language,
    note: client.note,
    archived: kept.archived,
    registered_at: kept.registered_at,
  });
  tables.search.client(event.stream);
}

function setArchived(tables: Tables, event: LogEvent, archived: 0 | 1): void {
  const client = must(tables.client.get(event.stream), event, `client ${event.stream}`);
  tables.client.put({ ...client, archived, version: event.version });
}
