/** What clients owe by age, by client and currency: as dated, or until any day. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { streamId } from "../../../events/values/schema.ts";
import { currencyWord, numberWord } from "../list-words.ts";
import { prepare } from "../prepared.ts";
import { inOne, type Parts } from "../read.ts";
import { type AgeClass, type AgeSum, ageClassesOf, ageOf, agesUpTo, noAges, overdueOf } from "./ageing.ts";
import { checkClient, type Dated, type DatedAnswer, datedOf, datedOfAnswer, datedWords } from "./dated.ts";
import { type AccountFilter, creditsSql, openDocumentsSql, rangesOf, valuesAt } from "./open-amounts.ts";

/** Clients that an answer lists, at most. */
const MAX_CLIENTS = 10_000;
const PART_POSTINGS = 256;

export const agedBalances = z.strictObject({
  client: numberWord(streamId()).optional().describe("Only this client."),
  currency: currencyWord().optional().describe("ISO 4217: only this currency."),
  ...datedWords,
});

interface Sums {
  currency: string;
  /** What is open on invoices. */
  open_minor: number;
  /** The rest of payments, credit notes and invoices below zero. */
  credit_minor: number;
  /** What is open, less the credit. */
  owed_minor: number;
  /** What is open with a due date before the day. */
  overdue_minor: number;
  open_documents: number;
}

export interface AgedClient extends Sums {
  /** The client. */
  id: StreamId;
  client_name: string;
  /** What is open in each age class, in the order of `ages`. */
  ages_minor: number[];
}

export interface AgedCurrency extends Sums {
  ages: AgeClass[];
}

export interface AgedBalances extends DatedAnswer {
  /** The day that the ages are of: `dated_until`, or today. */
  day: string;
  /** In alphabetical order. They add up all clients, also those that are not listed. */
  currencies: AgedCurrency[];
  /** By name, then by currency. Leaves out clients with nothing open and no credit. */
  clients: AgedClient[];
  /** True if there are more clients. */
  shortened: boolean;
}

/** What is open in one currency: of a client, or of all. */
interface Account {
  currency: string;
  ages: AgeSum[];
  credit_minor: number;
}

interface AgedOptions {
  /** YYYY-MM-DD */
  today: string;
  maxClients?: number;
  /** Postings, documents or clients of a part: together they cost about a millisecond. */
  postings?: number;
}

/** @throws ZodError as `agedBalancesParts` */
export function agedBalancesOf(
  db: Database.Database,
  input: z.output<typeof agedBalances>,
  options: AgedOptions,
): AgedBalances {
  return inOne(db, agedBalancesParts(db, input, options));
}

/** @throws ZodError as `checkClient` */
export function* agedBalancesParts(
  db: Database.Database,
  input: z.output<typeof agedBalances>,
  { today, maxClients = MAX_CLIENTS, postings = PART_POSTINGS }: AgedOptions,
): Parts<AgedBalances> {
  const dated = datedOf(db, input);
  checkClient(db, input.client);
  const day = input.dated_until ?? today;
  const accounts = new Accounts();
  yield* addOpen(accounts, db, { dated, filter: input, day, postings });
  yield* addCredit(accounts, db, { dated, filter: input, postings });
  // One more than are listed tells that there are more.
  const clients = yield* clientsOf(db, accounts, { max: maxClients + 1, atOnce: postings });
  return {
    day,
    ...datedOfAnswer(input),
    currencies: accounts.totals().map((total) => ({ ...sumsOf(total), ages: ageClassesOf(total.ages, day) })),
    clients: clients.slice(0, maxClients),
    shortened: clients.length > maxClients,
  };
}

/** The accounts of clients, and their totals by currency, while they are added up. */
class Accounts {
  readonly #totals = new Map<string, Account>();
  readonly ofClients = new Map<StreamId, Map<string, Account>>();

  /** A client's account, and the total. */
  in({ client_id, currency }: { client_id: StreamId; currency: string }): Account[] {
    let own = this.ofClients.get(client_id);
    if (!own) {
      own = new Map();
      this.ofClients.set(client_id, own);
    }
    return [accountIn(own, currency), accountIn(this.#totals, currency)];
  }

  /** In alphabetical order of the currencies. */
  totals(): Account[] {
    return inOrder(this.#totals);
  }
}

function accountIn(accounts: Map<string, Account>, currency: string): Account {
  let account = accounts.get(currency);
  if (!account) {
    account = { currency, ages: noAges(), credit_minor: 0 };
    accounts.set(currency, account);
  }
  return account;
}

function inOrder(accounts: Map<string, Account>): Account[] {
  return [...accounts.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

interface Where {
  dated: Dated;
  filter: AccountFilter;
  postings: number;
}

/** If nothing is left out, a part is so many rows; else so many postings. */
function rangesAt(db: Database.Database, of: "document_id" | "credit_id", { dated, filter, postings }: Where) {
  return dated.isAll ? [{ condition: "", values: {} }] : rangesOf(db, of, { postings, client: filter.client });
}

function* addOpen(accounts: Accounts, db: Database.Database, { day, ...where }: Where & { day: string }): Parts<void> {
  const { dated, filter, postings } = where;
  const ends = agesUpTo(day);
  let count = 0;
  for (const { condition, values } of rangesAt(db, "document_id", where)) {
    const open = prepare<[object], { client_id: number; currency: string; due_on: string | null; open_minor: number }>(
      db,
      `SELECT client_id, currency, due_on, open_minor FROM (${openDocumentsSql(dated, filter, condition)})`,
    );
    for (const row of open.iterate({ ...valuesAt(dated, filter), ...values })) {
      for (const { ages } of accounts.in(row)) {
        const age = ages[ageOf(row.due_on, ends)];
        if (!age) throw new Error("a due date is in no age class");
        age.documents++;
        age.balance_minor += row.open_minor;
      }
      if (++count % postings === 0) yield;
    }
    yield;
  }
}

function* addCredit(accounts: Accounts, db: Database.Database, where: Where): Parts<void> {
  const { dated, filter, postings } = where;
  let count = 0;
  for (const { condition, values } of rangesAt(db, "credit_id", where)) {
    const credit = prepare<[object], { client_id: number; currency: string; credit_minor: number }>(
      db,
      dated.isAll
        ? allCreditSql(filter)
        : `SELECT client_id, currency, credit_minor FROM (${creditsSql(filter, condition)})`,
    );
    for (const row of credit.iterate({ ...valuesAt(dated, filter), ...values })) {
      for (const account of accounts.in(row)) account.credit_minor += row.credit_minor;
      if (++count % postings === 0) yield;
    }
    yield;
  }
}

/** The credit of clients, if nothing is left out. */
function allCreditSql({ client, currency }: AccountFilter): string {
  const own = [
    ...(client === undefined ? [] : ["client_id = :client"]),
    ...(currency === undefined ? [] : ["currency = :currency"]),
  ];
  return `SELECT client_id, currency, credit_minor FROM client_balance WHERE ${["credit_minor <> 0", ...own].join(" AND ")}`;
}

function sumOf(sums: readonly (AgeSum | undefined)[]): AgeSum {
  return sums.reduce<AgeSum>(
    (all, one) => ({
      documents: all.documents + (one?.documents ?? 0),
      balance_minor: all.balance_minor + (one?.balance_minor ?? 0),
    }),
    { documents: 0, balance_minor: 0 },
  );
}

function sumsOf({ currency, ages, credit_minor }: Account): Sums {
  const { documents: open_documents, balance_minor: open_minor } = sumOf(ages);
  const overdue_minor = overdueOf(ages).balance_minor;
  return { currency, open_minor, credit_minor, owed_minor: open_minor - credit_minor, overdue_minor, open_documents };
}

/** By name: the first ones. Few are looked up; for many, the clients are read in this order. */
function* clientsOf(
  db: Database.Database,
  { ofClients }: Accounts,
  { max, atOnce }: { max: number; atOnce: number },
): Parts<AgedClient[]> {
  const isFew = ofClients.size <= atOnce;
  const named = prepare<string[], { id: number; name: string }>(
    db,
    isFew
      ? "SELECT id, name FROM client WHERE id IN (SELECT value FROM json_each(?)) ORDER BY sort_key, id"
      : "SELECT id, name FROM client INDEXED BY client_sort_key ORDER BY sort_key, id",
  );
  const clients: AgedClient[] = [];
  let count = 0;
  for (const { id, name } of named.iterate(...(isFew ? [JSON.stringify([...ofClients.keys()])] : []))) {
    for (const account of inOrder(ofClients.get(id) ?? new Map())) {
      const ages_minor = account.ages.map(({ balance_minor }) => balance_minor);
      clients.push({ id, client_name: name, ...sumsOf(account), ages_minor });
    }
    if (clients.length >= max) break;
    if (++count % atOnce === 0) yield;
  }
  return clients;
}
