/**
 * What documents, lines and items can state beyond the usual: the rest of EN 16931's terms. The groups are nullable, and
 * most documents have none of them: each costs one byte where there is nothing. Names and terms (BT-…) are those of
 * `einvoice/semantic.ts`.
 */
import { z } from "zod";
import { code, country, date, int, line, lines, MAX_INT, price6 } from "../values/schema.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";
import { account, address, identifier } from "./party.ts";

const name = (words: string) => line(DRAFT_LIMITS.name).describe(words);
const optionalName = (words: string) => line(DRAFT_LIMITS.name).nullable().describe(words);
const reference = (words: string) => line(DRAFT_LIMITS.reference).nullable().describe(words);
const id = (words: string) => line(DRAFT_LIMITS.identifier).describe(words);

const optionalId = (words: string) => line(DRAFT_LIMITS.identifier).nullable().describe(words);

/** An identifier of what is invoiced, such as a meter or a subscription. */
const objectIdentifier = z.object({
  id: id("The identifier."),
  scheme: code("uncl1153").nullable().describe("Code of its scheme, UNTDID 1153; null: none."),
});

/** An identifier of an item that others know too. */
const standardItemId = z.object({
  id: id("The identifier, such as a GTIN."),
  scheme: code("icd").describe("Code of its scheme, ISO 6523 ICD, such as 0160 (GTIN)."),
});

/** A period (BG-14, BG-26). */
export const period = z.object({
  from: date().nullable().describe("First day; null: not stated."),
  to: date().nullable().describe("Last day; null: not stated."),
});

const classification = z.object({
  code: id("The class (BT-158)."),
  scheme: code("uncl7143").describe("Code of the classification, UNTDID 7143, such as STI or CG."),
  version: line(20).nullable().describe("Version of the classification."),
});

const attribute = z.object({
  name: line(DRAFT_LIMITS.reference).describe("Name, such as Colour (BT-160)."),
  value: line(DRAFT_LIMITS.attribute).describe("Value, such as Red (BT-161)."),
});

/** What an item states of itself, on each line that is made from it. */
const furtherOfGoods = {
  about: lines(DRAFT_LIMITS.about).nullable().describe("Description, beside the name (BT-154)."),
  standardItemId: standardItemId.nullable().describe("Identifier that others know too, such as a GTIN (BT-157)."),
  classifications: z.array(classification).max(DRAFT_LIMITS.classifications).describe("Its classes (BT-158)."),
  origin: country().nullable().describe("Country that it comes from, ISO 3166-1 alpha-2 (BT-159)."),
  attributes: z.array(attribute).max(DRAFT_LIMITS.attributes).describe("Its properties (BG-32)."),
};

/** What an item of the catalogue states beyond the usual: lines copy it. */
export const furtherOfItem = z.object(furtherOfGoods);
export type FurtherOfItem = z.infer<typeof furtherOfItem>;

/** What a line states beyond the usual. */
export const furtherOfLine = z.object({
  note: lines(DRAFT_LIMITS.note).nullable().describe("Text on the line (BT-127)."),
  object: objectIdentifier.nullable().describe("What is invoiced, such as a meter (BT-128)."),
  orderLine: reference("Line of the buyer's order (BT-132)."),
  accountingReference: reference("Where the buyer books it (BT-133)."),
  period: period.nullable().describe("Period that is invoiced (BG-26)."),
  grossPrice6: price6()
    .nullable()
    .describe("Unit price before its discount, in millionths of the major unit (BT-148); null: no discount is stated."),
  baseQuantity6: int(1, MAX_INT)
    .nullable()
    .describe("Quantity that the price is for, in millionths of the unit (BT-149); null: one."),
  buyerItemId: optionalId("The buyer's identifier of the item (BT-156)."),
  ...furtherOfGoods,
});
export type FurtherOfLine = z.infer<typeof furtherOfLine>;

const note = z.object({
  subject: code("uncl4451")
    .nullable()
    .describe("What it is about, UNTDID 4451, such as AAI (BT-21); null: not stated."),
  text: lines(DRAFT_LIMITS.note).describe("The text (BT-22)."),
});

const precedingInvoice = z.object({
  number: line(60).describe("Number of the preceding invoice, also of one from elsewhere (BT-25)."),
  issuedOn: date().nullable().describe("Its issue date (BT-26)."),
});

const payee = z.object({
  name: name("Name (BT-59)."),
  id: identifier.nullable().describe("Identifier (BT-60)."),
  companyId: identifier.nullable().describe("Number in the register of companies (BT-61)."),
});

const delivery = z.object({
  name: optionalName("Name of the party that receives the goods (BT-70)."),
  location: identifier.nullable().describe("Identifier of the place (BT-71)."),
  address: address.nullable().describe("Address of the place (BG-15)."),
});

/** The most that BR-51 lets a file state, and fewer than any card number has. */
const CARD_DIGITS = 10;

const payment = z.object({
  meansCode: code("uncl4461").describe("Means of payment, UNCL 4461: 58 is a SEPA credit transfer (BT-81)."),
  meansText: reference("Means of payment in words (BT-82)."),
  remittance: line(DRAFT_LIMITS.remittance).nullable().describe("What the payment must name (BT-83)."),
  accounts: z
    .array(account)
    .max(DRAFT_LIMITS.accounts)
    .describe("Accounts to pay to, for this document (BG-17); none: the organization's."),
  card: z
    .object({
      number: line(CARD_DIGITS).describe("The last four to six digits (BT-87). A whole number is never kept."),
      holder: optionalName("Who holds it (BT-88)."),
    })
    .nullable()
    .describe("The card that pays (BG-18)."),
  directDebit: z
    .object({
      mandate: reference("Reference of the mandate (BT-89)."),
      account: line(DRAFT_LIMITS.account).nullable().describe("The account that is debited (BT-91)."),
    })
    .nullable()
    .describe("Direct debit (BG-19)."),
});

/** What a document states beyond the usual. */
export const further = z.object({
  typeCode: code("uncl1001")
    .nullable()
    .describe("Type of the document, UNTDID 1001 (BT-3); null: 380 for an invoice, 381 for a credit note."),
  taxPointOn: date().nullable().describe("Date of the tax point (BT-7)."),
  taxPointCode: code("uncl2005").nullable().describe("What the tax point follows from, UNTDID 2005 (BT-8)."),
  terms: lines(DRAFT_LIMITS.note).nullable().describe("Terms of payment in words (BT-20)."),
  project: reference("Project (BT-11)."),
  contract: reference("Contract (BT-12)."),
  salesOrder: reference("The seller's order (BT-14)."),
  receipt: reference("Receiving advice (BT-15)."),
  despatch: reference("Despatch advice (BT-16)."),
  tender: reference("Tender or lot (BT-17)."),
  object: objectIdentifier.nullable().describe("What is invoiced, such as a meter (BT-18)."),
  accountingReference: reference("Where the buyer books it (BT-19)."),
  notes: z.array(note).max(DRAFT_LIMITS.notes).describe("Further texts on the document (BG-1)."),
  preceding: z
    .array(precedingInvoice)
    .max(DRAFT_LIMITS.preceding)
    .describe("Preceding invoices (BG-3), beside the one that a credit note corrects."),
  payee: payee.nullable().describe("Who is paid, if not the seller (BG-10)."),
  delivery: delivery.nullable().describe("Where it was delivered (BG-13)."),
  period: period.nullable().describe("Period that is invoiced (BG-14)."),
  payment: payment.nullable().describe("How it is paid (BG-16)."),
});
export type Further = z.infer<typeof further>;
