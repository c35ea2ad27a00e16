/** Reads of what changed between two moments. */

import { changedRowsInput, changedRowsParts } from "../changes/changed-rows.ts";
import { changesInput, changesParts } from "../changes/changes.ts";
import { MAX_LIMIT } from "../list.ts";
import { define, inOne } from "../read.ts";
import { forSpreadsheet } from "./inputs.ts";

export const CHANGES_READS = {
  getChanges: define({
    summary: "What changed between two moments: how many things of each kind, and what their amounts add up to",
    input: changesInput,
    http: null,
    run: ({ db, nowMs }, input) => inOne(db, changesParts(db, input, nowMs)),
    parts: ({ db, nowMs }, input) => changesParts(db, input, nowMs),
  }),

  listChanges: define({
    summary: "The things of a kind that changed between two moments, with both states",
    input: changedRowsInput,
    http: null,
    run: ({ db, nowMs }, input) => inOne(db, changedRowsParts(db, input, nowMs)),
    parts: ({ db, nowMs }, input) => changedRowsParts(db, input, nowMs),
  }),

  exportChanges: define({
    summary: "A part of the things of a kind that changed between two moments, for a spreadsheet",
    input: changedRowsInput.omit({ limit: true }).extend(forSpreadsheet),
    http: null,
    run: ({ db, nowMs }, { locale: _, ...input }) =>
      inOne(db, changedRowsParts(db, { ...input, limit: MAX_LIMIT }, nowMs)),
  }),
} as const;
