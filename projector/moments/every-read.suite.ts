/** Every read, with inputs that reach its branches: for tests that compare two ways to read the same books. */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import { SORTS } from "../queries/invoice-orders.ts";
import type { ReadSource } from "../queries/read.ts";
import { READ_LIST, type ReadName } from "../queries/reads/reads.ts";

export type Input = Record<string, unknown>;

/** Pages of a list that are read, at most. */
const MAX_PAGES = 4;

const both = (...sorts: readonly string[]) => sorts.flatMap((sort) => [sort, `-${sort}`]).map((sort) => ({ sort }));

/** What the books have, so that inputs name it. */
interface Known {
  ids(table: string): number[];
  currencies: string[];
  days: string[];
  series: { series: string; period: string }[];
  /** Codes, numbers, references and addresses that anything ever had, also in capitals. */
  texts: Input[];
}

function knownOf(db: Database.Database): Known {
  const column = <T>(sql: string) => db.prepare<[], T>(sql).pluck().all();
  return {
    ids: (table) => {
      const all = column<number>(`SELECT id FROM "${table}" ORDER BY id`);
      // Some of the first, of the middle and of the last, and one that nothing has.
      return [...new Set([0, 1, 2, 3].map((n) => all[Math.floor(((all.length - 1) * n) / 3)] ?? 999_999)), 999_999];
    },
    currencies: column("SELECT DISTINCT currency FROM posting ORDER BY 1"),
    days: column("SELECT DISTINCT dated_on FROM posting WHERE n = 1 ORDER BY 1"),
    texts: textsOf(db),
    series: db.prepare<[], Known["series"][number]>("SELECT name AS series, period FROM series_counter").all(),
  };
}

function textsOf(db: Database.Database): Input[] {
  const ever = (of: string, column: string, more = "") => {
    const columns = `${column} AS text${more}`;
    const sql = `SELECT ${columns} FROM "${of}" UNION SELECT ${columns} FROM "${of}_past" ORDER BY 1 LIMIT 12`;
    return db
      .prepare<[], { text: string | null }>(sql)
      .all()
      .flatMap(({ text, ...rest }) =>
        text === null ? [] : [text, text.toUpperCase(), ` ${text}`].map((text) => ({ of, text, ...rest })),
      );
  };
  return [
    ...ever("item", "code"),
    ...ever("user", "email"),
    ...ever("invoice", "number"),
    ...ever("payment", "reference", ", client_id AS client"),
    ...ever("refund", "reference", ", client_id AS client"),
  ];
}

type Inputs = (known: Known) => Input[];

const periods: Inputs = ({ days }) => {
  const [first = "2024-01-01", middle = first, last = first] = [0, 0.5, 1].map(
    (part) => days[Math.floor((days.length - 1) * part)],
  );
  return [
    { from: first, to: last },
    { from: first, to: last, dated_until: middle },
    { from: middle, to: middle },
  ];
};
const dated: Inputs = (known) => [{}, ...periods(known).map(({ to }) => ({ dated_until: to }))];
const byId =
  (table: string): Inputs =>
  (known) =>
    known.ids(table).map((id) => ({ id }));
/** What users search for: beginnings of words that anything ever had. */
const words = ({ texts }: Known) => ["a", "an", ...texts.slice(0, 12).map(({ text }) => String(text).slice(0, 4))];
const invoices: Inputs = (known) => [
  {},
  ...both(...SORTS),
  ...["draft", "issued", "cancelled", "void", "discarded"].map((status) => ({ status })),
  ...["open", "owed", "overdue"].flatMap((flag) => [{ [flag]: true }, { [flag]: false }, { [flag]: true, sort: "id" }]),
  { kind: "credit_note" },
  { kind: "credit_note", sort: "status" },
  { overdue: true, sort: "-balance_minor" },
  { status: "cancelled", sort: "status" },
  ...words(known).map((q) => ({ q })),
  ...known.ids("client").flatMap((client) => [{ client }, { client, sort: "issued_on" }, { client, sort: "client" }]),
  ...known.currencies.map((currency) => ({ currency, sort: "gross_minor", gross_min: 10_000 })),
  ...periods(known).map(({ from, to }) => ({ issued_from: from, issued_to: to, due_from: from })),
];
const accounts: Inputs = (known) =>
  known.ids("client").flatMap((client) => known.currencies.map((currency) => ({ client, currency })));
const payments: Inputs = (known) => [
  {},
  ...both("id", "received_on", "amount_minor", "client"),
  { reversed: true },
  { unallocated: true, sort: "client" },
  ...words(known).map((q) => ({ q })),
  ...known.ids("client").map((client) => ({ client })),
  ...known.ids("invoice").flatMap((invoice) => [{ invoice }, { invoice, reversed: false }]),
];
const refunds: Inputs = (known) => [
  {},
  ...both("id", "paid_on", "amount_minor", "client"),
  { reversed: true },
  ...known.ids("client").map((client) => ({ client })),
];
const spreadsheet =
  (inputs: Inputs): Inputs =>
  (known) =>
    // The same queries as of the lists.
    inputs(known)
      .slice(0, 5)
      .map((input) => ({ ...input, locale: "en-GB" }));
const vatRows: Inputs = (known) =>
  periods(known).flatMap((period) =>
    known.currencies.flatMap((currency) => [
      { ...period, currency, vat_category: "S", vat_rate3: 20_000 },
      { ...period, currency, vat_category: "O" },
    ]),
  );
const openItems: Inputs = (known) => [
  ...dated(known).flatMap((words) => both("due_on", "issued_on").map((sort) => ({ ...words, ...sort }))),
  ...known.ids("client").flatMap((client) => dated(known).map((words) => ({ client, ...words }))),
];
const activity: Inputs = (known) => [
  {},
  { sort: "seq" },
  { type: "InvoiceIssued" },
  { stream_kind: "client" },
  ...known.ids("user").map((actor) => ({ actor })),
  ...known.ids("invoice").map((stream) => ({ stream })),
];

/** Figures that a person can ask about. */
const figures: Inputs = (known) => [
  ...known.currencies.flatMap((currency) => [
    ...["total_open", "total_credit", "total_owed"].map((figure) => ({ figure, currency })),
    ...["overdue_balance", "credit_of_payments", "credit_of_documents"].map((figure) => ({ figure, currency })),
    { figure: "age_balance", currency, age: 1 },
    { figure: "list_gross", currency, list: { status: "issued" } },
    ...["month_net", "month_received"].map((figure) => ({
      figure,
      currency,
      month: (known.days[0] ?? "2024-01").slice(0, 7),
    })),
  ]),
  ...accounts(known).flatMap((account) =>
    ["client_open", "client_invoiced", "client_invoices"].map((figure) => ({ figure, ...account })),
  ),
  ...known
    .ids("invoice")
    .flatMap((id) => ["document_due", "document_paid", "document_corrected"].map((figure) => ({ figure, id }))),
  ...periods(known).map(({ from, to }) => ({ figure: "vat_home_tax", from, to })),
];
const isOfMembers = ({ figure }: Input) => /^(?:overdue|age|credit_of|list)_|_corrected$/.test(String(figure));
const figuresOf =
  (members: boolean): Inputs =>
  (known) =>
    figures(known)
      .filter((figure) => isOfMembers(figure) === members)
      .flatMap((figure, n) =>
        dated(known)
          .slice(n % 3, (n % 3) + 1)
          .map((words) => ({ figure, ...words })),
      );

/** The inputs of reads. Random ones of every read, made from its schema, are in `projector/oracle`. */
export const INPUTS: { readonly [Name in ReadName]?: Inputs } = {
  getOverview: dated,
  getOrganization: () => [{}],
  listInvoices: invoices,
  listInvoiceIds: invoices,
  getInvoiceTotals: invoices,
  getInvoiceRows: (known) => [{ ids: known.ids("invoice") }],
  getInvoice: byId("invoice"),
  getInvoiceHistory: byId("invoice"),
  exportInvoices: spreadsheet(invoices),
  listCurrencies: () => [{}],
  listClients: (known) => [
    {},
    ...both("name", "id", "outstanding_minor", "credit_minor"),
    ...words(known).map((q) => ({ q })),
    { archived: true },
    { archived: false, sort: "-outstanding_minor" },
    ...known.currencies.flatMap((currency) => [{ currency }, { currency, sort: "credit_minor" }]),
  ],
  getClient: (known) => known.ids("client").flatMap((id) => dated(known).map((words) => ({ id, ...words }))),
  getStatement: (known) => [
    ...accounts(known),
    ...accounts(known).flatMap((account) => periods(known).map(({ from, to }) => ({ ...account, from, to }))),
  ],
  exportStatement: spreadsheet(accounts),
  getAgedBalances: (known) => [
    ...dated(known),
    ...known.ids("client").flatMap((client) => dated(known).map((words) => ({ client, ...words }))),
    ...known.currencies.map((currency) => ({ currency })),
  ],
  exportAgedBalances: spreadsheet(dated),
  listOpenItems: openItems,
  exportOpenItems: spreadsheet(openItems),
  getVatReport: periods,
  exportVatReport: spreadsheet(periods),
  listVatDocuments: vatRows,
  getSalesList: periods,
  exportSalesList: spreadsheet(periods),
  getOpenInvoices: accounts,
  getCreditSources: accounts,
  listRefunds: refunds,
  exportRefunds: spreadsheet(refunds),
  getRefund: byId("refund"),
  listSeries: ({ days }) => [{}, { issuedOn: days.at(-1) }],
  listNumberGaps: ({ series }) => series.map((one) => ({ ...one })),
  exportNumberGaps: ({ series }) => series.map((one) => ({ ...one, locale: "en-GB" })),
  listVatRates: () => [{}],
  listItems: (known) => [{}, ...both("code", "id"), { archived: true }, ...words(known).map((q) => ({ q }))],
  getItem: byId("item"),
  listPayments: payments,
  exportPayments: spreadsheet(payments),
  getPayment: byId("payment"),
  getPaymentHistory: byId("payment"),
  findTaken: ({ texts }) => texts,
  listUsers: () => [{}, ...both("id", "name"), { active: false }, { role: "owner" }],
  getUser: byId("user"),
  listActivity: activity,
  exportActivity: spreadsheet(activity),
  getFigure: (known) => [...figuresOf(true)(known), ...figuresOf(false)(known)],
  listFigurePostings: figuresOf(false),
  exportFigurePostings: spreadsheet(figuresOf(false)),
  listFigureMembers: figuresOf(true),
  getEvent: () => [1, 2, 10, 100, 999_999].map((seq) => ({ seq })),
};

/** Each read with each of its inputs; a list with all of its pages. */
export function* callsOf(db: Database.Database): Generator<{ name: ReadName; input: Input }> {
  const known = knownOf(db);
  for (const [name] of READ_LIST) for (const input of INPUTS[name]?.(known) ?? []) yield { name, input };
}

const BY_NAME = new Map(READ_LIST);

/** What a read answers, with the pages that follow; or its refusal. */
export function answersOf(source: ReadSource, { name, input }: { name: ReadName; input: Input }): unknown[] {
  const read = BY_NAME.get(name) ?? assert.fail(name);
  const limit = "limit" in read.input.shape ? { limit: 3 } : {};
  const answers: unknown[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MAX_PAGES && cursor !== null; page++) {
    const words = { ...input, ...limit, ...(cursor && { cursor }) };
    const answer = answerOf(() => read.run(source, read.input.parse(words)));
    answers.push(answer);
    cursor = (answer as { next?: string | null } | undefined)?.next ?? null;
  }
  return answers;
}

function answerOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if ((error as Error).name === "ZodError") return { refused: (error as Error).message };
    throw error;
  }
}
