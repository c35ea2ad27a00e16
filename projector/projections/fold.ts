/** Folds events into the tables: checks that each event can follow the last one and runs its projection. */
import { CATALOGUE, type EventType, type StreamKind } from "../../events/encoding/catalogue.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { clientProjections } from "./client.ts";
import { invoiceProjections } from "./invoice.ts";
import { itemProjections } from "./item.ts";
import { organizationProjections } from "./organization.ts";
import { paymentProjections } from "./payment.ts";
import { inconsistent, type Projections, type Tables } from "./projection.ts";
import { refundProjections } from "./refund.ts";
import { checkActor, checkStep } from "./step.ts";
import { userProjections } from "./user.ts";
import { writeOffProjections } from "./write-off.ts";

/**
 * Raise this number when a projection makes different rows from the same event, or refuses an event that it took
 * before: caches of another version are rebuilt. A change of the tables needs no new number, because the version of a
 * cache includes a hash of the DDL.
 */
export const PROJECTIONS_VERSION = 5;

const PROJECTIONS: Projections = {
  ...organizationProjections,
  ...userProjections,
  ...clientProjections,
  ...itemProjections,
  ...invoiceProjections,
  ...paymentProjections,
  ...refundProjections,
  ...writeOffProjections,
};

type Project = (tables: Tables, event: LogEvent) => void;

/**
 * Folds one event. The caller has checked its sequence.
 *
 * @param lastAtMs the `at` of the previous event
 * @throws LogError INCONSISTENT_LOG for an event that no decider would have decided at this point
 */
export function foldEvent(tables: Tables, event: LogEvent, lastAtMs: number): void {
  const { stream, begins } = CATALOGUE[event.type];
  if (event.at < lastAtMs)
    throw inconsistent(event, `is at ${event.at}, earlier than the previous event at ${lastAtMs}`);
  if (begins) {
    if (event.version !== 1 || event.stream !== event.seq)
      throw inconsistent(
        event,
        `begins a stream: it is stream ${event.seq} version 1, not ${event.stream} version ${event.version}`,
      );
  } else checkStep(tables, event, stream);
  checkActor(tables, event);
  if ((event.seq === 1) !== (event.type === "OrganizationRegistered"))
    throw inconsistent(event, "a log begins with OrganizationRegistered, once");
  tables.event.begin(event.seq);
  (PROJECTIONS[event.type as EventType] as Project)(tables, event);
  tables.activity.put({
    seq: event.seq,
    event_id: event.id,
    at: event.at,
    actor: event.actor,
    type: event.type,
    stream_kind: stream,
    stream: event.stream,
    version: event.version,
  });
  tables.event.end();
}

/** The current version of a stream; undefined if there is no such stream. */
export function versionOf(tables: Tables, kind: StreamKind, id: number): number | undefined {
  return tables[kind].get(id)?.version;
}
