/**
 * What documents, their lines and their parties state beyond the usual: rows only where there is something. `tables.ts`
 * explains their units.
 */
import { address } from "./shared-columns.ts";
import { blob, type Column, defineTable, integer, nullable, text } from "./table.ts";

/** An address that can be missing, with a prefix for its columns. */
function addressAt<const Prefix extends string>(prefix: Prefix, whose: string) {
  const column = (words: string) => nullable(text(`${whose}: ${words}`));
  const own = {
    street: column("first line of the street address"),
    street2: column("second line of the street address"),
    city: column("city"),
    postcode: column("post code"),
    region: column("region, state or county"),
    country: column("ISO 3166-1 alpha-2"),
  };
  return Object.fromEntries(Object.entries(own).map(([name, column]) => [`${prefix}${name}`, column])) as {
    [Name in keyof typeof own as `${Prefix}${Name}`]: Column<string | null>;
  };
}

/** What an organization states of itself beyond the usual. */
export const furtherOfOrganization = {
  company_id_scheme: nullable(text("scheme of the company register number, ISO 6523 ICD")),
  tax_id: nullable(text("BT-32: registration for taxes")),
  legal_info: nullable(text("BT-33: what the law asks to state")),
  electronic_address_id: nullable(text("BT-34: address for electronic documents")),
  electronic_address_scheme: nullable(text("code of its scheme, EAS")),
  contact_name: nullable(text("BT-41: whom to turn to")),
  contact_phone: nullable(text("BT-42: telephone number")),
  contact_email: nullable(text("BT-43: e-mail address")),
  creditor_id: nullable(text("BT-90: identifier for direct debits")),
  tax_representative_name: nullable(text("BT-62: who represents it for taxes")),
  tax_representative_vat_id: nullable(text("BT-63: VAT id of the representative")),
  ...addressAt("tax_representative_", "BG-12"),
  colour: nullable(text("colour on paper, such as #1a73e8")),
  identifier_count: integer("number of its further identifiers"),
  account_count: integer("number of its further bank accounts"),
};

/** What a client states beyond the usual, and how it wants its documents. */
export const furtherOfClient = {
  trading_name: nullable(text("BT-45: name that it trades under")),
  identifier_id: nullable(text("BT-46: identifier")),
  identifier_scheme: nullable(text("code of its scheme, ISO 6523 ICD")),
  company_id_scheme: nullable(text("scheme of the company register number, ISO 6523 ICD")),
  electronic_address_id: nullable(text("BT-49: address for electronic documents")),
  electronic_address_scheme: nullable(text("code of its scheme, EAS")),
};

/** What an item states beyond the usual. */
export const furtherOfItem = {
  about: nullable(text("BT-154: description, beside the name")),
  standard_item_id: nullable(text("BT-157: identifier that others know too, such as a GTIN")),
  standard_item_id_scheme: nullable(text("code of its scheme, ISO 6523 ICD")),
  origin: nullable(text("BT-159: country of origin, ISO 3166-1 alpha-2")),
};

const identifier = { id: text("the identifier"), scheme: nullable(text("code of its scheme, ISO 6523 ICD")) };

const account = {
  account: text("BT-84: IBAN, or another number"),
  name: nullable(text("BT-85: name of the owner")),
  bic: nullable(text("BT-86: bank")),
};

const classification = {
  code: text("BT-158: the class"),
  scheme: text("code of the classification, UNTDID 7143"),
  version: nullable(text("version of the classification")),
};

const attribute = { name: text("BT-160: name, such as Colour"), value: text("BT-161: value, such as Red") };

const place = integer("position in the list, from 1");

export const organizationIdentifier = defineTable(
  "organization_identifier",
  "further identifiers of the organization (BT-29)",
  { organization_id: integer("always 1", { references: "organization" }), n: place, ...identifier },
  { key: ["organization_id", "n"] },
);

export const organizationAccount = defineTable(
  "organization_account",
  "bank accounts of the organization besides the first (BG-17)",
  { organization_id: integer("always 1", { references: "organization" }), n: place, ...account },
  { key: ["organization_id", "n"] },
);

export const itemClassification = defineTable(
  "item_classification",
  "classes of items",
  { item_id: integer("the item", { references: "item" }), n: place, ...classification },
  { key: ["item_id", "n"] },
);

export const itemAttribute = defineTable(
  "item_attribute",
  "properties of items (BG-32)",
  { item_id: integer("the item", { references: "item" }), n: place, ...attribute },
  { key: ["item_id", "n"] },
);

/** What a party states. */
export const partyContent = {
  name: text("name"),
  ...address,
  vat_id: nullable(text("VAT id")),
  company_id: nullable(text("company register number")),
  iban: nullable(text("the seller's bank account")),
  bic: nullable(text("the seller's bank")),
  ...furtherOfOrganization,
  ...furtherOfClient,
};

export const party = defineTable(
  "party",
  "sellers and buyers as issued documents state them: one row for all documents that state the same",
  {
    id: integer("the first 36 bits of hash, or the next number that is free"),
    hash: blob("SHA-256 of what it states", { check: "length(hash) = 32" }),
    ...partyContent,
  },
  { key: ["id"] },
);

export const partyIdentifier = defineTable(
  "party_identifier",
  "further identifiers of sellers (BT-29)",
  { party_id: integer("the party", { references: "party" }), n: place, ...identifier },
  { key: ["party_id", "n"] },
);

export const partyAccount = defineTable(
  "party_account",
  "bank accounts of sellers besides the first (BG-17)",
  { party_id: integer("the party", { references: "party" }), n: place, ...account },
  { key: ["party_id", "n"] },
);

const invoice = { invoice_id: integer("the document", { references: "invoice" }) };

export const invoiceMore = defineTable(
  "invoice_more",
  "what a document or its lines state beyond the usual: at most one row for each",
  {
    ...invoice,
    type_code: nullable(text("BT-3: UNTDID 1001; NULL: 380 for an invoice, 381 for a credit note")),
    tax_point_on: nullable(text("BT-7: date of the tax point")),
    tax_point_code: nullable(text("BT-8: UNTDID 2005")),
    terms: nullable(text("BT-20: terms of payment in words")),
    project: nullable(text("BT-11")),
    contract: nullable(text("BT-12")),
    sales_order: nullable(text("BT-14")),
    receipt: nullable(text("BT-15: receiving advice")),
    despatch: nullable(text("BT-16: despatch advice")),
    tender: nullable(text("BT-17: tender or lot")),
    object_id: nullable(text("BT-18: what is invoiced, such as a meter")),
    object_scheme: nullable(text("code of its scheme, UNTDID 1153")),
    accounting_reference: nullable(text("BT-19: where the buyer books it")),
    payee_name: nullable(text("BT-59: who is paid, if not the seller")),
    payee_id: nullable(text("BT-60: identifier of the payee")),
    payee_id_scheme: nullable(text("code of its scheme, ISO 6523 ICD")),
    payee_company_id: nullable(text("BT-61: company register number of the payee")),
    payee_company_id_scheme: nullable(text("code of its scheme, ISO 6523 ICD")),
    delivery_name: nullable(text("BT-70: who received the goods")),
    delivery_location_id: nullable(text("BT-71: identifier of the place")),
    delivery_location_scheme: nullable(text("code of its scheme, ISO 6523 ICD")),
    ...addressAt("delivery_address_", "BG-15"),
    period_from: nullable(text("BT-73: first day of the period that is invoiced")),
    period_to: nullable(text("BT-74: its last day")),
    payment_means_code: nullable(text("BT-81: UNCL 4461")),
    payment_means_text: nullable(text("BT-82")),
    payment_remittance: nullable(text("BT-83: what the payment must name")),
    payment_card_number: nullable(text("BT-87: the last digits")),
    payment_card_holder: nullable(text("BT-88")),
    payment_direct_debit_mandate: nullable(text("BT-89")),
    payment_direct_debit_account: nullable(text("BT-91: the account that is debited")),
    note_count: integer("number of rows in invoice_note"),
    preceding_count: integer("number of rows in invoice_preceding"),
    account_count: integer("number of rows in invoice_account"),
    line_count: integer("number of rows in invoice_line_more"),
    classification_count: integer("number of rows in invoice_line_classification"),
    attribute_count: integer("number of rows in invoice_line_attribute"),
  },
  { key: ["invoice_id"] },
);

export const invoiceNote = defineTable(
  "invoice_note",
  "further texts on documents (BG-1)",
  { ...invoice, n: place, subject: nullable(text("BT-21: UNTDID 4451")), text: text("BT-22") },
  { key: ["invoice_id", "n"] },
);

export const invoicePreceding = defineTable(
  "invoice_preceding",
  "preceding invoices (BG-3), beside the one that a credit note corrects",
  { ...invoice, n: place, number: text("BT-25"), issued_on: nullable(text("BT-26")) },
  { key: ["invoice_id", "n"] },
);

export const invoiceAccount = defineTable(
  "invoice_account",
  "bank accounts to pay a document to (BG-17), in place of the seller's",
  { ...invoice, n: place, ...account },
  { key: ["invoice_id", "n"] },
);

const ofLine = { ...invoice, n: integer("position in the document, from 1"), line_n: integer("the line") };

export const invoiceLineMore = defineTable(
  "invoice_line_more",
  "what lines state beyond the usual",
  {
    ...ofLine,
    note: nullable(text("BT-127")),
    object_id: nullable(text("BT-128: what is invoiced, such as a meter")),
    object_scheme: nullable(text("code of its scheme, UNTDID 1153")),
    order_line: nullable(text("BT-132: line of the buyer's order")),
    accounting_reference: nullable(text("BT-133: where the buyer books it")),
    period_from: nullable(text("BT-134: first day of the period that is invoiced")),
    period_to: nullable(text("BT-135: its last day")),
    gross_price6: nullable(integer("BT-148: unit price before its discount, in 10^-6")),
    base_quantity6: nullable(integer("BT-149: quantity that the price is for, in 10^-6; NULL: one")),
    buyer_item_id: nullable(text("BT-156")),
    ...furtherOfItem,
  },
  { key: ["invoice_id", "n"] },
);

export const invoiceLineClassification = defineTable(
  "invoice_line_classification",
  "classes of what lines invoice",
  { ...ofLine, ...classification },
  { key: ["invoice_id", "n"] },
);

export const invoiceLineAttribute = defineTable(
  "invoice_line_attribute",
  "properties of what lines invoice (BG-32)",
  { ...ofLine, ...attribute },
  { key: ["invoice_id", "n"] },
);
