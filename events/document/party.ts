/** Sellers and buyers: addresses, and the copies that an issued invoice keeps. */
import { z } from "zod";
import { DOCUMENT_FORMATS } from "../einvoice/formats.ts";
import { code, country, email, line, lines } from "../values/schema.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";

/** A postal address (EN 16931, BG-5 and BG-8). */
export const address = z.object({
  street: line(200).nullable().describe("Street and number (BT-35, BT-50)."),
  street2: line(200).nullable().describe("A second line of the street."),
  city: line(100).nullable().describe("Town."),
  postcode: line(20).nullable().describe("Post code."),
  region: line(100).nullable().describe("Part of the country, such as a state."),
  country: country().describe("ISO 3166-1 alpha-2; `ZZ` where an import does not know it."),
});
export type Address = z.infer<typeof address>;

/** An identifier of a party or place. */
export const identifier = z.object({
  id: line(DRAFT_LIMITS.identifier).describe("The identifier."),
  scheme: code("icd").nullable().describe("Code of its scheme, ISO 6523 ICD, such as 0088 (GLN); null: none."),
});

/** An address for electronic documents. */
const electronicAddress = z.object({
  id: line(DRAFT_LIMITS.identifier).describe("The address."),
  scheme: code("eas").describe("Code of its scheme, EAS, such as 0088 (GLN) or EM (e-mail)."),
});

/** A bank account that is paid to (BG-17). */
export const account = z.object({
  account: line(DRAFT_LIMITS.account).describe("IBAN, or another number of the account (BT-84)."),
  name: line(DRAFT_LIMITS.name).nullable().describe("Name of its owner (BT-85)."),
  bic: line(11).nullable().describe("Bank, BIC (BT-86)."),
});

/** Whom to turn to (BG-6, BG-9). */
const contact = z.object({
  name: line(DRAFT_LIMITS.name).nullable().describe("Person or department."),
  phone: line(50).nullable().describe("Telephone number."),
  email: email().nullable().describe("E-mail address, in lower case."),
});

const taxRepresentative = z.object({
  name: line(DRAFT_LIMITS.name).describe("Name (BT-62)."),
  vatId: line(20).describe("VAT identification number (BT-63)."),
  address: address.describe("Postal address (BG-12)."),
});

/** What an organization states of itself beyond the usual. Issued documents copy it. */
export const furtherOfOrganization = z.object({
  identifiers: z.array(identifier).max(DRAFT_LIMITS.identifiers).describe("Identifiers (BT-29)."),
  companyIdScheme: code("icd").nullable().describe("Scheme of the company's number, ISO 6523 ICD; null: none."),
  taxId: line(50).nullable().describe("Registration for taxes, beside or without a VAT id (BT-32)."),
  legalInfo: lines(1000).nullable().describe("What the law asks to state, such as the capital (BT-33)."),
  electronicAddress: electronicAddress.nullable().describe("Address for electronic documents (BT-34)."),
  contact: contact.nullable().describe("Whom to turn to (BG-6); e-mail and telephone null: the organization's."),
  accounts: z.array(account).max(DRAFT_LIMITS.accounts).describe("Bank accounts besides the first (BG-17)."),
  creditorId: line(DRAFT_LIMITS.identifier).nullable().describe("Identifier for direct debits (BT-90)."),
  taxRepresentative: taxRepresentative.nullable().describe("Who represents it for taxes (BG-11)."),
  colour: line(7)
    .regex(/^#[0-9a-f]{6}$/, "must be a colour in lower case, such as #1a73e8")
    .nullable()
    .describe("Colour on paper."),
});
export type FurtherOfOrganization = z.infer<typeof furtherOfOrganization>;

/** What a client states beyond the usual, and how it wants its documents. */
export const furtherOfClient = z.object({
  tradingName: line(DRAFT_LIMITS.name).nullable().describe("Name that it trades under (BT-45)."),
  identifier: identifier.nullable().describe("Identifier (BT-46)."),
  companyIdScheme: code("icd").nullable().describe("Scheme of the company's number, ISO 6523 ICD; null: none."),
  electronicAddress: electronicAddress.nullable().describe("Address for electronic documents (BT-49)."),
  format: z
    .enum(DOCUMENT_FORMATS)
    .nullable()
    .describe("Format of its documents, whose rules they must pass; null: none."),
  buyerReference: line(DRAFT_LIMITS.reference).nullable().describe("Its reference on new drafts (BT-10)."),
});
export type FurtherOfClient = z.infer<typeof furtherOfClient>;

export const furtherOfSeller = z.object({
  tradingName: line(DRAFT_LIMITS.name).nullable(),
  ...furtherOfOrganization.shape,
});

export const furtherOfBuyer = z.object({
  ...furtherOfClient.omit({ format: true, buyerReference: true }).shape,
  contact: contact.nullable(),
});

/** The copy of a buyer on an issued invoice: later changes to the client do not affect it. */
export const buyer = z.object({
  name: line(200),
  address,
  vatId: line(20).nullable(),
  companyId: line(50).nullable(),
  more: furtherOfBuyer.nullable(),
});
export type Buyer = z.infer<typeof buyer>;

/** The copy of a seller on an issued invoice. */
export const seller = z.object({
  name: line(200),
  address,
  vatId: line(20).nullable(),
  companyId: line(50).nullable(),
  iban: line(34).nullable(),
  bic: line(11).nullable(),
  more: furtherOfSeller.nullable(),
});
export type Seller = z.infer<typeof seller>;
