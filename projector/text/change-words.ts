/**
 * What changed in words: the names of kinds, columns, parts and codes, as screens call them, and what form a value has. The
 * screens and the command line share them.
 */
import { FORMAT_NAMES } from "../../events/einvoice/formats.ts";
import type { ChangeKind } from "../queries/changes/kinds.ts";
import type { Row, TableName } from "../tables/tables.ts";
import { FURTHER_WORDS, type ValueForm } from "./further-words.ts";

/** One thing, and several. */
export const KIND_WORDS: { readonly [K in ChangeKind]: readonly [one: string, many: string] } = {
  client: ["Client", "Clients"],
  item: ["Item", "Items"],
  invoice: ["Invoice", "Invoices"],
  credit_note: ["Credit note", "Credit notes"],
  payment: ["Payment", "Payments"],
  refund: ["Refund", "Refunds"],
  balance: ["Client balance", "Client balances"],
  user: ["User", "Users"],
  organization: ["Organization", "Organization"],
};

/** The parts of things, by the name of their table. */
const PART_WORDS: Readonly<Record<string, string>> = {
  invoice_line: "Line",
  invoice_adjustment: "Allowance or charge",
  invoice_tax: "VAT row",
  invoice_party: "Party",
  number_passed_over: "Number passed over",
  document_delivery: "Delivery",
  credit_allocation: "Applied to",
  payment_allocation: "Applied to",
  allocation_change: "Applied later",
  refund_source: "Paid out of",
  number_series: "Number series",
  vat_rate: "VAT rate",
  organization_identifier: "Identifier",
  organization_account: "Bank account",
  item_classification: "Classification",
  item_attribute: "Property",
  invoice_note: "Further note",
  invoice_preceding: "Preceding invoice",
  invoice_account: "Bank account",
  invoice_line_more: "More of line",
  invoice_line_classification: "Classification",
  invoice_line_attribute: "Property",
};

/** `Line 3`, `Seller`, `Applied to 1`. @param n its position */
export function partWords(table: string, n: number): string {
  if (table === "invoice_party") return n === 1 ? "Seller" : "Buyer";
  if (table === "invoice_more") return "More";
  return `${PART_WORDS[table] ?? table} ${n}`;
}

type ColumnsOf<Names extends TableName> = { [Name in Names]: keyof Row<Name> }[Names];

/** Every column of what can change, but keys, counts of parts, and what the digest leaves out. */
type WordedColumn = Exclude<
  ColumnsOf<
    | "client"
    | "item"
    | "invoice"
    | "payment"
    | "refund"
    | "clientBalance"
    | "user"
    | "organization"
    | "invoiceLine"
    | "invoiceAdjustment"
    | "invoiceTax"
    | "party"
    | "organizationIdentifier"
    | "organizationAccount"
    | "itemClassification"
    | "itemAttribute"
    | "invoiceMore"
    | "invoiceNote"
    | "invoicePreceding"
    | "invoiceAccount"
    | "invoiceLineMore"
    | "invoiceLineClassification"
    | "invoiceLineAttribute"
    | "numberPassedOver"
    | "documentDelivery"
    | "creditAllocation"
    | "paymentAllocation"
    | "allocationChange"
    | "refundSource"
    | "numberSeries"
    | "savedVatRate"
  >,
  | "id"
  | "n"
  | "version"
  | "sort_key"
  | "organization_id"
  | "payment_id"
  | "refund_id"
  | "credit_note_id"
  | "registered_at"
  | "drafted_at"
  | "seller_id"
  | "buyer_id"
  | "hash"
  | `${string}_count`
>;

/** Leaving a column out does not compile. */
const COLUMNS: { readonly [C in WordedColumn]: readonly [words: string, form: ValueForm] } = {
  name: ["Name", "text"],
  contact: ["Contact", "text"],
  email: ["E-mail", "text"],
  phone: ["Phone", "text"],
  street: ["Street", "text"],
  street2: ["Street, second line", "text"],
  city: ["City", "text"],
  postcode: ["Post code", "text"],
  region: ["Region", "text"],
  country: ["Country", "code"],
  vat_id: ["VAT ID", "text"],
  company_id: ["Company number", "text"],
  terms_days: ["Days to pay", "number"],
  currency: ["Currency", "text"],
  vat_category: ["VAT category", "code"],
  language: ["Language", "text"],
  note: ["Note", "text"],
  archived: ["Archived", "yes-no"],
  code: ["Code", "text"],
  description: ["Description", "text"],
  unit: ["Unit", "code"],
  price6: ["Price", "millionths"],
  vat_rate3: ["VAT rate", "rate"],
  number: ["Number", "text"],
  kind: ["Kind", "code"],
  status: ["Status", "code"],
  client_id: ["Client", "stream"],
  corrects_id: ["Corrects", "stream"],
  buyer_name: ["Buyer", "text"],
  issued_on: ["Issued", "day"],
  due_on: ["Due", "day"],
  delivered_on: ["Delivered", "day"],
  buyer_reference: ["Buyer reference", "text"],
  order_reference: ["Order reference", "text"],
  series: ["Number series", "text"],
  period: ["Period of the series", "text"],
  counter: ["Counter", "number"],
  lines_minor: ["Sum of lines", "amount"],
  allowances_minor: ["Allowances", "amount"],
  charges_minor: ["Charges", "amount"],
  net_minor: ["Net", "amount"],
  tax_minor: ["VAT", "amount"],
  gross_minor: ["Total", "amount"],
  prepaid_minor: ["Prepaid", "amount"],
  paid_minor: ["Settled", "amount"],
  written_off_minor: ["Written off", "amount"],
  written_off_on: ["Written off on", "day"],
  refunded_minor: ["Refunded", "amount"],
  credited_minor: ["Credited", "amount"],
  cancelled_by_id: ["Cancelled by", "stream"],
  accounting_currency: ["Accounting currency", "text"],
  accounting_rate6: ["Exchange rate", "millionths"],
  accounting_tax_minor: ["VAT in the accounting currency", "accounting"],
  received_on: ["Received", "day"],
  amount_minor: ["Amount", "amount"],
  allocated_minor: ["Applied", "amount"],
  method: ["Method", "code"],
  reference: ["Reference", "text"],
  fees_minor: ["Bank fees", "amount"],
  reversed: ["Reversed", "yes-no"],
  reversed_on: ["Returned", "day"],
  paid_on: ["Paid", "day"],
  invoices: ["Invoices", "number"],
  credit_notes: ["Credit notes", "number"],
  invoiced_minor: ["Invoiced", "amount"],
  outstanding_minor: ["Outstanding", "amount"],
  credit_minor: ["Credit", "amount"],
  role: ["Role", "code"],
  active: ["Active", "yes-no"],
  sessions_ended: ["Times logged out everywhere", "number"],
  legal_name: ["Legal name", "text"],
  trading_name: ["Trading name", "text"],
  iban: ["IBAN", "text"],
  bic: ["BIC", "text"],
  time_zone: ["Time zone", "text"],
  logo_type: ["Logo type", "text"],
  logo: ["Logo", "bytes"],
  locked_up_to: ["Books locked up to", "day"],
  item_id: ["Item", "stream"],
  quantity6: ["Quantity", "millionths"],
  line_n: ["Of line", "number"],
  reason: ["Reason", "text"],
  taxable_minor: ["Taxable", "amount"],
  taken_by: ["Taken by", "stream"],
  how: ["How", "code"],
  file_sha256: ["File", "text"],
  file_size: ["Size of the file", "number"],
  file_format: ["Format of the file", "code"],
  file_paper_version: ["Version of the paper", "number"],
  at: ["When", "time"],
  actor: ["Who", "stream"],
  invoice_id: ["Document", "stream"],
  allocated_on: ["Applied on", "day"],
  dated_on: ["Dated", "day"],
  source_id: ["Payment or document", "stream"],
  pattern: ["Pattern", "text"],
  first: ["First number", "number"],
  reset: ["Begins again", "code"],
  is_foreign: ["External", "yes-no"],
  rounding_minor: ["Rounding", "amount"],
  ...FURTHER_WORDS,
};

/** What is left of documents: it is in sums only. */
const OPEN = ["Open", "amount"] as const;

function known(column: string): readonly [words: string, form: ValueForm] {
  if (column === "open_minor") return OPEN;
  return Object.hasOwn(COLUMNS, column) ? COLUMNS[column as WordedColumn] : [column, "text"];
}

/** `Settled` for `paid_minor`. */
export function columnWords(column: string): string {
  return known(column)[0];
}

export function formOf(column: string): ValueForm {
  return known(column)[1];
}

/** The words of codes that are no words, or are called otherwise. */
const CODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  how: { print: "Printed", export: "Exported", pdf: "Saved as PDF", sent: "Marked as sent" },
  file_format: FORMAT_NAMES,
  kind: { both: "Invoices and credit notes" },
};

/** `Credit note` for `credit_note` of the column `kind`; codes of other lists, such as VAT categories, as they are. */
export function codeWords(column: string, code: string): string {
  const words = CODES[column]?.[code];
  if (words !== undefined) return words;
  if (code !== code.toLowerCase()) return code;
  const spaced = code.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** False if there is no value before and after: none, or an empty text. Two values can read the same, and differ. */
export function isSeen({ before, after }: { before: unknown; after: unknown }): boolean {
  return [before, after].some((value) => value !== null && value !== undefined && value !== "");
}

/** False for the amount 0 and for No, which say nothing of a row that is new or gone. */
export function isTelling(column: string, value: unknown): boolean {
  const form = formOf(column);
  return value !== 0 || !(form === "amount" || form === "accounting" || form === "yes-no");
}
