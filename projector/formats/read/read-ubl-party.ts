/** Reads parties and addresses in UBL. */
import type {
  SemanticAddress,
  SemanticParty,
  SemanticPayee,
  SemanticSeller,
  SemanticTaxRepresentative,
} from "../../../events/einvoice/semantic.ts";
import { CREDITOR_SCHEME, VAT_SCHEME } from "../ubl-names.ts";
import { FormatError } from "./format-error.ts";
import { identifierIn, identifierOf, neededCountry, neededText, textIn, unlessEmpty } from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

export function readUblSeller(party: XmlElement): SemanticSeller {
  const identifiers = party
    .takeAll("cac:PartyIdentification", (each) => !isCreditor(each))
    .flatMap((each) => identifierIn(each, "cbc:ID") ?? []);
  const taxId = taxRegistrationOf(party, (scheme) => scheme !== VAT_SCHEME);
  const entity = party.need("cac:PartyLegalEntity");
  const legalInfo = textIn(entity, "cbc:CompanyLegalForm");
  return { ...readParty(party, entity), identifiers, taxId, legalInfo };
}

export function readUblBuyer(party: XmlElement): SemanticParty {
  const identifier = identifierIn(party.take("cac:PartyIdentification"), "cbc:ID");
  return { ...readParty(party, party.need("cac:PartyLegalEntity")), identifiers: identifier ? [identifier] : [] };
}

/** True for BT-90, which is an identification of the payee or the seller by its scheme. */
export function isCreditor(identification: XmlElement): boolean {
  return identification.peekAttribute("cbc:ID", "schemeID")?.toUpperCase() === CREDITOR_SCHEME;
}

function readParty(party: XmlElement, entity: XmlElement): Omit<SemanticParty, "identifiers"> {
  const contact = party.take("cac:Contact");
  return {
    name: neededText(entity, "cbc:RegistrationName"),
    tradingName: textIn(party.take("cac:PartyName"), "cbc:Name"),
    companyId: identifierIn(entity, "cbc:CompanyID"),
    vatId: taxRegistrationOf(party, (scheme) => scheme === VAT_SCHEME),
    electronicAddress: identifierOf(party.take("cbc:EndpointID")),
    address: readUblAddress(party.need("cac:PostalAddress")),
    contact:
      contact &&
      unlessEmpty({
        name: textIn(contact, "cbc:Name"),
        phone: textIn(contact, "cbc:Telephone"),
        email: textIn(contact, "cbc:ElectronicMail"),
      }),
  };
}

export function readUblPayee(party: XmlElement): SemanticPayee {
  return {
    name: neededText(party.need("cac:PartyName"), "cbc:Name"),
    id: identifierIn(party.take("cac:PartyIdentification"), "cbc:ID"),
    companyId: identifierIn(party.take("cac:PartyLegalEntity"), "cbc:CompanyID"),
  };
}

export function readUblTaxRepresentative(party: XmlElement): SemanticTaxRepresentative {
  const vatId = taxRegistrationOf(party, (scheme) => scheme === VAT_SCHEME);
  if (vatId === null) throw new FormatError("MISSING", `${party.path} has no VAT id`);
  return {
    name: neededText(party.need("cac:PartyName"), "cbc:Name"),
    vatId,
    address: readUblAddress(party.need("cac:PostalAddress")),
  };
}

export function readUblAddress(address: XmlElement): SemanticAddress {
  return {
    street: textIn(address, "cbc:StreetName"),
    street2: textIn(address, "cbc:AdditionalStreetName"),
    street3: textIn(address.take("cac:AddressLine"), "cbc:Line"),
    city: textIn(address, "cbc:CityName"),
    postcode: textIn(address, "cbc:PostalZone"),
    region: textIn(address, "cbc:CountrySubentity"),
    country: neededCountry(address.need("cac:Country"), "cbc:IdentificationCode"),
  };
}

function taxRegistrationOf(party: XmlElement, isWanted: (scheme: string) => boolean): string | null {
  const schemeOf = (each: XmlElement) => each.child("cac:TaxScheme")?.peek("cbc:ID")?.toUpperCase() ?? "";
  const registration = party.take("cac:PartyTaxScheme", (each) => isWanted(schemeOf(each)));
  // Which other tax it is (`TAX`, `LOC`, `FC`) is no term of the model.
  registration?.take("cac:TaxScheme")?.take("cbc:ID");
  return textIn(registration, "cbc:CompanyID");
}
