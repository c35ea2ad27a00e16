/** `invoify open-items`: documents that are not settled, and payments that are not used up. */
import type Database from "better-sqlite3";
import { withBooks } from "../../as-of/books.ts";
import { defineCommand, JSON_OUTPUT } from "../../command-line/command.ts";
import { tableText } from "../../command-line/table-text.ts";
import { MAX_LIMIT } from "../../queries/list.ts";
import { todayOf } from "../../queries/read.ts";
import { type AgedBalances, agedBalances, agedBalancesOf } from "../../queries/reports/aged-balances.ts";
import { listOpenItems, type OpenItemRow, openItems as openItemsInput } from "../../queries/reports/open-items.ts";
import { amountText, countOf } from "../../text/figures.ts";
import { openItemsCsv } from "../../text/report-tables.ts";
import { MOMENT_HELP, MOMENT_OPTIONS, printCsv, reportOf } from "./report-source.ts";

/** A cache, and the day on which its books are read. */
interface ReportSource {
  db: Database.Database;
  today: string;
}

export const openItems = defineCommand({
  name: "open-items",
  about: `Lists what clients owe by document, and what is left of their credit; with the sums of
each age class. Ages are days after the due date on the day of --dated-until, or
today. An invoice below zero is credit, and never overdue.

${MOMENT_HELP}`,
  positionals: ["CACHE|LOG"],
  options: {
    client: { type: "string", value: "STREAM", help: "only of this client" },
    currency: { type: "string", value: "CODE", help: "only in this currency" },
    ...MOMENT_OPTIONS,
    json: JSON_OUTPUT,
  },
  async run({ values, positionals: [location = ""] }, terminal) {
    const { client, currency, csv, json, "dated-until": dated_until, at } = values;
    await withBooks({ location, at }, terminal, (books) => {
      const source = { db: books.db, today: todayOf(books) };
      const words = { client, currency, dated_until };
      const items = itemsOf(source, words);
      if (csv) return printCsv(openItemsCsv(items, { locale: "en", head: true }), terminal);
      const { clients: _, ...sums } = reportOf(agedBalances, words, (input) =>
        agedBalancesOf(source.db, input, source),
      );
      terminal.out(json ? JSON.stringify({ ...sums, items }) : asText(sums, items));
    });
    return 0;
  },
});

/** All of them, page by page. */
function itemsOf({ db, today }: ReportSource, words: Readonly<Record<string, unknown>>): OpenItemRow[] {
  const items: OpenItemRow[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = { ...words, limit: MAX_LIMIT, cursor };
    const { rows, next } = reportOf(openItemsInput, page, (input) => listOpenItems(db, input, today));
    items.push(...rows);
    cursor = next;
  }
  return items;
}

function asText({ day, currencies }: Omit<AgedBalances, "clients">, items: readonly OpenItemRow[]): string {
  if (items.length === 0) return `Nothing is open as of ${day}.`;
  const lines = items.map((row) => [
    row.client_name,
    row.kind.replace("_", " "),
    row.number ?? "",
    row.issued_on,
    row.due_on ?? "",
    row.days_overdue === null ? "" : String(row.days_overdue),
    amountText(row.balance_minor, row.currency),
  ]);
  const headings = ["CLIENT", "KIND", "DOCUMENT", "DATE", "DUE", "OVERDUE", "BALANCE"];
  const table = tableText([headings, ...lines], { right: [5, 6] });
  const sums = currencies.map(({ currency, open_minor, credit_minor, owed_minor, overdue_minor }) => {
    const [open, credit, owed, overdue] = [open_minor, credit_minor, owed_minor, overdue_minor].map((minor) =>
      amountText(minor, currency),
    );
    return `as of ${day}: ${open} open, of which ${overdue} is overdue; ${credit} credit; ${owed} in all`;
  });
  return [table, ...sums, countOf(items.length, "open item")].join("\n");
}
