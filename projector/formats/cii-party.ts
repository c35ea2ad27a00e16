/** Parties and addresses in CII. */
import type {
  Identifier,
  SemanticAddress,
  SemanticContact,
  SemanticDelivery,
  SemanticParty,
  SemanticPayee,
  SemanticSeller,
  SemanticTaxRepresentative,
} from "../../events/einvoice/semantic.ts";
import { filedCountry } from "./as-filed.ts";
import { TAX_REGISTRATION, VAT_REGISTRATION } from "./cii-names.ts";
import { each, group, leaf, leafWith } from "./xml.ts";

/** @param own what only sellers state (BT-32, BT-33) */
export function ciiParty(
  name: string,
  party: SemanticParty,
  own: Pick<SemanticSeller, "taxId" | "legalInfo"> = { taxId: null, legalInfo: null },
): string {
  const { electronicAddress } = party;
  return group(
    name,
    identifiers(party.identifiers),
    leaf("ram:Name", party.name),
    leaf("ram:Description", own.legalInfo),
    organization(party.companyId, party.tradingName),
    party.contact ? contact(party.contact) : "",
    address(party.address),
    electronicAddress
      ? group(
          "ram:URIUniversalCommunication",
          leafWith("ram:URIID", electronicAddress.id, { schemeID: electronicAddress.scheme }),
        )
      : "",
    registration(party.vatId, VAT_REGISTRATION),
    registration(own.taxId, TAX_REGISTRATION),
  );
}

export function ciiPayee({ id, name, companyId }: SemanticPayee): string {
  return group(
    "ram:PayeeTradeParty",
    identifiers(id ? [id] : []),
    leaf("ram:Name", name),
    organization(companyId, null),
  );
}

export function ciiTaxRepresentative(representative: SemanticTaxRepresentative): string {
  return group(
    "ram:SellerTaxRepresentativeTradeParty",
    leaf("ram:Name", representative.name),
    address(representative.address),
    registration(representative.vatId, VAT_REGISTRATION),
  );
}

export function ciiShipTo(delivery: SemanticDelivery): string {
  return group(
    "ram:ShipToTradeParty",
    identifiers(delivery.location ? [delivery.location] : []),
    leaf("ram:Name", delivery.name),
    delivery.address ? address(delivery.address) : "",
  );
}

/** Those without a scheme come first: they have an element of their own. */
function identifiers(ids: readonly Identifier[]): string {
  return [
    each(ids, ({ id, scheme }) => leaf("ram:ID", scheme === null ? id : null)),
    each(ids, ({ id, scheme }) => (scheme === null ? "" : leafWith("ram:GlobalID", id, { schemeID: scheme }))),
  ].join("");
}

function organization(companyId: Identifier | null, tradingName: string | null): string {
  return group(
    "ram:SpecifiedLegalOrganization",
    companyId ? leafWith("ram:ID", companyId.id, { schemeID: companyId.scheme }) : "",
    leaf("ram:TradingBusinessName", tradingName),
  );
}

function contact({ name, phone, email }: SemanticContact): string {
  return group(
    "ram:DefinedTradeContact",
    leaf("ram:PersonName", name),
    group("ram:TelephoneUniversalCommunication", leaf("ram:CompleteNumber", phone)),
    group("ram:EmailURIUniversalCommunication", leaf("ram:URIID", email)),
  );
}

function address({ postcode, street, street2, street3, city, country, region }: SemanticAddress): string {
  return group(
    "ram:PostalTradeAddress",
    leaf("ram:PostcodeCode", postcode),
    leaf("ram:LineOne", street),
    leaf("ram:LineTwo", street2),
    leaf("ram:LineThree", street3),
    leaf("ram:CityName", city),
    leaf("ram:CountryID", filedCountry(country)),
    leaf("ram:CountrySubDivisionName", region),
  );
}

function registration(id: string | null, scheme: string): string {
  return group("ram:SpecifiedTaxRegistration", leafWith("ram:ID", id, { schemeID: scheme }));
}
