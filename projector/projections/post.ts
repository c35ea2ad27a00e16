/**
 * Postings: the effect of an event on amounts, line by line. `post` is the only way to change sums: it adds the rows and
 * moves the running heads, which are the sums of all postings by client and currency, and by currency.
 */
import type { LogEvent } from "../../events/encoding/event.ts";
import { refusal } from "../../events/errors.ts";
import type { POSTING_KINDS } from "../tables/posting-tables.ts";
import type { Row } from "../tables/tables.ts";
import { inconsistent, must, type Tables } from "./projection.ts";

/** Whose amounts change, and in which currency: all postings of an event have the same. */
export interface Account {
  readonly clientId: number;
  readonly currency: string;
}

/** A line of an event's effect. An amount that is left out is 0. Amounts are changes, in minor units. */
export interface PostingLine {
  readonly kind: (typeof POSTING_KINDS)[number];
  /** The day that it counts on, YYYY-MM-DD. */
  readonly on: string;
  /** The document that is issued, void or settled; else the payment or refund. */
  readonly documentId: number;
  /** The payment or document whose credit changes; null if none does. */
  readonly creditId: number | null;
  /** Without VAT; credit notes are below zero. Only documents have it, as their VAT. */
  readonly netMinor?: number;
  readonly taxMinor?: number;
  /** The VAT in the organization's currency. */
  readonly accountingTaxMinor?: number;
  /** Received; below zero what is refunded. */
  readonly cashMinor?: number;
  /** Of what the client owes for the document. */
  readonly openMinor?: number;
  /** Of what is left of the credit. */
  readonly creditMinor?: number;
}

/**
 * Adds the postings of an event, in order. Call it once an event.
 *
 * @throws LogError INCONSISTENT_LOG if a sum would no longer be exact
 */
export function post(tables: Tables, event: LogEvent, account: Account, lines: readonly PostingLine[]): void {
  if (lines.length === 0) return;
  const { seq } = event;
  const { clientId: client_id, currency } = account;
  const client = headOf(tables, client_id, currency);
  const total = totalOf(tables, currency);
  const exact = (sum: number, name: keyof typeof SUMS) => exactSum(event, sum, name);
  for (const [i, line] of lines.entries()) {
    const { kind, on, documentId, creditId, netMinor = 0, taxMinor = 0, accountingTaxMinor = 0 } = line;
    const { cashMinor = 0, openMinor = 0, creditMinor = 0 } = line;
    if (kind === "invoice" || kind === "credit_note" || kind === "void") count(tables, event, { client, total }, line);
    client.outstanding_minor = exact(client.outstanding_minor + openMinor, "outstanding_minor");
    client.credit_minor = exact(client.credit_minor + creditMinor, "credit_minor");
    total.open_minor = exact(total.open_minor + openMinor, "open_minor");
    total.credit_minor = exact(total.credit_minor + creditMinor, "credit_minor");
    tables.posting.put({
      seq,
      n: i + 1,
      dated_on: on,
      kind,
      client_id,
      currency,
      document_id: documentId,
      credit_id: creditId,
      net_minor: netMinor,
      tax_minor: taxMinor,
      accounting_tax_minor: accountingTaxMinor,
      cash_minor: cashMinor,
      open_minor: openMinor,
      credit_minor: creditMinor,
      client_open_minor: client.outstanding_minor,
      client_credit_minor: client.credit_minor,
      total_open_minor: total.open_minor,
      total_credit_minor: total.credit_minor,
    });
  }
  tables.clientBalance.put(client);
  tables.currencyBalance.put(total);
}

type Mutable<R> = { -readonly [Name in keyof R]: R[Name] };
type Client = Mutable<Row<"clientBalance">>;
type Total = Mutable<Row<"currencyBalance">>;

const NO_BALANCE = {
  invoices: 0,
  credit_notes: 0,
  invoiced_minor: 0,
  credited_minor: 0,
  outstanding_minor: 0,
  credit_minor: 0,
};
const NO_TOTAL = { invoices: 0, open_minor: 0, credit_minor: 0 };

/** A copy of the client's head, to be changed and put. */
function headOf(tables: Tables, client_id: number, currency: string): Client {
  const row = tables.clientBalance.get(client_id, currency) ?? NO_BALANCE;
  // A literal: V8 takes several times as long for a spread.
  return {
    client_id,
    currency,
    invoices: row.invoices,
    credit_notes: row.credit_notes,
    invoiced_minor: row.invoiced_minor,
    credited_minor: row.credited_minor,
    outstanding_minor: row.outstanding_minor,
    credit_minor: row.credit_minor,
  };
}

/** A copy of the currency's head, to be changed and put. */
function totalOf(tables: Tables, currency: string): Total {
  const row = tables.currencyBalance.get(currency) ?? NO_TOTAL;
  return { currency, invoices: row.invoices, open_minor: row.open_minor, credit_minor: row.credit_minor };
}

/** Counts an issued document, or takes back the count of one that is void. */
function count(
  tables: Tables,
  event: LogEvent,
  { client, total }: { client: Client; total: Total },
  { kind, documentId, netMinor = 0, taxMinor = 0 }: PostingLine,
): void {
  const document = kind === "void" ? must(tables.invoice.get(documentId), event, `document ${documentId}`).kind : kind;
  const by = kind === "void" ? -1 : 1;
  const gross = netMinor + taxMinor;
  if (document === "invoice") {
    client.invoices += by;
    total.invoices += by;
    client.invoiced_minor += gross;
  } else {
    client.credit_notes += by;
    client.credited_minor -= gross;
  }
  for (const name of ["invoiced_minor", "credited_minor"] as const) exactSum(event, client[name], name);
}

/** The sums that can be too large, in words. */
const SUMS = {
  outstanding_minor: "what the client owes",
  credit_minor: "the credit",
  open_minor: "what all clients owe",
  invoiced_minor: "the client's invoices",
  credited_minor: "the client's credit notes",
};

/** @throws LogError INCONSISTENT_LOG; its cause is the refusal of the command */
function exactSum(event: LogEvent, sum: number, name: keyof typeof SUMS): number {
  if (Number.isSafeInteger(sum)) return sum;
  const limit = Number.MAX_SAFE_INTEGER;
  throw inconsistent(event, `${name} would be ${sum}`, {
    cause: refusal(
      "AMOUNT_TOO_LARGE",
      `too large: ${SUMS[name]} in this currency would be ${sum} minor units, at most ${limit}`,
      { values: { amount: String(sum), limit } },
    ),
  });
}
