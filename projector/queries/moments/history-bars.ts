/** How many events each month has: the backdrop of a bar over the history. */
import type { Sequence } from "../../../events/sequence.ts";
import { dateAt, endOfDay } from "../../../events/values/calendar.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { timeZoneOf } from "../history.ts";
import { momentOf, sequenceAt, timeOfEvent } from "../moment.ts";
import type { ReadSource } from "../read.ts";

export interface HistoryBars {
  /** Months with events, in order. */
  months: HistoryMonth[];
}

export interface HistoryMonth {
  /** YYYY-MM, in the organization's time zone. */
  month: string;
  /** Events that were recorded in it. */
  events: number;
  /** The last of them. */
  seq: Sequence;
}

/**
 * The months of the log, up to the moment of the source. Times never decrease, so the last event of each month is found by
 * a binary search: a long log costs no more than a short one.
 */
export function getHistoryBars({ db }: ReadSource): HistoryBars {
  return db.transaction((): HistoryBars => {
    const zone = timeZoneOf(db);
    const head = momentOf(db)?.seq ?? readCheckpoint(db).seq;
    const months: HistoryMonth[] = [];
    for (let before = 0; before < head; ) {
      const month = dateAt(timeOfEvent(db, before + 1) ?? 0, zone).slice(0, 7);
      const seq = Math.min(head, sequenceAt(db, endOfDay(lastDayOf(month), zone)));
      if (seq <= before) throw new Error(`event ${before + 1} is not in its own month ${month}`);
      months.push({ month, events: seq - before, seq });
      before = seq;
    }
    return { months };
  })();
}

function lastDayOf(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}
