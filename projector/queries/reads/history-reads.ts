/** Reads about what happened, and when. */
import { z } from "zod";
import { activityList, listActivity } from "../activity.ts";
import { MAX_LIMIT } from "../list.ts";
import { getHistoryBars } from "../moments/history-bars.ts";
import { getMoment } from "../moments/moment-read.ts";
import { define } from "../read.ts";

export const HISTORY_READS = {
  listActivity: define({
    summary: "Who did what, when: a row for each event",
    input: activityList,
    http: { path: "/api/activity", answer: { of: "Activity", as: "page" } },
    run: ({ db }, filter) => listActivity(db, filter),
  }),

  exportActivity: define({
    summary: "A part of the activity, for a spreadsheet",
    input: activityList.omit({ limit: true }).extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...filter }) => listActivity(db, { ...filter, limit: MAX_LIMIT }),
  }),

  getMoment: define({
    summary: "A moment of the books: its event, its time, and how far the log reaches",
    input: z.strictObject({}),
    http: null,
    run: (source) => getMoment(source),
  }),

  getHistoryBars: define({
    summary: "How many events each month has",
    input: z.strictObject({}),
    http: null,
    run: (source) => getHistoryBars(source),
  }),
} as const;
