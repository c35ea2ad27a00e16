/** Every invariant of a log. The list in the documentation is generated from this one. */
import { CANCELLING } from "./cancelling.ts";
import { DELIVERING } from "./delivering.ts";
import { DRAFTS } from "./drafts.ts";
import { ENTRIES } from "./entries.ts";
import type { Invariant } from "./invariant.ts";
import { ISSUING } from "./issuing.ts";
import { OFFICE } from "./office.ts";
import { PERIOD_LOCK } from "./period-lock.ts";
import { SETTLING } from "./settling.ts";
import { SUMS } from "./sums.ts";

export const INVARIANTS: readonly Invariant[] = [
  ...OFFICE,
  ...PERIOD_LOCK,
  ...SUMS,
  ...DRAFTS,
  ...ISSUING,
  ...CANCELLING,
  ...DELIVERING,
  ...SETTLING,
  ...ENTRIES,
];

/** The name that a violation has if the fold itself refuses the event. */
export const FOLD = "fold";
