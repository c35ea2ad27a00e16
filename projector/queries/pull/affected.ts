/** The things that events changed besides their own streams: a payment changes invoices and its client's balance. */
import type Database from "better-sqlite3";
import type { Allocation } from "../../../events/business/payment.ts";
import { decodeEvent } from "../../../events/encoding/event.ts";
import type { EventLog } from "../../../events/log/log.ts";
import type { Sequence, StreamId } from "../../../events/sequence.ts";
import type { Row } from "../../tables/tables.ts";
import { prepare } from "../prepared.ts";
import type { Thing } from "./changes.ts";

export type ActivityRow = Pick<Row<"activity">, "seq" | "at" | "type" | "stream_kind" | "stream" | "version">;

/** Events that replace the allocations of the previous such event in their stream. */
const ALLOCATING = ["PaymentReceived", "PaymentReallocated", "PaymentReversed", "CreditApplied"];
const COUNTING = ["InvoiceIssued", "InvoiceCancelled", "InvoiceVoided"];
const WRITING_OFF = ["InvoiceWrittenOff", "WriteOffReversed"];
const REFUNDING = ["RefundPaid", "RefundReversed"];
/** The event that can rename a client. */
const NAMING = "ClientDetailsChanged";

/** Events no further apart than this are read from the log in one range. */
const NEAR = 64;

/** @returns the changed things of each event. A changed client changes its drafts, because they show its name. */
export async function thingsChangedBy(
  db: Database.Database,
  log: EventLog,
  events: readonly ActivityRow[],
): Promise<Thing[][]> {
  const counting = rowsById<Pick<Row<"invoice">, "id" | "client_id" | "corrects_id">>(
    db,
    "SELECT id, client_id, corrects_id FROM invoice WHERE id IN (SELECT value FROM json_each(?))",
    events.filter(({ type }) => [...COUNTING, ...WRITING_OFF].includes(type)).map(({ stream }) => stream),
  );
  const refunds = thingsOfRefunds(
    db,
    events.filter(({ type }) => REFUNDING.includes(type)).map(({ stream }) => stream),
  );
  const drafts = draftsOfClients(
    db,
    events.filter(({ type }) => type === NAMING).map(({ stream }) => stream),
  );
  const allocating = events.filter(({ type }) => ALLOCATING.includes(type));
  const sources = sourcesOf(db, allocating);
  const lists = await new AllocationLists(db, log, sources).load(allocating);

  return events.map((event) => {
    const things: Thing[] = [{ kind: event.stream_kind, id: event.stream }];
    const document = counting.get(event.stream);
    const counted = COUNTING.includes(event.type) ? document : undefined;
    const writtenOff = WRITING_OFF.includes(event.type) ? document : undefined;
    const source = ALLOCATING.includes(event.type) ? sources.get(event.stream) : undefined;
    const client = counted?.client_id ?? writtenOff?.client_id ?? source?.client_id;
    if (client) things.push({ kind: "client", id: client });
    if (counted?.corrects_id) things.push({ kind: "invoice", id: counted.corrects_id });
    if (event.type === NAMING) things.push(...(drafts.get(event.stream) ?? []));
    if (REFUNDING.includes(event.type)) things.push(...(refunds.get(event.stream) ?? []));
    for (const id of lists.get(event.seq) ?? []) things.push({ kind: "invoice", id });
    return things;
  });
}

/** The client of each refund, and the payments and documents that it was paid out of: they never change. */
function thingsOfRefunds(db: Database.Database, refunds: readonly StreamId[]): Map<StreamId, Thing[]> {
  const select = prepare<[{ id: number }], Thing>(
    db,
    `SELECT 'client' AS kind, client_id AS id FROM refund WHERE id = @id
     UNION ALL SELECT iif(p.id IS NULL, 'invoice', 'payment'), s.source_id
     FROM refund_source AS s LEFT JOIN payment AS p ON p.id = s.source_id WHERE s.refund_id = @id`,
  );
  return new Map(refunds.map((id) => [id, select.all({ id })]));
}

/** The current drafts of each client. */
function draftsOfClients(db: Database.Database, clients: readonly StreamId[]): Map<StreamId, Thing[]> {
  const select = prepare<[number], { id: StreamId }>(
    db,
    "SELECT id FROM invoice INDEXED BY invoice_client_draft WHERE client_id = ? AND status = 'draft'",
  );
  const drafts = new Map<StreamId, Thing[]>();
  for (const client of new Set(clients))
    drafts.set(
      client,
      select.all(client).map(({ id }) => ({ kind: "invoice", id })),
    );
  return drafts;
}

/** The source of allocations: a payment or a credit note. */
type Source = Pick<Row<"payment">, "id" | "version" | "client_id">;

function sourcesOf(db: Database.Database, events: readonly ActivityRow[]): Map<StreamId, Source> {
  const columns = "SELECT id, version, client_id FROM";
  const where = "WHERE id IN (SELECT value FROM json_each(?))";
  const idsOf = (kind: string) => events.filter(({ stream_kind }) => stream_kind === kind).map(({ stream }) => stream);
  return new Map([
    ...rowsById<Source>(db, `${columns} payment ${where}`, idsOf("payment")),
    ...rowsById<Source>(db, `${columns} invoice ${where}`, idsOf("invoice")),
  ]);
}

function rowsById<R extends { id: number }>(
  db: Database.Database,
  sql: string,
  ids: readonly StreamId[],
): Map<StreamId, R> {
  if (ids.length === 0) return new Map();
  const rows = prepare<[string], R>(db, sql).all(JSON.stringify(ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Loads the invoices in lists of allocations. */
class AllocationLists {
  readonly #db: Database.Database;
  readonly #log: EventLog;
  readonly #sources: ReadonlyMap<StreamId, Source>;

  constructor(db: Database.Database, log: EventLog, sources: ReadonlyMap<StreamId, Source>) {
    this.#db = db;
    this.#log = log;
    this.#sources = sources;
  }

  /** For each event, by sequence: the invoices in its list and in the list that it replaced. */
  async load(events: readonly ActivityRow[]): Promise<Map<Sequence, StreamId[]>> {
    const named = new Map<Sequence, StreamId[]>();
    const missing = new Set<Sequence>();
    const former = new Map<Sequence, Sequence>();
    for (const event of events) {
      const before = this.#allocatingBefore(event);
      if (before !== undefined) {
        former.set(event.seq, before);
        missing.add(before);
      }
      if (event.type === "PaymentReversed") named.set(event.seq, []);
      else if (this.#sources.get(event.stream)?.version === event.version)
        named.set(event.seq, this.#currentList(event));
      else missing.add(event.seq);
    }
    for (const seq of named.keys()) missing.delete(seq);
    await this.#read(
      [...missing].sort((a, b) => a - b),
      named,
    );
    return new Map(
      events.map(({ seq }) => [seq, [...(named.get(seq) ?? []), ...(named.get(former.get(seq) ?? 0) ?? [])]]),
    );
  }

  /** The event whose list this event replaced. */
  #allocatingBefore({ stream, version }: ActivityRow): Sequence | undefined {
    if (version === 1) return undefined;
    return prepare<[number, number], { seq: Sequence }>(
      this.#db,
      `SELECT seq FROM activity WHERE stream = ? AND version < ? AND type IN (${ALLOCATING.map((type) => `'${type}'`)})
       ORDER BY version DESC LIMIT 1`,
    ).get(stream, version)?.seq;
  }

  /** The current list, which is that of the stream's last event. */
  #currentList({ stream, stream_kind }: ActivityRow): StreamId[] {
    const sql =
      stream_kind === "payment"
        ? "SELECT invoice_id FROM payment_allocation WHERE payment_id = ?"
        : "SELECT invoice_id FROM credit_allocation WHERE credit_note_id = ?";
    return prepare<[number], { invoice_id: StreamId }>(this.#db, sql)
      .all(stream)
      .map(({ invoice_id }) => invoice_id);
  }

  /** @param sequences ascending */
  async #read(sequences: readonly Sequence[], into: Map<Sequence, StreamId[]>): Promise<void> {
    for (let first = 0; first < sequences.length; ) {
      let last = first;
      while ((sequences[last + 1] ?? Number.POSITIVE_INFINITY) - (sequences[last] ?? 0) <= NEAR) last++;
      const range = { after: (sequences[first] ?? 0) - 1, upTo: sequences[last] ?? 0 };
      const missing = new Set(sequences.slice(first, last + 1));
      for await (const { after, bodies } of this.#log.read(range))
        for (const [n, body] of bodies.entries()) {
          const seq = after + n + 1;
          if (missing.has(seq)) into.set(seq, allocationsIn(body, seq));
        }
      first = last + 1;
    }
  }
}

function allocationsIn(body: Uint8Array, seq: Sequence): StreamId[] {
  const { data } = decodeEvent(body, `event ${seq}`);
  return "allocations" in data ? (data.allocations as Allocation[]).map(({ invoiceId }) => invoiceId) : [];
}
