/** The answer of the aged balances: its rows in an order, and its amounts. */
import type { Answers } from "../../../contract/contract.ts";
import { locale } from "../../state/state.ts";
import { amount } from "../../text/format.ts";

export type Aged = Answers["getAgedBalances"];
export type AgedClient = Aged["clients"][number];

/** What a column sorts by: `owed`, `deposit` (the credit), or `age0` to `age4`. */
function minorOf(row: AgedClient, column: string): number {
  if (column === "owed") return row.owed_minor;
  if (column === "deposit") return -row.credit_minor;
  return row.ages_minor[Number(/^age(\d)$/.exec(column)?.[1])] ?? 0;
}

/**
 * The clients with this currency.
 *
 * @param sort `client`, or a column of `minorOf`; with `-`: in descending order. Equal rows stay in the order of names.
 */
export function sortClients(aged: Aged, currency: string, sort: string): AgedClient[] {
  const rows = aged.clients.filter((row) => row.currency === currency);
  const column = sort.replace("-", "");
  if (column === "client") return sort === "client" ? rows : rows.reverse();
  const sign = sort.startsWith("-") ? -1 : 1;
  return rows.sort((a, b) => sign * (minorOf(a, column) - minorOf(b, column)));
}

/** `1,234.50`; empty for zero, so that the eye finds what is there. */
export function amountOrNothing(minor: number, currency: string): string {
  return minor === 0 ? "" : amount(minor, currency, locale.value);
}
