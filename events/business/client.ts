/** Clients: whom invoices go to. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { VAT_CATEGORIES_V1 } from "../document/basis-points.ts";
import { compact } from "../document/compact.ts";
import { address, furtherOfClient } from "../document/party.ts";
import { refusal } from "../errors.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import { checkCurrency } from "../values/currency.ts";
import { VAT_CATEGORIES } from "../values/money.ts";
import { currency, email, int, language, line, lines } from "../values/schema.ts";
import { checkActiveClient } from "./state-rules.ts";

/** A client, with the defaults that its invoices begin with (null: the organization's). */
export const client = z.object({
  name: line(200).describe("Name, as it stands on invoices."),
  contact: line(200).nullable().describe("Person to turn to."),
  email: email().nullable().describe("E-mail address, in lower case."),
  phone: line(50).nullable().describe("Telephone number."),
  address: address.describe("Postal address."),
  vatId: line(20).nullable().describe("VAT identification number, with its country's letters."),
  companyId: line(50).nullable().describe("Number in the register of companies."),
  termsDays: int(0, 365).nullable().describe("Days from issue to due; null: the organization's."),
  currency: currency().nullable().describe("ISO 4217; null: the organization's."),
  vatCategory: z.enum(VAT_CATEGORIES).nullable().describe("VAT category of new lines (EN 16931); null: the item's."),
  language: language().nullable().describe("Language of invoices, BCP 47; null: the organization's."),
  note: lines(2000).nullable().describe("For people in the company; on no invoice."),
  more: furtherOfClient
    .nullable()
    .describe("What else its documents state, and their format; null: nothing. A change replaces all of it."),
});
export type Client = z.infer<typeof client>;

/** A client until VAT category B was added, and with the usual fields alone. */
export const clientV1 = client.omit({ more: true }).extend({ vatCategory: z.enum(VAT_CATEGORIES_V1).nullable() });

export function upcastClientV1(old: z.infer<typeof clientV1>): Client {
  return { ...old, more: null };
}

export type ClientEvent =
  | { type: "ClientRegistered"; data: Client }
  | { type: "ClientDetailsChanged"; data: Client }
  | { type: "ClientArchived"; data: Record<never, never> }
  | { type: "ClientRestored"; data: Record<never, never> };

export interface ClientOnBooks extends StreamState {
  details: Client;
  archived: boolean;
}

export interface ClientBooks {
  client(id: StreamId): ClientOnBooks | undefined;
}

export function registerClient(details: Client): ClientEvent {
  return { type: "ClientRegistered", data: checkClient(details) };
}

export function changeClientDetails(books: ClientBooks, id: StreamId, details: Client): ClientEvent | null {
  const client = activeClient(books, id, null);
  const data = checkClient(details);
  return isDeepStrictEqual(client.details, data) ? null : { type: "ClientDetailsChanged", data };
}

export function archiveClient(books: ClientBooks, id: StreamId): ClientEvent | null {
  return clientOf(books, id, null).archived ? null : { type: "ClientArchived", data: {} };
}

export function restoreClient(books: ClientBooks, id: StreamId): ClientEvent | null {
  return clientOf(books, id, null).archived ? { type: "ClientRestored", data: {} } : null;
}

/** The client of that id. @param field where the command names it; null if its path does */
export function clientOf(books: ClientBooks, id: StreamId, field: string | null): ClientOnBooks {
  const client = books.client(id);
  if (client) return client;
  throw refusal("UNKNOWN_CLIENT", `there is no client ${id}`, {
    values: { client: id },
    field,
  });
}

/** The client of that id, if something may be written for it. */
export function activeClient(books: ClientBooks, id: StreamId, field: string | null): ClientOnBooks {
  const client = clientOf(books, id, field);
  checkActiveClient({ id, name: client.details.name, archived: client.archived }, field);
  return client;
}

function checkClient(details: Client): Client {
  if (details.currency !== null) checkCurrency(details.currency);
  return { ...details, more: compact(details.more) };
}
