/** The rows of a party: what a seller or a buyer states, and the hash that tells it from others. */
import { hash } from "node:crypto";
import type { Buyer, Seller } from "../../events/document/party.ts";
import {
  buyerColumns,
  buyerMoreColumns,
  partyAccountColumns,
  partyIdentifierColumns,
  sellerColumns,
  sellerMoreColumns,
} from "./mappings.ts";
import type { Row } from "./tables.ts";

/** A party without its id. `rowOf` makes its row; its lists are rows of their own. */
export interface PartyContent {
  hash: Buffer;
  rowOf(id: number): Row<"party">;
  identifiers: NonNullable<Seller["more"]>["identifiers"];
  accounts: NonNullable<Seller["more"]>["accounts"];
}

/** What only sellers state, and what only buyers do. */
const NOTHING_OF_BUYER = {
  identifier_id: null,
  identifier_scheme: null,
} as const;
const NOTHING_OF_SELLER = {
  tax_id: null,
  legal_info: null,
  creditor_id: null,
  tax_representative_name: null,
  tax_representative_vat_id: null,
  tax_representative_street: null,
  tax_representative_street2: null,
  tax_representative_city: null,
  tax_representative_postcode: null,
  tax_representative_region: null,
  tax_representative_country: null,
  colour: null,
  identifier_count: 0,
  account_count: 0,
} as const;
const NO_MORE = {
  trading_name: null,
  company_id_scheme: null,
  electronic_address_id: null,
  electronic_address_scheme: null,
  contact_name: null,
  contact_phone: null,
  contact_email: null,
} as const;

/** The values of a party's columns, and what was made of them. */
interface Stated {
  values: readonly unknown[];
  content: PartyContent;
}

/**
 * What parties stated lately, by name: most documents state the same as the last one with that name, and a hash takes longer
 * than all else that is done for a party. Parties with `more` are few.
 */
const lately = { seller: new Map<string, Stated>(), buyer: new Map<string, Stated>() };
const MAX_LATELY = 4_096;

function contentOf(
  kind: keyof typeof lately,
  name: string,
  values: readonly unknown[],
  make: (values: readonly unknown[]) => PartyContent,
): PartyContent {
  const known = lately[kind];
  const last = known.get(name);
  if (last && values.every((value, n) => value === last.values[n])) return last.content;
  if (known.size === MAX_LATELY) known.clear();
  const content = make(values);
  known.set(name, { values, content });
  return content;
}

export function contentOfSeller(seller: Seller): PartyContent {
  const values = sellerColumns.values(seller);
  if (seller.more !== null) return newSeller(seller, values);
  return contentOf("seller", seller.name, values, (values) => newSeller(seller, values));
}

function newSeller(seller: Seller, values: readonly unknown[]): PartyContent {
  const { more } = seller;
  const [identifiers, accounts] = [more?.identifiers ?? [], more?.accounts ?? []];
  const lists = [identifiers.map(partyIdentifierColumns.values), accounts.map(partyAccountColumns.values)];
  const digest = hashOf(["seller", values, more && sellerMoreColumns.values(more), ...lists]);
  const rowOf = (id: number) =>
    sellerColumns.row(seller, {
      ...{ id, hash: digest, ...NO_MORE, ...NOTHING_OF_SELLER, ...NOTHING_OF_BUYER },
      ...(more && sellerMoreColumns.part(more)),
      ...{ identifier_count: identifiers.length, account_count: accounts.length },
    });
  return { hash: digest, rowOf, identifiers, accounts };
}

export function contentOfBuyer(buyer: Buyer): PartyContent {
  const values = buyerColumns.values(buyer);
  if (buyer.more !== null) return newBuyer(buyer, values);
  return contentOf("buyer", buyer.name, values, (values) => newBuyer(buyer, values));
}

function newBuyer(buyer: Buyer, values: readonly unknown[]): PartyContent {
  const { more } = buyer;
  const digest = hashOf(["buyer", values, more && buyerMoreColumns.values(more)]);
  const rowOf = (id: number) =>
    buyerColumns.row(buyer, {
      ...{ id, hash: digest, iban: null, bic: null, ...NO_MORE, ...NOTHING_OF_SELLER, ...NOTHING_OF_BUYER },
      ...(more && buyerMoreColumns.part(more)),
    });
  return { hash: digest, rowOf, identifiers: [], accounts: [] };
}

/** Of values in the order of the columns: the fields of an event that was not read from its bytes can be in any order. */
function hashOf(content: readonly unknown[]): Buffer {
  return hash("sha256", JSON.stringify(content), "buffer");
}

/** The id that a party has unless another one has it: 36 bits, because a key of two parts has to fit into one number. */
export function firstIdOf({ hash }: PartyContent): number {
  return Math.floor(hash.readUIntBE(0, 5) / 16) + 1;
}
