/** Reads about why a figure is what it is. */
import { z } from "zod";
import { MAX_LIMIT } from "../list.ts";
import { define, todayOf } from "../read.ts";
import { eventOf, oneEvent } from "../why/event.ts";
import { figureOf, oneFigure } from "../why/get-figure.ts";
import { figureMembers, listFigureMembers } from "../why/members.ts";
import { figurePostings, listFigurePostings } from "../why/posting-lines.ts";
import { listVersions, versionList } from "../why/versions.ts";

export const WHY_READS = {
  getFigure: define({
    summary: "A figure of a screen, and what explains it",
    input: oneFigure,
    http: null,
    run: (source, input) => figureOf(source.db, input, todayOf(source)),
  }),

  listFigurePostings: define({
    summary: "The postings that a figure is the sum of, with running values",
    input: figurePostings,
    http: null,
    run: ({ db }, query) => listFigurePostings(db, query),
  }),

  exportFigurePostings: define({
    summary: "A part of the postings that a figure is the sum of, for a spreadsheet",
    input: figurePostings.omit({ limit: true }).extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...query }) => listFigurePostings(db, { ...query, limit: MAX_LIMIT }),
  }),

  listFigureMembers: define({
    summary: "The documents and payments that a figure counts, with what each one adds",
    input: figureMembers,
    http: null,
    run: (source, query) => listFigureMembers(source.db, query, todayOf(source)),
  }),

  listVersions: define({
    summary: "The versions of a record: what each event changed of it",
    input: versionList,
    http: null,
    run: ({ db }, query) => listVersions(db, query),
  }),

  getEvent: define({
    summary: "An event, with what it changed",
    input: oneEvent,
    http: null,
    run: ({ db }, { seq }) => eventOf(db, seq),
  }),
} as const;
