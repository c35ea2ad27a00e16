/** What clients owe by age, by client and currency: today, or at any moment. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { streamId } from "../../../events/values/schema.ts";
import { currencyWord, numberWord } from "../list-words.ts";
import { prepare } from "../prepared.ts";
import { AGE_CLASSES, type AgeClass, type AgeSum, ageClassesOf, ageOf, agesUpTo, noAges, overdueOf } from "./ageing.ts";
import { checkClient, type Moment, type MomentOfAnswer, momentOf, momentOfAnswer, momentWords } from "./moment.ts";
import { type AccountFilter, creditsSql, openDocumentsSql, valuesAt } from "./open-amounts.ts";

/** Clients that an answer lists, at most. */
const MAX_CLIENTS = 10_000;

export const agedBalances = z.strictObject({
  client: numberWord(streamId()).optional().describe("Only this client."),
  currency: currencyWord().optional().describe("ISO 4217: only this currency."),
  ...momentWords,
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

export interface AgedBalances extends MomentOfAnswer {
  /** The day that the ages are of: `dated_until`, or today. */
  day: string;
  /** In alphabetical order. They add up all clients, also those that are not listed. */
  currencies: AgedCurrency[];
  /** By name, then by currency. Leaves out clients with nothing open and no credit. */
  clients: AgedClient[];
  /** True if there are more clients. */
  shortened: boolean;
}

interface Account {
  client: StreamId;
  currency: string;
  ages: AgeSum[];
  credit_minor: number;
}

/** @param today YYYY-MM-DD @throws ZodError as `momentOf` and `checkClient` */
export function agedBalancesOf(
  db: Database.Database,
  input: z.output<typeof agedBalances>,
  { today, maxClients = MAX_CLIENTS }: { today: string; maxClients?: number },
): AgedBalances {
  return db.transaction(() => {
    const moment = momentOf(db, input);
    checkClient(db, input.client);
    const day = input.dated_until ?? today;
    const accounts = accountsAt(db, moment, { filter: input, day });
    const clients = clientsOf(db, accounts);
    return {
      day,
      ...momentOfAnswer(input),
      currencies: currenciesOf(accounts, day),
      clients: clients.slice(0, maxClients),
      shortened: clients.length > maxClients,
    };
  })();
}

function accountsAt(
  db: Database.Database,
  moment: Moment,
  { filter, day }: { filter: AccountFilter; day: string },
): Account[] {
  const accounts = new Map<string, Account>();
  const accountOf = (client: StreamId, currency: string): Account => {
    const key = `${client} ${currency}`;
    const account = accounts.get(key) ?? { client, currency, ages: noAges(), credit_minor: 0 };
    accounts.set(key, account);
    return account;
  };
  const values = valuesAt(moment, filter);
  const ends = agesUpTo(day);
  const open = prepare<[object], { client_id: number; currency: string; due_on: string | null; open_minor: number }>(
    db,
    `SELECT client_id, currency, due_on, open_minor FROM (${openDocumentsSql(moment, filter)})`,
  );
  for (const { client_id, currency, due_on, open_minor } of open.iterate(values)) {
    const age = accountOf(client_id, currency).ages[ageOf(due_on, ends)];
    if (!age) throw new Error("a due date is in no age class");
    age.documents++;
    age.balance_minor += open_minor;
  }
  const credit = prepare<[object], { client_id: number; currency: string; credit_minor: number }>(
    db,
    moment.isNow ? creditNowSql(filter) : `SELECT client_id, currency, credit_minor FROM (${creditsSql(filter)})`,
  );
  for (const { client_id, currency, credit_minor } of credit.iterate(values))
    accountOf(client_id, currency).credit_minor += credit_minor;
  return [...accounts.values()];
}

/** The credit of clients now. */
function creditNowSql({ client, currency }: AccountFilter): string {
  const own = [
    ...(client === undefined ? [] : ["client_id = :client"]),
    ...(currency === undefined ? [] : ["currency = :currency"]),
  ];
  return `SELECT client_id, currency, credit_minor FROM client_balance WHERE ${["credit_minor <> 0", ...own].join(" AND ")}`;
}

function currenciesOf(accounts: readonly Account[], day: string): AgedCurrency[] {
  return [...Map.groupBy(accounts, ({ currency }) => currency)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, own]) => {
      const ages = Array.from({ length: AGE_CLASSES }, (_, n) => sumOf(own.map(({ ages }) => ages[n])));
      const credit_minor = own.reduce((sum, account) => sum + account.credit_minor, 0);
      return { ...sumsOf({ currency, ages, credit_minor }), ages: ageClassesOf(ages, day) };
    });
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

function sumsOf({ currency, ages, credit_minor }: Omit<Account, "client">): Sums {
  const { documents: open_documents, balance_minor: open_minor } = sumOf(ages);
  const overdue_minor = overdueOf(ages).balance_minor;
  return { currency, open_minor, credit_minor, owed_minor: open_minor - credit_minor, overdue_minor, open_documents };
}

/** By name. */
function clientsOf(db: Database.Database, accounts: readonly Account[]): AgedClient[] {
  const ids = [...new Set(accounts.map(({ client }) => client))];
  const names = new Map(
    prepare<[string], { id: number; name: string }>(
      db,
      "SELECT id, name FROM client WHERE id IN (SELECT value FROM json_each(?)) ORDER BY sort_key, id",
    )
      .all(JSON.stringify(ids))
      .map(({ id, name }, place) => [id, { name, place }]),
  );
  return accounts
    .map((account) => {
      const { name = "", place = 0 } = names.get(account.client) ?? {};
      return { account, name, place };
    })
    .sort((a, b) => a.place - b.place || (a.account.currency < b.account.currency ? -1 : 1))
    .map(({ account, name }) => ({
      id: account.client,
      client_name: name,
      ...sumsOf(account),
      ages_minor: account.ages.map(({ balance_minor }) => balance_minor),
    }));
}
