/** Figures in words: what they are called, and what they are the sum of. */
import { columnWords } from "../../../../projector/text/change-words.ts";
import { FURTHER_WORDS } from "../../../../projector/text/further-words.ts";
import type { Answers } from "../../../contract/contract.ts";
import type { Figure } from "../../parts/figure-address.ts";
import { vatName } from "../../text/codes.ts";
import { count, day, monthAndYear, rate } from "../../text/format.ts";

type Answer = Answers["getFigure"];

/** `Outstanding, Müller GmbH`: the name of a figure. */
export function figureTitle(answer: Answer, locale: string): string {
  const figure = answer.figure as Figure;
  if (figure.figure === "record")
    return [
      answer.subject?.name,
      rowName(figure),
      figure.column === undefined ? "all changes" : columnName(figure.column),
    ]
      .filter((part) => part !== undefined && part !== "")
      .join(", ");
  const name = NAMES[figure.figure];
  const parts = [name, answer.subject?.name, ...detailsOf(figure, locale)];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}

/** `line 2`: which row of a document. */
function rowName({ table, n }: Extract<Figure, { figure: "record" }>): string {
  if (n === undefined) return "";
  return table === "invoice_tax" ? `VAT row ${n}` : `line ${n}`;
}

/** Columns whose names are not users' words. */
const COLUMNS: Readonly<Record<string, string>> = {
  gross_minor: "total with VAT",
  net_minor: "total without VAT",
  tax_minor: "VAT",
  lines_minor: "subtotal",
  taxable_minor: "taxable",
  quantity6: "quantity",
  paid_minor: "settled",
  corrects_id: "corrected invoice",
  buyer_name: "buyer",
  price6: "unit price",
  vat_rate3: "VAT rate",
  vat_category: "VAT category",
  vat_id: "VAT ID",
  company_id: "company number",
  terms_days: "days to pay",
  accounting_rate6: "exchange rate",
  email: "e-mail address",
  iban: "IBAN",
  bic: "BIC",
};

/** `payee's identifier`, but `VAT row`. */
const inSentence = (words: string) =>
  /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;

/** How a user calls a column: `issued on`. */
export function columnName(column: string): string {
  if (Object.hasOwn(FURTHER_WORDS, column)) return inSentence(columnWords(column));
  return COLUMNS[column] ?? column.replace(/_(?:minor|id|at)$/, "").replaceAll("_", " ");
}

/** Leaving one out does not compile. */
const NAMES: { readonly [Name in Exclude<Figure["figure"], "record">]: string } = {
  total_open: "Outstanding",
  total_credit: "Client credit",
  total_owed: "Outstanding after credit",
  total_less_credit: "Credit, as it is taken off",
  client_open: "Outstanding",
  client_credit: "Credit",
  client_owed: "Balance",
  client_less_credit: "Credit, as it is taken off",
  client_invoiced: "Invoiced",
  client_invoices: "Invoices",
  client_credit_notes: "Credit notes",
  statement_balance: "Balance of the statement",
  statement_opening: "Opening balance of the statement",
  statement_entry: "Entry of the statement",
  month_net: "Revenue without VAT",
  month_gross: "Revenue with VAT",
  month_received: "Received",
  document_due: "Open",
  document_balance: "Balance",
  document_paid: "Paid",
  document_credited_by: "Credit applied",
  document_written_off: "Written off",
  credit_left: "Remaining credit",
  credit_applied: "Applied to invoices",
  credit_refunded: "Refunded",
  settled_by: "Settled",
  refunded_from: "Refunded",
  vat_taxable: "Taxable",
  vat_tax: "VAT",
  vat_home_taxable: "Taxable",
  vat_home_tax: "VAT",
  vat_documents: "Documents with VAT",
  sales_taxable: "Taxable, sales list",
  sales_documents: "Documents, sales list",
  overdue_balance: "Overdue",
  overdue_documents: "Overdue invoices",
  age_balance: "Open",
  age_documents: "Open invoices",
  credit_of_payments: "Credit from payments",
  credit_of_documents: "Credit from credit notes",
  list_net: "Total of a list, without VAT",
  list_gross: "Total of a list, with VAT",
  list_balance: "Balance of a list",
  list_documents: "Documents of a list",
  document_corrected: "Credited",
  document_left_to_correct: "Left to credit",
};

const AGES = ["not yet due", "1 to 30 days overdue", "31 to 60 days overdue", "61 to 90 days overdue", "over 90 days"];

function detailsOf(figure: Figure, locale: string): string[] {
  const details: string[] = [];
  if ("age" in figure) details.push(AGES[figure.age] ?? "");
  if ("month" in figure) details.push(monthAndYear(figure.month));
  if ("entry" in figure) details.push(day(figure.entry.on as string, locale));
  if ("from" in figure) {
    const { vat_category } = figure;
    const vat_rate3 = "vat_rate3" in figure ? figure.vat_rate3 : undefined;
    if ("vat_id" in figure && figure.vat_id !== undefined) details.push(figure.vat_id);
    if (vat_category !== undefined)
      details.push(`${vat_rate3 === undefined ? "" : `${rate(vat_rate3, locale)} `}${vatName(vat_category)}`);
    details.push(`${day(figure.from as string, locale)} to ${day(figure.to as string, locale)}`);
  }
  return details;
}

/** What the figure is the sum of, in a sentence. */
export function figureSentence({ figure, of }: Answer): string {
  const name = figure.figure;
  if (name === "record" && figure.table === "invoice_line")
    return "Quantity × price, less allowances and plus charges. Each line below is an event that stated it.";
  if (name === "record" && figure.table === "invoice_tax")
    return "The lines of the category and rate add up to what is taxable; VAT is its rate of that. Each line below is an event that stated it.";
  if (name === "record")
    return changesOfStatus(figure)
      ? "Each line is an event that changed the status. The word on the badge follows from it and from what is left."
      : "Each line is an event that changed it, with what it was before.";
  if (of === "members") {
    if (name.endsWith("_documents") && name !== "credit_of_documents") return "Each document below counts once.";
    return name === "document_left_to_correct"
      ? "The document’s total, less the credit notes on it."
      : "What the documents and payments below have of it adds up to this figure.";
  }
  if (
    name.endsWith("_invoices") ||
    name.endsWith("_credit_notes") ||
    name === "vat_documents" ||
    name === "sales_documents"
  )
    return "Each issued document counts once. A void one is taken back.";
  return "Every line is what one event changed. They add up to this figure.";
}

function changesOfStatus(figure: Answer["figure"]): boolean {
  return figure.figure === "record" && figure.table === "invoice" && figure.column === "status";
}

type Posting = Answers["listFigurePostings"]["rows"][number];

const SUBJECTS = { invoice: "Invoice", credit_note: "Credit note", payment: "Payment", refund: "Refund" } as const;

function subject(kind: keyof typeof SUBJECTS, name: string | null): string {
  return name === null ? SUBJECTS[kind] : `${SUBJECTS[kind]} ${name}`;
}

type PostingWords = Pick<
  Posting,
  "kind" | "document_kind" | "document_name" | "credit_kind" | "credit_name" | "open_minor" | "cash_minor"
>;

/** `Payment MB-41 applied to invoice INV-12`: what a posting is. */
export function postingText(posting: PostingWords): string {
  const { kind, document_kind, document_name, credit_kind, credit_name } = posting;
  const document = subject(document_kind, document_name);
  const credit = credit_kind === null ? null : subject(credit_kind, credit_name);
  const lower = document.charAt(0).toLowerCase() + document.slice(1);
  switch (kind) {
    case "invoice":
    case "credit_note":
      return `${document} issued`;
    case "void":
      return `${document} voided`;
    case "payment":
      return `${document} received`;
    case "refund":
      return credit === null ? `${document} paid` : `${document} paid out of ${lowered(credit)}`;
    case "write_off":
      return `${document} written off`;
    case "allocation":
      return posting.open_minor < 0 ? `${credit} applied to ${lower}` : `${credit} taken off ${lower}`;
    case "reversal":
      if (document_kind === "payment") return `${document} reversed`;
      if (document_kind === "refund") return `${document} reversed`;
      return credit === null ? `Write-off of ${lower} reversed` : `${credit} reversed, ${lower} open again`;
  }
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What the lines of each kind are called together. */
export const KIND_NAMES: { readonly [Kind in Posting["kind"]]: string } = {
  invoice: "Invoices",
  credit_note: "Credit notes",
  void: "Voided documents",
  payment: "Payments",
  allocation: "Payments and credit applied",
  reversal: "Reversals",
  refund: "Refunds",
  write_off: "Write-offs",
};

export function linesText(lines: number, locale: string): string {
  return `${count(lines, locale)} ${lines === 1 ? "line" : "lines"}`;
}
