/** Every figure that a screen shows, as the screen's own read says it, with its name in the vocabulary of figures. */
import type Database from "better-sqlite3";
import { addDays } from "../../events/values/calendar.ts";
import { clientById } from "../queries/clients.ts";
import { invoiceDetail } from "../queries/invoice-detail.ts";
import { paymentById } from "../queries/payments.ts";
import { refundById } from "../queries/refunds.ts";
import { agedBalancesOf } from "../queries/reports/aged-balances.ts";
import { clientUntilOf } from "../queries/reports/client-balances.ts";
import { listOpenItems } from "../queries/reports/open-items.ts";
import { overviewOf } from "../queries/reports/overview.ts";
import { salesListOf } from "../queries/reports/sales-list.ts";
import { statementOf } from "../queries/reports/statement.ts";
import { vatReportOf } from "../queries/reports/vat-report.ts";
import { invoiceTotals } from "../queries/totals.ts";
import type { Figure } from "../queries/why/figures.ts";

/** A figure, the number on the screen, and which one it is. */
export type Shown = [figure: Figure, value: number, what: string];

interface When {
  /** YYYY-MM-DD */
  today: string;
  /** Absent: everything. */
  dated_until?: string;
}

const datedWords = ({ dated_until }: When) => (dated_until === undefined ? {} : { dated_until });

export function shownOnOverview(db: Database.Database, when: When): Shown[] {
  return overviewOf(db, when.today, datedWords(when)).currencies.flatMap((row): Shown[] => {
    const { currency } = row;
    const shown = (figure: Figure, value: number): Shown => [figure, value, `overview, ${figure.figure} ${currency}`];
    return [
      shown({ figure: "total_open", currency }, row.open_minor),
      shown({ figure: "total_owed", currency }, row.owed_minor),
      shown({ figure: "total_credit", currency }, row.credit_minor),
      shown({ figure: "overdue_balance", currency }, row.overdue_minor),
      shown({ figure: "overdue_documents", currency }, row.overdue_invoices),
      shown({ figure: "credit_of_payments", currency }, row.unallocated_minor),
      shown({ figure: "credit_of_documents", currency }, row.credit_notes_minor),
      ...row.months.flatMap(({ month, net_minor, gross_minor, received_minor }) => [
        shown({ figure: "month_net", currency, month }, net_minor),
        shown({ figure: "month_gross", currency, month }, gross_minor),
        shown({ figure: "month_received", currency, month }, received_minor),
      ]),
      ...row.ages.flatMap(({ invoices, balance_minor }, age) => [
        shown({ figure: "age_balance", currency, age }, balance_minor),
        shown({ figure: "age_documents", currency, age }, invoices),
      ]),
    ];
  });
}

export function shownOnClient(db: Database.Database, client: number, when: When): Shown[] {
  const { balances = [] } = clientUntilOf(db, { id: client, ...datedWords(when) }) ?? {};
  return balances.flatMap((row): Shown[] => {
    const { currency, outstanding_minor: open, credit_minor: credit } = row;
    const shown = (
      figure: "open" | "credit" | "owed" | "invoiced" | "invoices" | "credit_notes",
      value: number,
    ): Shown => [{ figure: `client_${figure}`, client, currency }, value, `client ${client}, ${figure} ${currency}`];
    return [
      shown("open", open),
      shown("credit", credit),
      shown("owed", open - credit),
      shown("invoiced", row.invoiced_minor - row.credited_minor),
      shown("invoices", row.invoices),
      shown("credit_notes", row.credit_notes),
    ];
  });
}

/** The statement has its own days: what it shows up to an entry is not limited to a day besides. */
export function shownOnStatement(db: Database.Database, client: number, { today, dated_until }: When): Shown[] {
  const currencies = clientById(db, client)?.balances.map(({ currency }) => currency) ?? [];
  return currencies.flatMap((currency) => {
    const from = addDays(dated_until ?? today, -30);
    const account = { client, currency, from, ...(dated_until !== undefined && { to: dated_until }) };
    const { entries = [] } = statementOf(db, account) ?? {};
    return entries.flatMap(({ on, id, kind, amount_minor, balance_minor, about }): Shown[] => {
      const isWriteOff = kind === "write_off" || (kind === "reversal" && !["payment", "refund"].includes(about));
      const entry = { on, id, part: isWriteOff ? "write_off" : "other" } as const;
      const shown = (figure: "entry" | "balance" | "opening", value: number): Shown => [
        { figure: `statement_${figure}`, client, currency, entry },
        value,
        `statement of client ${client}, ${figure}, ${kind} ${id} on ${on}`,
      ];
      return [
        shown("entry", amount_minor),
        shown("balance", balance_minor),
        shown("opening", balance_minor - amount_minor),
      ];
    });
  });
}

export function shownOnInvoice(db: Database.Database, id: number): Shown[] {
  const invoice = invoiceDetail(db, id);
  if (invoice?.status === "void") return [[{ figure: "document_balance", id }, 0, `void document ${id}`]];
  if (invoice?.status !== "issued") return [];
  const { kind, gross_minor: gross, prepaid_minor: prepaid, paid_minor: paid, credited_minor: credited } = invoice;
  const { rounding_minor: rounding, written_off_minor, refunded_minor } = invoice;
  const shown = (figure: Figure, value: number): Shown => [figure, value, `${kind} ${id}, ${figure.figure}`];
  const payable = gross - prepaid + rounding;
  const left = payable - paid;
  const owed = kind === "invoice" ? payable : -payable;
  const sign = Math.sign(paid);
  const credit = sign * invoice.credits.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
  const settled: Shown[] =
    owed < 0
      ? [
          shown({ figure: "credit_left", id }, Math.abs(left)),
          shown({ figure: "credit_applied", id }, Math.abs(paid) - refunded_minor),
          shown({ figure: "credit_refunded", id }, refunded_minor),
          ...invoice.credit_allocations.map(({ invoice_id, amount_minor }) =>
            shown({ figure: "settled_by", id: invoice_id, source: id }, amount_minor),
          ),
        ]
      : [
          shown({ figure: "document_paid", id }, prepaid + paid - sign * written_off_minor - credit),
          shown({ figure: "document_credited_by", id }, credit),
          shown({ figure: "document_written_off", id }, sign * written_off_minor),
          ...invoice.payments.map(({ payment_id, amount_minor }) =>
            shown({ figure: "settled_by", id, source: payment_id }, amount_minor),
          ),
          ...invoice.credits.map(({ credit_note_id, amount_minor }) =>
            shown({ figure: "settled_by", id, source: credit_note_id }, amount_minor),
          ),
        ];
  return [
    shown({ figure: "document_balance", id }, left),
    ...settled,
    shown({ figure: "document_corrected", id }, credited),
    shown({ figure: "document_left_to_correct", id }, gross - credited),
  ];
}

export function shownOnPayment(db: Database.Database, id: number): Shown[] {
  const payment = paymentById(db, id);
  if (!payment) return [];
  const { amount_minor, allocated_minor, refunded_minor, reversed, allocations } = payment;
  const left = reversed === 1 ? 0 : amount_minor - allocated_minor - refunded_minor;
  return [
    [{ figure: "credit_left", id }, left, `payment ${id}, left`],
    [{ figure: "credit_applied", id }, allocated_minor, `payment ${id}, applied`],
    [{ figure: "credit_refunded", id }, refunded_minor, `payment ${id}, refunded`],
    ...allocations.map(
      ({ invoice_id, amount_minor }): Shown => [
        { figure: "settled_by", id: invoice_id, source: id },
        amount_minor,
        `payment ${id} for invoice ${invoice_id}`,
      ],
    ),
  ];
}

export function shownOnRefund(db: Database.Database, id: number): Shown[] {
  const { sources = [] } = refundById(db, id) ?? {};
  return sources.map(({ source_id: source, amount_minor }) => [
    { figure: "refunded_from", id, source },
    amount_minor,
    `refund ${id} from ${source}`,
  ]);
}

export function shownOnOpenItems(db: Database.Database, when: When): Shown[] {
  const aged = agedBalancesOf(db, datedWords(when), { today: when.today });
  const items = listOpenItems(db, { ...datedWords(when), limit: 200 }, when.today).rows;
  return [
    ...aged.currencies.flatMap(({ currency, open_minor, credit_minor, owed_minor }): Shown[] => [
      [{ figure: "total_open", currency }, open_minor, `open items, open ${currency}`],
      [{ figure: "total_less_credit", currency }, -credit_minor, `open items, credit ${currency}`],
      [{ figure: "total_owed", currency }, owed_minor, `open items, owed ${currency}`],
    ]),
    ...aged.clients.flatMap(({ id: client, currency, ages_minor, credit_minor, owed_minor, ...row }): Shown[] => [
      ...ages_minor.map(
        (minor, age): Shown => [{ figure: "age_balance", currency, client, age }, minor, `age ${age} of ${client}`],
      ),
      [{ figure: "overdue_balance", currency, client }, row.overdue_minor, `overdue of ${client}`],
      [{ figure: "client_open", client, currency }, row.open_minor, `open items of ${client}`],
      [{ figure: "client_less_credit", client, currency }, -credit_minor, `credit of ${client}`],
      [{ figure: "client_owed", client, currency }, owed_minor, `owed by ${client}`],
    ]),
    ...items.map(({ id, balance_minor }): Shown => [{ figure: "document_due", id }, balance_minor, `open item ${id}`]),
  ];
}

export function shownOnVat(db: Database.Database, { from, to }: { from: string; to: string }, when: When): Shown[] {
  const report = vatReportOf(db, { from, to, ...datedWords(when) });
  const columns = {
    vat_taxable: "taxable_minor",
    vat_tax: "tax_minor",
    vat_home_taxable: "accounting_taxable_minor",
    vat_home_tax: "accounting_tax_minor",
    vat_documents: "documents",
  } as const;
  const of = (row: object, figure: object, what: string): Shown[] =>
    Object.entries(columns).flatMap(([name, column]): Shown[] => {
      const value = (row as Record<string, number | null | undefined>)[column] ?? null;
      return value === null ? [] : [[{ figure: name, from, to, ...figure } as Figure, value, `${what}, ${name}`]];
    });
  return [
    ...report.rows.flatMap((row) => {
      const { currency, vat_category, vat_rate3 } = row;
      const rate = vat_rate3 === null ? {} : { vat_rate3 };
      return of(row, { currency, vat_category, ...rate }, `VAT ${currency} ${vat_category} ${vat_rate3}`);
    }),
    ...report.currencies.flatMap((row) => of(row, { currency: row.currency }, `VAT ${row.currency}`)),
    ...of({ accounting_tax_minor: report.accounting_tax_minor }, {}, "VAT of all"),
  ];
}

export function shownOnSalesList(
  db: Database.Database,
  { from, to }: { from: string; to: string },
  when: When,
): Shown[] {
  const { rows, currencies } = salesListOf(db, { from, to, ...datedWords(when) });
  const of = (row: (typeof currencies)[number], buyer: object, what: string): Shown[] => {
    const { currency, vat_category, domestic } = row;
    const figure = { from, to, currency, vat_category, domestic, ...buyer };
    return [
      [{ figure: "sales_taxable", ...figure }, row.taxable_minor, `${what}, taxable`],
      [{ figure: "sales_documents", ...figure }, row.documents, `${what}, documents`],
    ];
  };
  return [
    ...rows.flatMap((row) => {
      const { country, vat_id, client_id: client } = row;
      return of(row, { country, ...(vat_id === null ? { client } : { vat_id }) }, `sales list, ${vat_id ?? client}`);
    }),
    ...currencies.flatMap((row) => of(row, {}, `sales list, ${row.vat_category} ${row.currency}`)),
  ];
}

export function shownOnList(
  db: Database.Database,
  list: Extract<Figure, { list: object }>["list"],
  when: When,
): Shown[] {
  const totals = invoiceTotals(db, list, { today: when.today }) ?? [];
  return totals.flatMap(({ currency, documents, net_minor, gross_minor, balance_minor }): Shown[] => [
    [{ figure: "list_net", currency, list }, net_minor, `list ${JSON.stringify(list)}, net`],
    [{ figure: "list_gross", currency, list }, gross_minor, `list ${JSON.stringify(list)}, gross`],
    [{ figure: "list_balance", currency, list }, balance_minor, `list ${JSON.stringify(list)}, balance`],
    [{ figure: "list_documents", currency, list }, documents, `list ${JSON.stringify(list)}, documents`],
  ]);
}
