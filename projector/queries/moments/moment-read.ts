/** What a moment is: its event, its time, and how far the log reaches beyond it. */
import type { Sequence } from "../../../events/sequence.ts";
import { type ActivityRow, activityOfEvents } from "../activity.ts";
import { timeZoneOf } from "../history.ts";
import { momentOf, timeOfEvent } from "../moment.ts";
import { prepareValue } from "../prepared.ts";
import type { ReadSource } from "../read.ts";

/** Times are ms since 1970 UTC. */
export interface MomentDetail {
  /** Everything recorded up to this event is known, itself included. 0: nothing yet. */
  seq: Sequence;
  /** Which time is now there. */
  at_ms: number;
  /** The event `seq`; null before the first. */
  event: ActivityRow | null;
  /** The organization's, as of the moment. */
  time_zone: string;
  /** The last event of the whole log in this cache, and its time. */
  head: Sequence;
  head_at_ms: number;
  /** The time of event 1. */
  log_begins_ms: number;
}

export function getMoment({ db, nowMs }: ReadSource): MomentDetail {
  return db.transaction((): MomentDetail => {
    // `main` has all events, also on a connection that stands at a moment.
    const head = prepareValue<[], number | null>(db, "SELECT max(seq) FROM main.activity").get() ?? 0;
    const seq = momentOf(db)?.seq ?? head;
    const [event = null] = activityOfEvents(db, [seq]);
    return {
      seq,
      at_ms: nowMs,
      event,
      time_zone: timeZoneOf(db),
      head,
      head_at_ms: timeOfEvent(db, head) ?? 0,
      log_begins_ms: timeOfEvent(db, 1) ?? 0,
    };
  })();
}
