/** Parties and addresses in UBL. */
import type {
  Identifier,
  SemanticAddress,
  SemanticContact,
  SemanticParty,
  SemanticPayee,
  SemanticSeller,
  SemanticTaxRepresentative,
} from "../../events/einvoice/semantic.ts";
import { filedCountry } from "./as-filed.ts";
import { OTHER_TAX_SCHEME, VAT_SCHEME } from "./ubl-names.ts";
import { each, group, leaf, leafWith } from "./xml.ts";

/**
 * @param creditor BT-90 as an identification, or nothing
 * @param own what only sellers state (BT-32, BT-33)
 */
export function ublParty(
  party: SemanticParty,
  creditor = "",
  own: Pick<SemanticSeller, "taxId" | "legalInfo"> = { taxId: null, legalInfo: null },
): string {
  return group(
    "cac:Party",
    identifier("cbc:EndpointID", party.electronicAddress),
    each(party.identifiers, ublIdentification),
    creditor,
    group("cac:PartyName", leaf("cbc:Name", party.tradingName)),
    ublAddress("cac:PostalAddress", party.address),
    taxRegistration(party.vatId, VAT_SCHEME),
    taxRegistration(own.taxId, OTHER_TAX_SCHEME),
    group(
      "cac:PartyLegalEntity",
      leaf("cbc:RegistrationName", party.name),
      identifier("cbc:CompanyID", party.companyId),
      leaf("cbc:CompanyLegalForm", own.legalInfo),
    ),
    party.contact ? contact(party.contact) : "",
  );
}

export function ublPayee(payee: SemanticPayee, creditor: string): string {
  return group(
    "cac:PayeeParty",
    payee.id ? ublIdentification(payee.id) : "",
    creditor,
    group("cac:PartyName", leaf("cbc:Name", payee.name)),
    group("cac:PartyLegalEntity", identifier("cbc:CompanyID", payee.companyId)),
  );
}

export function ublTaxRepresentative({ name, address, vatId }: SemanticTaxRepresentative): string {
  return group(
    "cac:TaxRepresentativeParty",
    group("cac:PartyName", leaf("cbc:Name", name)),
    ublAddress("cac:PostalAddress", address),
    taxRegistration(vatId, VAT_SCHEME),
  );
}

export function ublIdentification(id: Identifier): string {
  return group("cac:PartyIdentification", identifier("cbc:ID", id));
}

export function ublAddress(name: string, address: SemanticAddress): string {
  return group(
    name,
    leaf("cbc:StreetName", address.street),
    leaf("cbc:AdditionalStreetName", address.street2),
    leaf("cbc:CityName", address.city),
    leaf("cbc:PostalZone", address.postcode),
    leaf("cbc:CountrySubentity", address.region),
    group("cac:AddressLine", leaf("cbc:Line", address.street3)),
    group("cac:Country", leaf("cbc:IdentificationCode", filedCountry(address.country))),
  );
}

function identifier(name: string, identifier: Identifier | null): string {
  return identifier ? leafWith(name, identifier.id, { schemeID: identifier.scheme }) : "";
}

function taxRegistration(id: string | null, scheme: string): string {
  if (id === null) return "";
  return group("cac:PartyTaxScheme", leaf("cbc:CompanyID", id), group("cac:TaxScheme", leaf("cbc:ID", scheme)));
}

function contact({ name, phone, email }: SemanticContact): string {
  return group("cac:Contact", leaf("cbc:Name", name), leaf("cbc:Telephone", phone), leaf("cbc:ElectronicMail", email));
}
