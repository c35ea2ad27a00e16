/** Checks that an event can follow the state of its stream, and that a user who was active caused it. */
import { STEPS, type Step } from "../../events/business/steps.ts";
import type { EventType, StreamKind } from "../../events/encoding/catalogue.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import type { Row } from "../tables/tables.ts";
import { inconsistent, type Tables } from "./projection.ts";

/** Leaving a type of the catalogue out does not compile. */
const STEP_OF: { readonly [T in EventType]: Step } = STEPS;

/** The state of each kind of stream, from its row. */
const STATE_OF: { readonly [K in StreamKind]: (row: Row<K>) => NonNullable<Step["to"]> } = {
  organization: () => "registered",
  user: ({ active }) => (active ? "active" : "deactivated"),
  client: ({ archived }) => (archived ? "archived" : "active"),
  item: ({ archived }) => (archived ? "archived" : "active"),
  invoice: ({ status }) => status,
  payment: ({ reversed }) => (reversed ? "reversed" : "received"),
  refund: ({ reversed }) => (reversed ? "reversed" : "paid"),
};

/**
 * Checks an event that does not begin its stream.
 *
 * @throws LogError INCONSISTENT_LOG if there is no such stream of its kind, or it has another version or state
 */
export function checkStep(tables: Tables, event: LogEvent, kind: StreamKind): void {
  const row = tables[kind].get(event.stream);
  if (row === undefined) throw inconsistent(event, `there is no ${kind} ${event.stream}`);
  if (row.version !== event.version - 1)
    throw inconsistent(
      event,
      `${kind} ${event.stream} is at version ${row.version}, the event is version ${event.version}`,
    );
  const state = STATE_OF[kind](row as never);
  const { from } = STEP_OF[event.type];
  if (!from?.includes(state))
    throw inconsistent(event, `${kind} ${event.stream} is ${state}, it must be ${from?.join(" or ")}`);
}

/** @throws LogError INCONSISTENT_LOG if the actor is neither the server (0) nor a user who is active */
export function checkActor(tables: Tables, event: LogEvent): void {
  const { actor } = event;
  if (actor === 0) return;
  const user = tables.user.get(actor);
  if (user === undefined) throw inconsistent(event, `its actor ${actor} is not a user`);
  if (!user.active) throw inconsistent(event, `its actor, user ${actor}, is deactivated`);
}
