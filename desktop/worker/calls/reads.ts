/** Reads for windows: the projector's answers, completed with what a screen needs. */
import type { Sequence } from "../../../events/sequence.ts";
import type { AsOf } from "../../../events/values/as-of.ts";
import { dateAt } from "../../../events/values/calendar.ts";
import { activityOfEvents } from "../../../projector/queries/activity.ts";
import { nameOfStream, streamKindOf, timeZoneOf } from "../../../projector/queries/history.ts";
import { momentAt } from "../../../projector/queries/moment.ts";
import { prepare } from "../../../projector/queries/prepared.ts";
import { type Read, sourceOf, todayOf } from "../../../projector/queries/read.ts";
import { READS, type ReadAnswer, type ReadInput, type ReadName } from "../../../projector/queries/reads/reads.ts";
import type { Row } from "../../../projector/tables/tables.ts";
import { changesCsv } from "../../../projector/text/changes-table.ts";
import { type Piece, textOf } from "../../../projector/text/event-words.ts";
import {
  agedBalancesCsv,
  numberGapsCsv,
  openItemsCsv,
  salesListCsv,
  vatReportCsv,
} from "../../../projector/text/report-tables.ts";
import type { CallName } from "../../contract/arguments.ts";
import type { Answers, InvoiceRow, PresentedReads } from "../../contract/contract.ts";
import { inSpreadsheet, inWords, type Readable } from "./activity-words.ts";
import { activityCsv, invoicesCsv, paymentsCsv, refundsCsv, statementCsv } from "./csv-tables.ts";
import { eventDetail } from "./event-detail.ts";
import { withMomentLine } from "./moment-line.ts";
import { figurePostingsCsv } from "./why-csv.ts";

type Present<Name extends keyof PresentedReads> = (
  answer: ReadAnswer<Name>,
  from: Readable,
  input: ReadInput<Name>,
) => PresentedReads[Name];

/** Converts the projector's answers for screens. Leaving one out does not compile. */
const PRESENT: { [Name in keyof PresentedReads]: Present<Name> } = {
  getOrganization(row, from) {
    if (!row) return null;
    const { logo, logo_type } = row;
    const image = logo && `data:${logo_type};base64,${Buffer.from(logo).toString("base64")}`;
    return { ...row, logo: image, today: todayOf(from) };
  },
  getClient: (row, { db }) => (row ? { ...row, since: dateAt(row.registered_at, timeZoneOf(db)) } : null),
  listInvoices: ({ rows, next }) => ({ rows: rows.map(shortRow), next }),
  getInvoiceRows: (rows) => rows.map(shortRow),
  getInvoiceHistory: (rows, from, { id }) => (rows ?? []).map((row) => inWords(from, row, id)),
  getPaymentHistory: (rows, from, { id }) => (rows ?? []).map((row) => inWords(from, row, id)),
  exportInvoices: ({ rows, next }, _, { locale, cursor }) => ({
    csv: invoicesCsv(rows, { locale, head: cursor === undefined }),
    next,
    rows: rows.length,
  }),
  exportStatement: (statement, _, { locale }) => (statement ? statementCsv(statement, locale) : null),
  exportAgedBalances: (balances, _, { locale }) => agedBalancesCsv(balances, locale),
  exportOpenItems: ({ rows, next }, _, { locale, cursor }) => ({
    csv: openItemsCsv(rows, { locale, head: cursor === undefined }),
    next,
    rows: rows.length,
  }),
  exportVatReport: (report, _, { locale }) => vatReportCsv(report, locale),
  exportSalesList: (list, _, { locale }) => salesListCsv(list, locale),
  listPayments: ({ rows, next }, { db }) => ({ rows: withClients(db, rows), next }),
  exportPayments: ({ rows, next }, { db }, { locale, cursor }) => ({
    csv: paymentsCsv(withClients(db, rows), { locale, head: cursor === undefined }),
    next,
    rows: rows.length,
  }),
  listRefunds: ({ rows, next }, { db }) => ({ rows: withClients(db, rows), next }),
  exportRefunds: ({ rows, next }, { db }, { locale, cursor }) => ({
    csv: refundsCsv(withClients(db, rows), { locale, head: cursor === undefined }),
    next,
    rows: rows.length,
  }),
  exportNumberGaps: ({ rows, next }, _, { series, period, locale, cursor }) => ({
    csv: numberGapsCsv(rows, { series, period, locale, head: cursor === undefined }),
    next,
    rows: rows.length,
  }),
  exportChanges: ({ rows, next }, _, { locale, cursor }) => ({
    csv: changesCsv(rows, { locale, head: cursor === undefined }),
    next,
    rows: rows.length,
  }),
  listActivity: ({ rows, next }, from) => ({ rows: rows.map((row) => inWords(from, row, null)), next }),
  exportActivity: ({ rows, next }, from, { locale, cursor }) => ({
    csv: activityCsv(
      rows.map((row) => inSpreadsheet(from, row)),
      { locale, head: cursor === undefined },
    ),
    next,
    rows: rows.length,
  }),
  listFigurePostings: ({ rows, next }, from) => ({ rows: withEvents(from, rows), next }),
  exportFigurePostings: ({ rows, next }, from, { locale, cursor, figure }) => ({
    csv: figurePostingsCsv(
      withEvents(from, rows).map((row) => ({ ...row, words: row.words.map(textOf).join("") })),
      { locale, head: cursor === undefined, figure },
    ),
    next,
    rows: rows.length,
  }),
  listVersions: ({ rows, next }, from) => ({
    rows: withEvents(from, rows).map((row) => ({ ...row, names: namesIn(from.db, row.changes) })),
    next,
  }),
  getEvent: (answer, from) => (answer ? eventDetail(answer, from) : null),
};

export function isRead(name: CallName): name is ReadName {
  return Object.hasOwn(READS, name);
}

/** Answers a read of a window. @param input the parsed argument */
export function read<Name extends ReadName>(name: Name, from: Readable, input: ReadInput<Name>): Answers[Name] {
  const { run } = READS[name] as Read;
  const present = (PRESENT as Partial<Record<ReadName, Present<never>>>)[name];
  const { at, ...fields } = input as { at?: AsOf };
  // What the answer is completed with is of the same moment.
  const source: Readable = { ...sourceOf(from, at), bodyAt: from.bodyAt };
  const answer = run(source, fields as never);
  const presented = (present ? present(answer as never, source, input as never) : (answer ?? null)) as Answers[Name];
  if (at === undefined || !name.startsWith("export")) return presented;
  const { locale = "en" } = input as { locale?: string };
  return withMomentLine(presented, momentAt(from.db, at), { locale, zone: timeZoneOf(source.db) });
}

/** The names of records that values refer to. */
function namesIn(
  db: Readable["db"],
  changes: ReadAnswer<"listVersions">["rows"][number]["changes"],
): Record<number, string> {
  const names: Record<number, string> = {};
  for (const { column, before, after } of changes)
    for (const id of [before, after]) {
      const kind = column.endsWith("_id") && typeof id === "number" ? streamKindOf(db, id) : undefined;
      if (kind !== undefined && typeof id === "number") names[id] = nameOfStream(db, kind, id);
    }
  return names;
}

/** The rows with their events in words: one event can have many. */
function withEvents<R extends { seq: Sequence }>(
  from: Readable,
  rows: readonly R[],
): (R & { words: readonly Piece[] })[] {
  const events = activityOfEvents(from.db, [...new Set(rows.map(({ seq }) => seq))]);
  const words = new Map(events.map((event) => [event.seq, inWords(from, event, null).words]));
  return rows.map((row) => ({ ...row, words: words.get(row.seq) ?? [] }));
}

/** The rows with the names of their clients. */
function withClients<R extends { client_id: number }>(
  db: Readable["db"],
  rows: readonly R[],
): (R & { client_name: string })[] {
  const nameOf = prepare<[number], { name: string }>(db, "SELECT name FROM client WHERE id = ?");
  return rows.map((row) => ({ ...row, client_name: nameOf.get(row.client_id)?.name ?? "" }));
}

function shortRow(row: Row<"invoice">): InvoiceRow {
  const { id, number, kind, status, client_id, buyer_name, currency } = row;
  const {
    issued_on,
    due_on,
    gross_minor,
    prepaid_minor,
    rounding_minor,
    paid_minor,
    written_off_minor,
    refunded_minor,
  } = row;
  const { cancelled_by_id, format, version } = row;
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
    rounding_minor,
    paid_minor,
    written_off_minor,
    refunded_minor,
    format,
    cancelled_by_id,
    version,
  };
}
