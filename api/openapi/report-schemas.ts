/** The schemas of reports: components of the OpenAPI document, by name. */
import { TABLES } from "../../projector/tables/tables.ts";
import { arrayOf, type JsonSchema, object, propertiesOf } from "./json-schema.ts";

const text = (description: string): JsonSchema => ({ type: "string", description });
const whole = (description: string): JsonSchema => ({ type: "integer", description });
const nullable = (schema: JsonSchema): JsonSchema => ({ ...schema, type: [schema.type, "null"] });

const day = (description: string) => text(`${description}; YYYY-MM-DD`);
const currency = text("ISO 4217");

const DATED = { dated_until: nullable(day("only what is dated up to this day; null: everything")) };
const PERIOD = { from: day("first day of the period"), to: day("last day of the period") };

const OWED = {
  currency,
  open_minor: whole("what is open on invoices"),
  credit_minor: whole("the rest of payments, credit notes and invoices below zero"),
  owed_minor: whole("what is open, less the credit"),
  overdue_minor: whole("what is open with a due date before the day"),
  open_documents: whole("number of open documents"),
};

const ageClass = object(
  {
    from_days: nullable(whole("days after the due date, included; null: unlimited")),
    to_days: nullable(whole("days after the due date, included; null: unlimited")),
    due_from: nullable(day("the first due date; null: unlimited")),
    due_to: nullable(day("the last due date; null: unlimited")),
    invoices: whole("number of open documents"),
    balance_minor: whole("what is open on them"),
  },
  "what is open of one age",
);

const VAT = {
  taxable_minor: whole("amount without VAT; negative for credit notes"),
  tax_minor: whole("VAT; negative for credit notes"),
};
const AT_HOME = {
  accounting_taxable_minor: nullable(
    whole("the amount without VAT in the organization's currency; null if a document states no exchange rate"),
  ),
};
const ACCOUNTING_TAX = { accounting_tax_minor: whole("the VAT in the organization's currency") };
const ACCOUNTING = { accounting_currency: text("the organization's currency, ISO 4217") };

const salesCategory = { type: "string", enum: ["K", "AE"], description: "VAT category" };
const DOMESTIC: JsonSchema = {
  type: "boolean",
  description: "true: reverse charge in the seller's own country, which an EC sales list does not report",
};

const BUYER = {
  vat_category: salesCategory,
  vat_id: nullable(text("the buyer's VAT id as the document states it; null: it states none")),
  country: text("the buyer's country, ISO 3166-1 alpha-2"),
  domestic: DOMESTIC,
  buyer_name: text("the buyer's name as the document states it"),
  client_id: whole("the client"),
  currency,
  taxable_minor: VAT.taxable_minor,
};

export const REPORTS: Readonly<Record<string, JsonSchema>> = {
  AgedBalances: object(
    {
      day: day("the day that the ages are of"),
      ...DATED,
      currencies: arrayOf(object({ ...OWED, ages: arrayOf(ageClass) }, "all clients, in one currency")),
      clients: arrayOf(
        object(
          {
            id: whole("the client"),
            client_name: text("current name"),
            ...OWED,
            ages_minor: arrayOf(whole("what is open in an age class, in the order of `ages`")),
          },
          "one client, in one currency",
        ),
      ),
      shortened: { type: "boolean", description: "true if there are more clients" },
    },
    "what clients owe, by age",
  ),
  OpenItem: object(
    {
      id: whole("the document or payment"),
      kind: { type: "string", enum: ["invoice", "credit_note", "payment"] },
      number: nullable(text("the document's number, or the payment's reference")),
      client_id: whole("the client"),
      client_name: text("the client's current name"),
      currency,
      issued_on: day("issue date, or day of receipt"),
      due_on: nullable(day("due date")),
      total_minor: whole("the whole amount; negative for a credit note or payment"),
      open_minor: whole("what the client owes for it"),
      credit_minor: whole("what is left of the client's credit"),
      balance_minor: whole("what is open, less the credit"),
      days_overdue: nullable(whole("days after the due date; null: not overdue")),
    },
    "a document that is not settled, or a payment that is not used up",
  ),
  NumberSeries: object(
    {
      ...propertiesOf(TABLES.numberSeries, ["n", "name", "kind", "pattern", "first", "reset", "is_foreign"]),
      next_number: nullable(
        text("the number of a document that is issued today; null: foreign, or 10,000 in a row are taken"),
      ),
      next_passed_over: whole("how many numbers would be passed over before it"),
      next_period: nullable(text("the period of the next number, as in periods")),
      last_issued_on: nullable(day("latest issue date; null if it has no numbers yet")),
      documents: whole("number of documents in the series"),
      periods: arrayOf(
        object(
          {
            ...propertiesOf(TABLES.seriesCounter, ["period", "first_number", "last_number", "pattern"]),
            ...propertiesOf(TABLES.seriesCounter, ["last_issued_on", "documents", "passed_over"]),
            unexplained: whole(
              "counters that neither a document has nor the series passed over; always 0 in a sound log",
            ),
          },
          "a period of the series, the newest first",
        ),
      ),
    },
    "a number series, and how far it is",
  ),
  NumberGap: object(
    {
      counter: whole("counter in the period"),
      number: text("the number"),
      reason: {
        type: "string",
        enum: ["passed_over", "void"],
        description: "why no document of the series counts for it",
      },
      document_id: whole("the document that has the number, or one that looks the same; of a void document, itself"),
      document_number: text("its number"),
      next_document_id: nullable(whole("the document that was given the number after it; null for a void document")),
      next_document_number: nullable(text("its number")),
    },
    "a number that a series passed over, or that belongs to a void document",
  ),
  VatReport: object(
    {
      ...PERIOD,
      ...DATED,
      ...ACCOUNTING,
      rows: arrayOf(
        object({
          currency,
          ...propertiesOf(TABLES.invoiceTax, ["vat_category", "vat_rate3"]),
          ...VAT,
          ...AT_HOME,
          ...ACCOUNTING_TAX,
          documents: whole("number of invoices and credit notes"),
        }),
      ),
      currencies: arrayOf(
        object({
          currency,
          ...VAT,
          ...AT_HOME,
          ...ACCOUNTING_TAX,
          documents: whole("number of invoices and credit notes"),
        }),
      ),
      ...ACCOUNTING_TAX,
    },
    "VAT of a period",
  ),
  VatDocument: object(
    {
      ...propertiesOf(TABLES.invoice, ["id", "number", "kind", "client_id", "buyer_name", "currency"]),
      issued_on: day("issue date"),
      ...VAT,
      ...AT_HOME,
      ...ACCOUNTING_TAX,
    },
    "a document's part of a row of the VAT report",
  ),
  SalesList: object(
    {
      ...PERIOD,
      ...DATED,
      ...ACCOUNTING,
      rows: arrayOf(
        object({
          ...BUYER,
          ...AT_HOME,
          documents: whole("number of invoices and credit notes"),
          problems: whole("how many of them have a problem"),
        }),
      ),
      currencies: arrayOf(
        object({
          vat_category: salesCategory,
          domestic: DOMESTIC,
          currency,
          taxable_minor: VAT.taxable_minor,
          ...AT_HOME,
          documents: whole("number of invoices and credit notes"),
        }),
      ),
      problems: arrayOf(
        object(
          {
            ...BUYER,
            id: whole("the document"),
            number: text("its number"),
            kind: { type: "string", enum: TABLES.invoice.columns.kind.values },
            issued_on: day("issue date"),
            problem: {
              type: "string",
              enum: ["no_vat_id", "id_of_another_country", "own_country"],
              description:
                "no VAT id is stated; the id begins with another country's letters; goods to a buyer in the seller's country",
            },
          },
          "a document to check; it counts in its row",
        ),
      ),
      more_problems: whole("documents with a problem beyond those"),
    },
    "supplies without VAT to buyers in other countries",
  ),
};
