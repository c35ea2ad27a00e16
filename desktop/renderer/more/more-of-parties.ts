/** What stands behind "More" of the organization and of a client, by the names of the commands. */
import { SCHEME_OF_COUNTRY } from "../../../events/einvoice/words/address-schemes.ts";
import { DRAFT_LIMITS } from "../../../events/values/size-limits.ts";
import { codeOfText, countries } from "../text/named-codes.ts";
import type { MoreField, MoreGroup, UsualCodes } from "./more.ts";
import { ACCOUNTS, addressFields, identifierFields } from "./more-of-document.ts";

/** An address for electronic documents: it cannot be without the scheme. */
const ELECTRONIC_ADDRESS: Readonly<Record<string, MoreField>> = {
  ...identifierFields("electronicAddress", "Electronic address", "electronicSchemes"),
  "electronicAddress.scheme": {
    ...{ label: "Electronic address: scheme", kind: "code", list: "electronicSchemes" },
    requiredIn: "electronicAddress",
  },
};

const COMPANY_SCHEME: MoreField = { label: "Scheme of the company number", kind: "code", list: "schemes" };

export const ORGANIZATION_MORE: MoreGroup = [
  {
    title: "Registration",
    fields: {
      taxId: { label: "Tax number", max: 50, hint: "Beside or without a VAT ID" },
      companyIdScheme: COMPANY_SCHEME,
      legalInfo: {
        ...{ label: "Legal information", kind: "lines", max: 1000, wide: true },
        hint: "What the law asks you to state, such as capital, register and directors",
      },
    },
    lists: {
      identifiers: {
        one: "identifier",
        many: "identifiers",
        max: DRAFT_LIMITS.identifiers,
        fields: {
          id: { label: "Identifier", max: DRAFT_LIMITS.identifier, requiredIn: "" },
          scheme: { label: "Scheme", kind: "code", list: "schemes" },
        },
      },
    },
  },
  {
    title: "Electronic invoices and contact",
    fields: {
      ...ELECTRONIC_ADDRESS,
      "contact.name": { label: "Contact", max: DRAFT_LIMITS.name },
      "contact.phone": { label: "Contact: phone", max: 50, hint: "If it is not the one above" },
      "contact.email": { label: "Contact: e-mail", kind: "email", max: 254, hint: "If it is not the one above" },
    },
  },
  {
    title: "Payment",
    fields: {
      creditorId: { label: "Creditor identifier", max: DRAFT_LIMITS.identifier, hint: "For direct debits" },
    },
    lists: { accounts: ACCOUNTS },
  },
  {
    title: "Tax representative",
    fields: {
      "taxRepresentative.name": {
        ...{ label: "Tax representative", short: "Name", max: DRAFT_LIMITS.name, requiredIn: "taxRepresentative" },
      },
      "taxRepresentative.vatId": {
        ...{ label: "Tax representative: VAT ID", short: "VAT ID", max: 20, requiredIn: "taxRepresentative" },
      },
      ...addressFields("taxRepresentative.address", "Tax representative", "taxRepresentative"),
    },
  },
  { title: "Paper", fields: { colour: { label: "Colour", kind: "colour", hint: "Such as #1a73e8" } } },
];

export const CLIENT_MORE: MoreGroup = [
  {
    title: "Electronic invoices",
    fields: {
      format: {
        label: "Format of invoices",
        kind: "format",
        hint: "Documents must pass its rules when they are issued",
      },
      ...ELECTRONIC_ADDRESS,
      buyerReference: {
        ...{ label: "Buyer’s reference", max: DRAFT_LIMITS.reference },
        hint: "For new invoices, such as a Leitweg-ID",
      },
    },
  },
  {
    title: "Names and identifiers",
    fields: {
      tradingName: { label: "Trading name", max: DRAFT_LIMITS.name },
      ...identifierFields("identifier", "Identifier", "schemes"),
      companyIdScheme: COMPANY_SCHEME,
    },
  },
];

const CONTACT: Readonly<Record<string, MoreField>> = {
  "contact.name": { label: "Contact" },
  "contact.phone": { label: "Contact: phone" },
  "contact.email": { label: "Contact: e-mail", kind: "email" },
};

/** What an issued document states of its seller. Nobody types it. */
export const SELLER_MORE: MoreGroup = [
  { title: "Names", fields: { tradingName: { label: "Trading name" } } },
  ...ORGANIZATION_MORE.filter(({ title }) => title !== "Paper"),
];

/** What an issued document states of its buyer. Nobody types it. */
export const BUYER_MORE: MoreGroup = [
  ...CLIENT_MORE.slice(1),
  { title: "Electronic address and contact", fields: { ...ELECTRONIC_ADDRESS, ...CONTACT } },
];

/**
 * The schemes that empty fields stand for: that of an electronic address is the usual one of the country.
 *
 * @param country its code or its name
 */
export function usualSchemes(country: string): UsualCodes {
  const code = codeOfText(countries(), country);
  return { "electronicAddress.scheme": (code !== null && SCHEME_OF_COUNTRY[code]) || null };
}
