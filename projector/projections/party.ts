/** The parties of issued documents: one row for all documents that state the same. */
import type { Buyer, Seller } from "../../events/document/party.ts";
import { sameBytes } from "../../events/hash.ts";
import { partyAccountColumns, partyIdentifierColumns } from "../tables/mappings.ts";
import { contentOfBuyer, contentOfSeller, firstIdOf, type PartyContent } from "../tables/party-rows.ts";
import type { Tables } from "./projection.ts";

/** The id of the row that states this seller; a new row if there is none yet. */
export function putSeller(tables: Tables, seller: Seller): number {
  return putParty(tables, contentOfSeller(seller));
}

/** The id of the row that states this buyer; a new row if there is none yet. */
export function putBuyer(tables: Tables, buyer: Buyer): number {
  return putParty(tables, contentOfBuyer(buyer));
}

function putParty(tables: Tables, content: PartyContent): number {
  for (let id = firstIdOf(content); ; id++) {
    const found = tables.party.get(id);
    if (found && (found.hash === content.hash || sameBytes(found.hash, content.hash))) return id;
    if (found) continue;
    tables.party.put(content.rowOf(id), false);
    for (const [i, one] of content.identifiers.entries())
      tables.partyIdentifier.put(partyIdentifierColumns.row(one, { party_id: id, n: i + 1 }), false);
    for (const [i, one] of content.accounts.entries())
      tables.partyAccount.put(partyAccountColumns.row(one, { party_id: id, n: i + 1 }), false);
    return id;
  }
}
