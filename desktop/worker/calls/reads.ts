/** The reads that windows ask for: each one a query of the projector's, with what a screen needs beside it. */
import type Database from "better-sqlite3";
import { decodeEvent } from "../../../events/encoding/event.ts";
import type { Sequence, StreamId } from "../../../events/sequence.ts";
import { dateAt } from "../../../events/values/calendar.ts";
import { type ActivityRow, listActivity } from "../../../projector/queries/activity.ts";
import { clientById, listClients } from "../../../projector/queries/clients.ts";
import { currencyOf, invoiceHeading, timeZoneOf } from "../../../projector/queries/history.ts";
import { historyOfInvoice, invoicesByIds, listInvoiceIds, listInvoices } from "../../../projector/queries/invoices.ts";
import { openInvoicesOf } from "../../../projector/queries/open-invoices.ts";
import { overviewOf } from "../../../projector/queries/overview.ts";
import { listPayments, paymentById } from "../../../projector/queries/payments.ts";
import { prepared } from "../../../projector/queries/prepared.ts";
import { itemById, listItems, listUsers, organizationOf, userById } from "../../../projector/queries/small-lists.ts";
import { statementOf } from "../../../projector/queries/statement.ts";
import type { Row } from "../../../projector/tables/tables.ts";
import { type About, titleOf, wordsOf } from "../../../projector/text/event-words.ts";
import type { CallName, ParsedArgument } from "../../contract/arguments.ts";
import { describeError } from "../../contract/call-error.ts";
import type { ActivityWords, Answers, CsvPart, InvoiceRow, PaymentRow } from "../../contract/contract.ts";
import { BYTE_ORDER_MARK, type Cell, csvLine, csvStyleOf } from "./csv.ts";
import { invoiceDetail } from "./invoice-detail.ts";

/** The longest list that a window shows: beyond it, a search helps more than a scroll bar. */
const MAX_IDS = 200_000;

/** What reads work on. */
export interface Readable {
  db: Database.Database;
  /** An event's own bytes; null if they are not here. */
  bodyAt: (seq: Sequence) => Uint8Array | null;
  /** The time, ms since 1970 UTC. */
  nowMs: number;
}

type Read<Name extends CallName> = (from: Readable, argument: ParsedArgument<Name>) => Answers[Name];

const today = ({ db, nowMs }: Readable) => dateAt(nowMs, timeZoneOf(db));

export const READS = {
  getOverview: (from) => overviewOf(from.db, today(from)),
  getOrganization(from) {
    const row = organizationOf(from.db);
    if (!row) return null;
    const { logo, logo_type } = row;
    const image = logo && `data:${logo_type};base64,${Buffer.from(logo).toString("base64")}`;
    return { ...row, logo: image, today: today(from) };
  },
  listInvoices(from, asked) {
    const { rows, next } = listInvoices(from.db, asked, { today: today(from) });
    return { rows: rows.map(shortRow), next };
  },
  listInvoiceIds: (from, asked) => listInvoiceIds(from.db, asked, { today: today(from), max: MAX_IDS }),
  getInvoiceRows: ({ db }, { ids }) => invoicesByIds(db, ids).map(shortRow),
  getInvoice: ({ db }, { id }) => invoiceDetail(db, id),
  getInvoiceHistory: (from, { id }) => (historyOfInvoice(from.db, id) ?? []).map((row) => inWords(from, row, id)),
  exportInvoices,
  listCurrencies: ({ db }) => currenciesOf(db),
  listClients: ({ db }, asked) => listClients(db, asked),
  getClient: ({ db }, { id }) => clientById(db, id) ?? null,
  getStatement: ({ db }, asked) => statementOf(db, asked) ?? null,
  getOpenInvoices: ({ db }, asked) => openInvoicesOf(db, asked),
  listItems: ({ db }, asked) => listItems(db, asked),
  getItem: ({ db }, { id }) => itemById(db, id) ?? null,
  listPayments({ db }, asked) {
    const { rows, next } = listPayments(db, asked);
    const nameOf = prepared<[number], { name: string }>(db, "SELECT name FROM client WHERE id = ?");
    return {
      rows: rows.map((row): PaymentRow => ({ ...row, client_name: nameOf.get(row.client_id)?.name ?? "" })),
      next,
    };
  },
  getPayment: ({ db }, { id }) => paymentById(db, id) ?? null,
  listUsers: ({ db }, asked) => listUsers(db, asked),
  getUser: ({ db }, { id }) => userById(db, id) ?? null,
  listActivity(from, asked) {
    const { rows, next } = listActivity(from.db, asked);
    return { rows: rows.map((row) => inWords(from, row, null)), next };
  },
} satisfies { [Name in CallName]?: Read<Name> };

export type ReadName = keyof typeof READS;

export function isRead(name: string): name is ReadName {
  return Object.hasOwn(READS, name);
}

/** Those that anything was issued or paid in, and the organization's own, first. */
function currenciesOf(db: Database.Database): string[] {
  const sql = `SELECT currency FROM organization UNION ALL SELECT currency FROM
    (SELECT DISTINCT currency FROM client_balance ORDER BY currency)`;
  return [
    ...new Set(
      prepared<[], { currency: string }>(db, sql)
        .all()
        .map(({ currency }) => currency),
    ),
  ];
}

function shortRow(row: Row<"invoice">): InvoiceRow {
  const { id, number, kind, status, client_id, buyer_name, currency } = row;
  const { issued_on, due_on, gross_minor, prepaid_minor, paid_minor, version } = row;
  return {
    id,
    number,
    kind,
    status,
    client_id,
    buyer_name,
    currency,
    issued_on,
    due_on,
    gross_minor,
    prepaid_minor,
    paid_minor,
    version,
  };
}

function inWords({ db, bodyAt }: Readable, row: ActivityRow, subject: StreamId | null): ActivityWords {
  const { seq, at, actor_name, type, stream_kind, stream } = row;
  const about: About = {
    currency: currencyOf(db, stream),
    invoice: (id) => (id === subject ? "this document" : (invoiceHeading(db, id)?.number ?? `draft ${id}`)),
  };
  return { seq, at, actor_name, type, stream_kind, stream, words: tell(bodyAt(seq), type, about) };
}

function tell(body: Uint8Array | null, type: string, about: About): string {
  if (body === null) return titleOf(type);
  try {
    return wordsOf(decodeEvent(body), about);
  } catch (error) {
    return `${titleOf(type)} (${describeError(error)})`;
  }
}

const HEADINGS = [
  "Number",
  "Kind",
  "Status",
  "Client",
  "Issued",
  "Due",
  "Currency",
  "Net",
  "VAT",
  "Gross",
  "Prepaid",
  "Paid",
  "Balance",
  "Order",
  "Reference",
] as const;

/** A page of the filtered list as lines: amounts of credit notes are below zero, so that columns can be summed up. */
function exportInvoices(from: Readable, { locale, ...asked }: ParsedArgument<"exportInvoices">): CsvPart {
  const style = csvStyleOf(locale || "en");
  const { rows, next } = listInvoices(from.db, { ...asked, limit: 200 }, { today: today(from) });
  const head = asked.cursor === undefined ? BYTE_ORDER_MARK + csvLine(HEADINGS, style) : "";
  return { csv: head + rows.map((row) => csvLine(cellsOf(row), style)).join(""), next, rows: rows.length };
}

function cellsOf(row: Row<"invoice">): Cell[] {
  const { currency } = row;
  const sign = row.kind === "credit_note" ? -1 : 1;
  const amount = (minor: number) => ({ minor: sign * minor, currency });
  return [
    row.number,
    row.kind === "credit_note" ? "credit note" : "invoice",
    row.status,
    row.buyer_name,
    row.issued_on,
    row.due_on,
    currency,
    amount(row.net_minor),
    amount(row.tax_minor),
    amount(row.gross_minor),
    amount(row.prepaid_minor),
    amount(row.paid_minor),
    amount(row.gross_minor - row.prepaid_minor - row.paid_minor),
    row.order_reference,
    row.buyer_reference,
  ];
}
