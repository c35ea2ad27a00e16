/** A figure: its value, and what explains it. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamKind } from "../../../events/encoding/catalogue.ts";
import type { StreamId } from "../../../events/sequence.ts";
import { nameOfStream, streamKindOf } from "../history.ts";
import { dayWord } from "../list-words.ts";
import { prepareValue } from "../prepared.ts";
import { agedBalancesOf } from "../reports/aged-balances.ts";
import { overdueOf } from "../reports/ageing.ts";
import { type DatedWords, datedOf } from "../reports/dated.ts";
import { overviewOf } from "../reports/overview.ts";
import { invoiceTotals } from "../totals.ts";
import { changesWithDay, type Figure, figure, isCount, isMemberFigure, type MemberFigure } from "./figures.ts";
import { headOf, type PostedSum, sumOfPostings } from "./posting-lines.ts";
import { valueInRecord } from "./versions.ts";

export const oneFigure = z.strictObject({
  figure,
  dated_until: dayWord().optional().describe("Only what is dated on this day or earlier. Default: everything."),
});
type OneFigure = z.output<typeof oneFigure>;

export interface FigureAnswer {
  figure: Figure;
  /** The client, document or payment that it is about; null: all. */
  subject: { kind: StreamKind; id: StreamId; name: string } | null;
  /** Minor units of `currency`, or a number of documents; null: the list is too long to be added up. */
  value: number | null;
  /** Null: the value is a number of documents. */
  currency: string | null;
  /** What explains it. */
  of: "postings" | "members" | "versions";
  /** What a record states, if that is no amount. */
  text: string | number | null;
  /** True if it changes from one day to the next, also if nothing happens. */
  changes_with_day: boolean;
  /** The postings by what they are; null: by members, or too many to be added up. */
  kinds: PostedSum["kinds"] | null;
  /** YYYY-MM-DD; null: everything. */
  dated_until: string | null;
}

/** @param today YYYY-MM-DD */
export function figureOf(db: Database.Database, input: OneFigure, today: string): FigureAnswer {
  return db.transaction((): FigureAnswer => {
    const { figure, dated_until } = input;
    const rest = {
      figure,
      subject: subjectOf(db, figure),
      currency: isCount(figure) ? null : currencyOf(db, figure),
      changes_with_day: changesWithDay(figure),
      text: null,
      dated_until: dated_until ?? null,
    };
    if (figure.figure === "record") {
      const value = valueInRecord(db, figure);
      const isAmount = typeof value === "number" && figure.column?.endsWith("_minor");
      const of = "versions" as const;
      return isAmount ? { ...rest, value, of, kinds: null } : { ...rest, value: null, text: value, of, kinds: null };
    }
    if (isMemberFigure(figure))
      return { ...rest, value: valueOfMembers(db, figure, { today, words: input }), of: "members", kinds: null };
    const dated = datedOf(db, input);
    const head = headOf(db, figure, dated);
    if (head !== null) return { ...rest, value: head, of: "postings", kinds: null };
    return { ...rest, ...sumOfPostings(db, figure, dated), of: "postings" };
  })();
}

function subjectOf(db: Database.Database, figure: Figure): FigureAnswer["subject"] {
  const id = "client" in figure && figure.client !== undefined ? figure.client : "id" in figure ? figure.id : undefined;
  const kind = id === undefined ? undefined : streamKindOf(db, id);
  if (id === undefined || kind === undefined) return null;
  return { kind, id, name: nameOfStream(db, kind, id) };
}

/** The currency of the figure; the organization's for VAT of all currencies, or in its own columns. */
function currencyOf(db: Database.Database, figure: Figure): string {
  const home = "SELECT currency FROM organization";
  if (figure.figure.startsWith("vat_home_")) return prepareValue<[], string>(db, home).get() ?? "";
  if ("currency" in figure && figure.currency !== undefined) return figure.currency;
  if (!("id" in figure)) return prepareValue<[], string>(db, home).get() ?? "";
  const sql = `SELECT currency FROM invoice WHERE id = :id UNION ALL SELECT currency FROM payment WHERE id = :id
    UNION ALL SELECT currency FROM refund WHERE id = :id`;
  return prepareValue<[object], string>(db, sql).get({ id: figure.id }) ?? "";
}

/** What the screens show: the same reports add it up. */
function valueOfMembers(
  db: Database.Database,
  figure: MemberFigure,
  { today, words: { dated_until } }: { today: string; words: DatedWords },
): number | null {
  const words = dated_until === undefined ? {} : { dated_until };
  switch (figure.figure) {
    case "overdue_balance":
    case "overdue_documents":
    case "age_balance":
    case "age_documents": {
      const { currency, client } = figure;
      const { currencies } =
        client === undefined
          ? overviewOf(db, today, words)
          : agedBalancesOf(db, { currency, client, ...words }, { today });
      const ages = currencies.find((row) => row.currency === currency)?.ages ?? [];
      const sums = ages.map(({ invoices: documents, balance_minor }) => ({ documents, balance_minor }));
      const sum = "age" in figure ? sums[figure.age] : overdueOf(sums);
      const { documents = 0, balance_minor = 0 } = sum ?? {};
      return isCount(figure) ? documents : balance_minor;
    }
    case "credit_of_payments":
    case "credit_of_documents": {
      const { currencies } = overviewOf(db, today, words);
      const row = currencies.find(({ currency }) => currency === figure.currency);
      return (figure.figure === "credit_of_payments" ? row?.unallocated_minor : row?.credit_notes_minor) ?? 0;
    }
    case "list_net":
    case "list_gross":
    case "list_balance":
    case "list_documents": {
      const totals = invoiceTotals(db, figure.list, { today });
      const row = totals?.find(({ currency }) => currency === figure.currency);
      return totals === null ? null : (row?.[LIST_COLUMNS[figure.figure]] ?? 0);
    }
    default: {
      const left = figure.figure === "document_left_to_correct";
      const sql = `SELECT ${left ? "gross_minor - credited_minor" : "credited_minor"} FROM invoice WHERE id = ?`;
      return prepareValue<[number], number>(db, sql).get(figure.id) ?? 0;
    }
  }
}

const LIST_COLUMNS = {
  list_net: "net_minor",
  list_gross: "gross_minor",
  list_balance: "balance_minor",
  list_documents: "documents",
} as const;
