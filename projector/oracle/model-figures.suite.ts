/** Every figure of the books, computed anew from their lists: as dated until a day, of what the lists know. */
import { type Books, type Dated, type Day, type Document, documentOf, isDebit, owedOf } from "./books-lists.suite.ts";

/** The end of time: everything counts. */
export const ALWAYS: Day = "9999-12-31";

/** What of these amounts counts on that day. */
export function sumOn(parts: readonly Dated[], day: Day): number {
  return sum(parts.filter(({ on, until }) => on <= day && (until === null || day < until)).map(({ amount }) => amount));
}

/** The documents that count: issued until that day, and not void. */
export function documentsOn({ documents }: Books, day: Day): Document[] {
  return documents.filter(({ isVoid, issuedOn }) => !isVoid && issuedOn <= day);
}

/** What is owed by each document that was not fully settled. Below zero if later payments had an earlier date. */
export function openOn(books: Books, day: Day): Map<number, number> {
  const rests = documentsOn(books, day)
    .filter(isDebit)
    .map((document) => {
      const isOf = (part: { document: number }) => part.document === document.id;
      const settled = sumOn(books.settlements.filter(isOf), day) + sumOn(books.writeOffs.filter(isOf), day);
      return [document.id, owedOf(document) - settled] as const;
    });
  return new Map(rests.filter(([, rest]) => rest !== 0));
}

/** The unused credit of each source: payments, and documents by which the company owes. */
export function creditOn(books: Books, day: Day): Map<number, number> {
  const used = (source: number) => {
    const isOf = (part: { source: number }) => part.source === source;
    return sumOn(books.settlements.filter(isOf), day) + sumOn(books.payouts.filter(isOf), day);
  };
  const rests = [
    ...books.payments.map(({ id, cash }) => [id, sumOn([cash], day) - used(id)] as const),
    ...documentsOn(books, day)
      .filter((document) => owedOf(document) < 0)
      .map((document) => [document.id, -owedOf(document) - used(document.id)] as const),
  ];
  return new Map(rests.filter(([, rest]) => rest !== 0));
}

/** A client's position in a currency. */
export interface Balance {
  clientId: number;
  currency: string;
  open: number;
  credit: number;
  invoices: number;
  invoiced: number;
  creditNotes: number;
  credited: number;
}

/** By client and currency, without those of which every figure is 0. */
export function balancesOn(books: Books, day: Day): Balance[] {
  const accounts = grouped([...books.documents, ...books.payments], ({ clientId, currency }) =>
    JSON.stringify([clientId, currency]),
  );
  const open = openOn(books, day);
  const credit = creditOn(books, day);
  return [...accounts.keys()]
    .map((key) => {
      const [clientId, currency] = JSON.parse(key) as [number, string];
      const isOwn = (one: { clientId: number; currency: string }) =>
        one.clientId === clientId && one.currency === currency;
      const own = documentsOn(books, day).filter(isOwn);
      const invoices = own.filter(({ kind }) => kind === "invoice");
      const notes = own.filter(({ kind }) => kind === "credit_note");
      const ids = [...own, ...books.payments.filter(isOwn)].map(({ id }) => id);
      return {
        ...{ clientId, currency },
        open: sum(ids.map((id) => open.get(id) ?? 0)),
        credit: sum(ids.map((id) => credit.get(id) ?? 0)),
        invoices: invoices.length,
        invoiced: sum(invoices.map(({ gross }) => gross)),
        creditNotes: notes.length,
        credited: sum(notes.map(({ gross }) => gross)),
      };
    })
    .filter(({ clientId: _, currency: __, ...figures }) => Object.values(figures).some((figure) => figure !== 0))
    .sort((a, b) => a.clientId - b.clientId || compare(a.currency, b.currency));
}

export interface Month {
  month: string;
  currency: string;
  invoices: number;
  creditNotes: number;
  net: number;
  tax: number;
  gross: number;
  received: number;
  refunded: number;
}

/**
 * Revenue by the month of issue, credit notes below zero; money by the month in which it came, went, or returned.
 * Without months of which every figure is 0.
 */
export function monthsOn(books: Books, day: Day): Month[] {
  const months = new Map<string, Month>();
  const add = (on: Day, currency: string, by: Partial<Record<keyof Month, number>>) => {
    if (on > day) return;
    const key = `${on.slice(0, 7)} ${currency}`;
    const none = { invoices: 0, creditNotes: 0, net: 0, tax: 0, gross: 0, received: 0, refunded: 0 };
    const month = months.get(key) ?? { month: on.slice(0, 7), currency, ...none };
    for (const [name, amount] of Object.entries(by)) Object.assign(month, { [name]: month[name as "net"] + amount });
    months.set(key, month);
  };
  for (const { kind, issuedOn, currency, net, tax, gross } of documentsOn(books, day)) {
    const sign = signOf(kind);
    add(issuedOn, currency, { net: sign * net, tax: sign * tax, gross: sign * gross });
    add(issuedOn, currency, kind === "invoice" ? { invoices: 1 } : { creditNotes: 1 });
  }
  for (const [figure, list] of [["received", books.payments] as const, ["refunded", books.refunds] as const])
    for (const { currency, cash } of list) {
      add(cash.on, currency, { [figure]: cash.amount });
      if (cash.until !== null) add(cash.until, currency, { [figure]: -cash.amount });
    }
  return [...months.values()]
    .filter(({ month: _, currency: __, ...figures }) => Object.values(figures).some((figure) => figure !== 0))
    .sort((a, b) => compare(a.month, b.month) || compare(a.currency, b.currency));
}

/** A line of a statement: what it changes of what the client owes. */
export interface StatementLine {
  on: Day;
  what:
    | "invoice"
    | "credit_note"
    | "payment"
    | "payment_returned"
    | "refund"
    | "refund_returned"
    | "write_off"
    | "write_off_reversed";
  id: number;
  amount: number;
}

/** All that moved something between a client and the company, by day. Settlements move nothing between them. */
export function statementOn(
  books: Books,
  { clientId, currency, day }: { clientId: number; currency: string; day: Day },
): StatementLine[] {
  const isOwn = (one: { clientId: number; currency: string }) => one.clientId === clientId && one.currency === currency;
  const lines: StatementLine[] = documentsOn(books, day)
    .filter(isOwn)
    .map((document) => ({ on: document.issuedOn, what: document.kind, id: document.id, amount: owedOf(document) }));
  const add = (
    what: StatementLine["what"],
    end: StatementLine["what"],
    of: { id: number; dated: Dated; sign: number },
  ) => {
    const { id, dated, sign } = of;
    lines.push({ on: dated.on, what, id, amount: sign * dated.amount });
    if (dated.until !== null) lines.push({ on: dated.until, what: end, id, amount: 0 - sign * dated.amount });
  };
  for (const { id, cash } of books.payments.filter(isOwn))
    add("payment", "payment_returned", { id, dated: cash, sign: -1 });
  for (const { id, cash } of books.refunds.filter(isOwn))
    add("refund", "refund_returned", { id, dated: cash, sign: 1 });
  for (const dated of books.writeOffs.filter(({ document }) => isOwn(documentOf(books, document))))
    add("write_off", "write_off_reversed", { id: dated.document, dated, sign: -1 });
  // A write-off has the id of its document, and comes after it.
  const place = ({ what }: StatementLine) => (what.startsWith("write_off") ? 1 : 0);
  return lines.filter(({ on }) => on <= day).sort((a, b) => compare(a.on, b.on) || a.id - b.id || place(a) - place(b));
}

/** Days after the due date, both ends included. */
export const AGES = [
  [Number.NEGATIVE_INFINITY, 0],
  [1, 30],
  [31, 60],
  [61, 90],
  [91, Number.POSITIVE_INFINITY],
] as const;

/** What is owed in a currency, and how many documents, by the days that have passed since it was due. */
export function agesOn(books: Books, currency: string, { day, today }: { day: Day; today: Day }) {
  const open = [...openOn(books, day)].map(([id, rest]) => ({ ...documentOf(books, id), rest }));
  return AGES.map(([from, to]) => {
    const aged = open.filter((one) => {
      const days = (Date.parse(today) - Date.parse(one.dueOn)) / 86_400_000;
      return one.currency === currency && days >= from && days <= to;
    });
    return { documents: aged.length, open: sum(aged.map(({ rest }) => rest)) };
  });
}

/** VAT by currency, category and rate of the documents issued in a period. */
export interface VatRow {
  currency: string;
  category: string;
  rate3: number | null;
  taxable: number;
  tax: number;
  documents: number;
}

export function vatOf(books: Books, { from, to, day }: { from: Day; to: Day; day: Day }): VatRow[] {
  const parts = documentsOn(books, day)
    .filter(({ issuedOn }) => issuedOn >= from && issuedOn <= to)
    .flatMap(({ kind, currency, taxes }) => taxes.map((row) => ({ ...row, currency, sign: signOf(kind) })));
  return [...grouped(parts, ({ currency, category, rate3 }) => JSON.stringify([currency, category, rate3])).values()]
    .map((rows) => {
      const { currency, category, rate3 } = rows[0] as (typeof rows)[number];
      const taxable = sum(rows.map((row) => row.sign * row.taxable));
      const tax = sum(rows.map((row) => row.sign * row.tax));
      return { currency, category, rate3, taxable, tax, documents: rows.length };
    })
    .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
}

/** VAT of a period in the organization's currency, by the currency of the documents. */
export function accountingTaxOf(
  books: Books,
  { from, to, day }: { from: Day; to: Day; day: Day },
): Map<string, number> {
  const issued = documentsOn(books, day).filter(({ issuedOn }) => issuedOn >= from && issuedOn <= to);
  const sums = [...grouped(issued, ({ currency }) => currency)].map(([currency, of]) => {
    return [currency, sum(of.map(({ kind, accountingTax }) => signOf(kind) * accountingTax))] as const;
  });
  return new Map(sums);
}

/** Supplies that the buyer accounts for (categories K and AE), by the buyer's VAT id. */
export function salesListOf(books: Books, { from, to, day }: { from: Day; to: Day; day: Day }) {
  const parts = documentsOn(books, day)
    .filter(({ issuedOn }) => issuedOn >= from && issuedOn <= to)
    .flatMap(({ id, kind, currency, buyer, taxes }) =>
      taxes
        .filter(({ category }) => category === "K" || category === "AE")
        .map(({ category, taxable }) => ({ id, ...buyer, currency, category, taxable: signOf(kind) * taxable })),
    );
  return [
    ...grouped(parts, ({ vatId, country, category, currency }) =>
      JSON.stringify([vatId, country, category, currency]),
    ).values(),
  ].map((rows) => {
    const { vatId, country, category, currency } = rows[0] as (typeof rows)[number];
    const documents = new Set(rows.map(({ id }) => id)).size;
    return { vatId, country, category, currency, taxable: sum(rows.map(({ taxable }) => taxable)), documents };
  });
}

/** What is paid, written off and refunded of a document, as `paid_minor` has it: from 0 towards its payable amount. */
export function settledOf(books: Books, document: Document) {
  const { id, payable } = document;
  const writtenOff = sumOn(
    books.writeOffs.filter((part) => part.document === id),
    ALWAYS,
  );
  const refunded = sumOn(
    books.payouts.filter(({ source }) => source === id),
    ALWAYS,
  );
  const received = sumOn(
    books.settlements.filter((part) => part.document === id),
    ALWAYS,
  );
  const applied = sumOn(
    books.settlements.filter(({ source }) => source === id),
    ALWAYS,
  );
  const settled = received + applied + writtenOff + refunded;
  return { paid: payable < 0 ? 0 - settled : settled, writtenOff, refunded };
}

export function signOf(kind: Document["kind"]): 1 | -1 {
  return kind === "invoice" ? 1 : -1;
}

function grouped<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  return Map.groupBy(list, keyOf);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
