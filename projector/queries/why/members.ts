/** The members of a figure: documents and payments, with what each one adds, and the sum so far. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { addDays } from "../../../events/values/calendar.ts";
import type { Row } from "../../tables/tables.ts";
import { invoicesByIds, listInvoices } from "../invoices.ts";
import { type Page, pageWords } from "../list.ts";
import { dayWord } from "../list-words.ts";
import { prepareValue } from "../prepared.ts";
import { agesUpTo } from "../reports/ageing.ts";
import { listOpenItems, type OpenItemRow, type OpenItemsPart } from "../reports/open-items.ts";
import { jsonOf, notACursor } from "./cursors.ts";
import { isCount, type MemberFigure, memberFigure } from "./figures.ts";

export const figureMembers = z.strictObject({
  figure: memberFigure,
  dated_until: dayWord().optional().describe("Only what is dated on this day or earlier. Default: everything."),
  ...pageWords,
});
type FigureMembers = z.output<typeof figureMembers>;

/** A document or payment that a figure counts. */
export interface FigureMember {
  /** The document or payment. */
  id: StreamId;
  kind: Row<"invoice">["kind"] | "payment";
  /** The document's number, or the payment's reference. */
  name: string | null;
  client_id: StreamId | null;
  client_name: string;
  currency: string;
  /** The issue date, or the day of receipt. */
  on: string | null;
  due_on: string | null;
  /** What it adds to the figure: minor units, or 1. */
  amount: number;
  /** The sum up to this member, in the order of the list. */
  running: number;
}

type Member = Omit<FigureMember, "running">;

/** A page of members is a page of another list, some of whose rows the figure leaves out. */
type PageOf = (page: { limit: number; cursor?: string }) => Page<Member>;

/** @param today YYYY-MM-DD @throws ZodError for a cursor of another list, and as the list behind the figure */
export function listFigureMembers(db: Database.Database, query: FigureMembers, today: string): Page<FigureMember> {
  return db.transaction(() => {
    const { cursor, limit } = query;
    const start = cursor === undefined ? { running: 0, inner: undefined } : startOf(cursor);
    const page = pageOf(db, query, today)({ limit, ...(start.inner !== undefined && { cursor: start.inner }) });
    let { running } = start;
    const rows = page.rows.map((member) => {
      running += member.amount;
      return { ...member, running };
    });
    return { rows, next: page.next === null ? null : cursorOf(page.next, running) };
  })();
}

function pageOf(db: Database.Database, { figure, dated_until }: FigureMembers, today: string): PageOf {
  const dated = dated_until === undefined ? {} : { dated_until };
  switch (figure.figure) {
    case "overdue_balance":
    case "overdue_documents":
    case "age_balance":
    case "age_documents": {
      const { client, currency } = figure;
      const due = dueDatesOf(figure, dated_until ?? today);
      const part = { of: "documents", side: "open", due } as const;
      // Documents without a due date are not due. Lists by due date leave them out.
      const sort = client === undefined && due.to !== null ? "due_on" : "issued_on";
      const of = { currency, sort, ...dated, ...(client !== undefined && { client }) } as const;
      return (page) => openMembers(db, { ...of, ...page }, { today, part, figure });
    }
    case "credit_of_payments":
    case "credit_of_documents": {
      const of = figure.figure === "credit_of_payments" ? "payments" : "documents";
      const query = { currency: figure.currency, sort: "issued_on", ...dated } as const;
      return (page) => openMembers(db, { ...query, ...page }, { today, part: { of, side: "credit" }, figure });
    }
    case "list_net":
    case "list_gross":
    case "list_balance":
    case "list_documents": {
      const { list, currency } = figure;
      return (page) => {
        const { rows, next } = listInvoices(db, { ...list, ...page }, { today });
        const counted = rows.filter((row) => row.status === "issued" && row.currency === currency);
        const members = counted.map((row) => memberOf(db, row, listAmount(figure.figure, row)));
        return { rows: members.filter(({ amount }) => amount !== 0), next };
      };
    }
    default:
      return () => ({ rows: correcting(db, figure.id, figure.figure), next: null });
  }
}

type Due = NonNullable<OpenItemsPart["due"]>;

/** The due dates of a figure's documents: an age class ends where the one before begins, and overdue is all but the first. */
function dueDatesOf(figure: OverdueFigure, day: string): Due {
  const ends = agesUpTo(day);
  const upTo = (age: number) => addDays(ends[age] ?? day, -1);
  if (!("age" in figure)) return { from: null, to: upTo(0) };
  if (figure.age === 0) return { from: day, to: null };
  return { from: ends[figure.age] ?? null, to: upTo(figure.age - 1) };
}

type OverdueFigure = Extract<MemberFigure, { figure: `overdue_${string}` | `age_${string}` }>;

function openMembers(
  db: Database.Database,
  query: Parameters<typeof listOpenItems>[1],
  { today, part, figure }: { today: string; part: OpenItemsPart; figure: MemberFigure },
): Page<Member> {
  const { rows, next } = listOpenItems(db, query, today, part);
  const amountOf = (row: OpenItemRow) =>
    isCount(figure) ? 1 : part.side === "open" ? row.open_minor : row.credit_minor;
  const members = rows.map((row): Member => {
    const { id, kind, number: name, client_id, client_name, currency, issued_on: on, due_on } = row;
    return { id, kind, name, client_id, client_name, currency, on, due_on, amount: amountOf(row) };
  });
  return { rows: members, next };
}

function memberOf(db: Database.Database, row: Row<"invoice">, amount: number): Member {
  const name = prepareValue<[number], string>(db, "SELECT name FROM client WHERE id = ?");
  const { id, kind, number, client_id, buyer_name, currency, issued_on: on, due_on } = row;
  const client_name = (client_id === null ? null : name.get(client_id)) ?? buyer_name ?? "";
  return { id, kind, name: number, client_id, client_name, currency, on, due_on, amount };
}

/** What an issued document adds to a total of a list: credit notes are negative. */
function listAmount(figure: Extract<MemberFigure, { list: object }>["figure"], row: Row<"invoice">): number {
  const sign = row.kind === "credit_note" ? -1 : 1;
  const { net_minor, gross_minor, prepaid_minor, rounding_minor, paid_minor } = row;
  switch (figure) {
    case "list_net":
      return sign * net_minor;
    case "list_gross":
      return sign * gross_minor;
    case "list_balance":
      return sign * (gross_minor - prepaid_minor + rounding_minor - paid_minor);
    case "list_documents":
      return 1;
  }
}

/** The credit notes on a document; for what is left of it, after the document itself. */
function correcting(
  db: Database.Database,
  id: StreamId,
  figure: "document_corrected" | "document_left_to_correct",
): Member[] {
  const ids = prepareValue<[number], number>(
    db,
    // What a document corrects never changes.
    `SELECT c.id FROM main.invoice AS c INDEXED BY invoice_corrects
     WHERE c.corrects_id = ? AND (SELECT status FROM invoice WHERE id = c.id) = 'issued' ORDER BY c.id`,
  ).all(id);
  const creditNotes = invoicesByIds(db, ids);
  if (figure === "document_corrected") return creditNotes.map((row) => memberOf(db, row, row.gross_minor));
  const whole = invoicesByIds(db, [id]).map((row) => memberOf(db, row, row.gross_minor));
  return [...whole, ...creditNotes.map((row) => memberOf(db, row, -row.gross_minor))];
}

const start = z.tuple([z.string().max(1_000), z.int()]);

function cursorOf(inner: string, running: number): string {
  return Buffer.from(JSON.stringify([inner, running])).toString("base64url");
}

function startOf(cursor: string): { inner: string; running: number } {
  const parsed = start.safeParse(jsonOf(cursor));
  if (parsed.success) return { inner: parsed.data[0], running: parsed.data[1] };
  throw notACursor(cursor);
}
