/** A projection is a pure fold of one event over keyed rows: no SQL, no clock, no input but the event. */
import type { EventType } from "../../events/encoding/catalogue.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { LogError, type Refusal } from "../../events/errors.ts";
import type { CurrentEvent } from "../rows/current-event.ts";
import type { Rows } from "../rows/row-store.ts";
import type { RowSink } from "../rows/write-only-rows.ts";
import type { Row, TableName, WriteOnlyTable } from "../tables/tables.ts";

export type Tables = { readonly [Name in Exclude<TableName, WriteOnlyTable>]: Rows<Row<Name>> } & {
  readonly [Name in WriteOnlyTable]: RowSink<Row<Name>>;
} & {
  /** The event that is being folded. `foldEvent` sets it. */
  readonly event: CurrentEvent;
  /** Marks a row whose search text has changed. */
  readonly search: { readonly [Name in SearchedTable]: (id: number) => void };
};

/** The tables with a search index. */
type SearchedTable = "invoice" | "client" | "item" | "payment";

type EventOf<T extends EventType> = Extract<LogEvent, { type: T }>;

/** A projection for each of these event types: leaving one out does not compile. */
export type Projections<T extends EventType = EventType> = {
  readonly [Type in T]: (tables: Tables, event: EventOf<Type>) => void;
};

/** The row that an event refers to. @throws LogError INCONSISTENT_LOG if there is none */
export function must<R>(row: R | undefined, event: LogEvent, what: string): R {
  if (row !== undefined) return row;
  throw inconsistent(event, `there is no ${what}`);
}

/**
 * The error for an event that no decider would have decided at this point.
 *
 * @param options.cause why the writer refuses the command, where only the fold notices that
 */
export function inconsistent(event: LogEvent, problem: string, options?: { cause: Refusal }): LogError {
  return new LogError("INCONSISTENT_LOG", `event ${event.seq} ${event.type}: ${problem}`, options);
}
