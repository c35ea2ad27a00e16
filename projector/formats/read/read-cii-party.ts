/** Reads parties, addresses and deliveries in CII. */
import type {
  Identifier,
  SemanticAddress,
  SemanticDelivery,
  SemanticParty,
  SemanticPayee,
  SemanticSeller,
  SemanticTaxRepresentative,
} from "../../../events/einvoice/semantic.ts";
import { TAX_REGISTRATION, VAT_REGISTRATION } from "../cii-names.ts";
import { FormatError } from "./format-error.ts";
import { ciiDateIn } from "./read-cii-amounts.ts";
import { identifierIn, identifierOf, neededCountry, neededText, textIn, unlessEmpty } from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

export function readCiiSeller(party: XmlElement): SemanticSeller {
  const identifiers = [...party.takeAll("ram:ID"), ...party.takeAll("ram:GlobalID")];
  return {
    ...readParty(party),
    identifiers: identifiers.flatMap((each) => identifierOf(each) ?? []),
    taxId: registrationIn(party, TAX_REGISTRATION),
    legalInfo: textIn(party, "ram:Description"),
  };
}

export function readCiiBuyer(party: XmlElement): SemanticParty {
  const identifier = oneIdentifier(party);
  return { ...readParty(party), identifiers: identifier ? [identifier] : [] };
}

function readParty(party: XmlElement): Omit<SemanticParty, "identifiers"> {
  const organization = party.take("ram:SpecifiedLegalOrganization");
  const contact = party.take("ram:DefinedTradeContact");
  return {
    name: neededText(party, "ram:Name"),
    tradingName: textIn(organization, "ram:TradingBusinessName"),
    companyId: identifierIn(organization, "ram:ID"),
    vatId: registrationIn(party, VAT_REGISTRATION),
    electronicAddress: identifierIn(party.take("ram:URIUniversalCommunication"), "ram:URIID"),
    address: readAddress(party.need("ram:PostalTradeAddress")),
    contact:
      contact &&
      unlessEmpty({
        // A file can name the department instead of a person.
        name: textIn(contact, "ram:PersonName") ?? textIn(contact, "ram:DepartmentName"),
        phone: textIn(contact.take("ram:TelephoneUniversalCommunication"), "ram:CompleteNumber"),
        email: textIn(contact.take("ram:EmailURIUniversalCommunication"), "ram:URIID"),
      }),
  };
}

export function readCiiPayee(settlement: XmlElement): SemanticPayee | null {
  const party = settlement.take("ram:PayeeTradeParty");
  if (!party) return null;
  return {
    name: neededText(party, "ram:Name"),
    id: oneIdentifier(party),
    companyId: identifierIn(party.take("ram:SpecifiedLegalOrganization"), "ram:ID"),
  };
}

export function readCiiTaxRepresentative(party: XmlElement): SemanticTaxRepresentative {
  const vatId = registrationIn(party, VAT_REGISTRATION);
  if (vatId === null) throw new FormatError("MISSING", `${party.path} has no VAT id`);
  return { name: neededText(party, "ram:Name"), vatId, address: readAddress(party.need("ram:PostalTradeAddress")) };
}

export function readCiiDelivery(delivery: XmlElement): SemanticDelivery | null {
  const party = delivery.take("ram:ShipToTradeParty");
  const address = party?.take("ram:PostalTradeAddress");
  return unlessEmpty({
    name: textIn(party, "ram:Name"),
    location: party && oneIdentifier(party),
    deliveredOn: ciiDateIn(delivery.take("ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime"),
    address: address ? readAddress(address) : null,
  });
}

/** Where the model has room for one: the one with a scheme says more. The other one is left. */
function oneIdentifier(party: XmlElement): Identifier | null {
  return identifierIn(party, "ram:GlobalID") ?? identifierIn(party, "ram:ID");
}

function readAddress(address: XmlElement): SemanticAddress {
  return {
    street: textIn(address, "ram:LineOne"),
    street2: textIn(address, "ram:LineTwo"),
    street3: textIn(address, "ram:LineThree"),
    city: textIn(address, "ram:CityName"),
    postcode: textIn(address, "ram:PostcodeCode"),
    region: textIn(address, "ram:CountrySubDivisionName"),
    country: neededCountry(address, "ram:CountryID"),
  };
}

function registrationIn(party: XmlElement, scheme: string): string | null {
  const isWanted = (each: XmlElement) => each.peekAttribute("ram:ID", "schemeID") === scheme;
  const id = party.take("ram:SpecifiedTaxRegistration", isWanted)?.take("ram:ID");
  id?.takeAttribute("schemeID", scheme);
  return id?.text ?? null;
}
