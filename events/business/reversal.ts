/** Reversals of payments and refunds. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { ValuesOf } from "../rules.ts";
import { date, line } from "../values/schema.ts";
import { entryDay } from "./entry-day.ts";
import type { OrganizationBooks } from "./organization.ts";
import { checkOpenPeriod } from "./period-lock.ts";
import { refusalOf } from "./state-rules.ts";

export const REVERSAL_KINDS = ["mistake", "returned"] as const;

const reason = line(500).describe("Why, for those who read the history.");

/** A mistake never happened, so it counts on the day of what it reverses; returned money counts on its own day. */
export const reversed = z.object({
  reason,
  kind: z.enum(REVERSAL_KINDS).describe("`mistake`: it was recorded wrongly; `returned`: the money came back."),
  on: date().nullable().describe("The day on which the money came back; null for a mistake."),
});
export type Reversed = z.infer<typeof reversed>;

/** A reversal as release 0.1 wrote it: it counted on the day of the payment. */
export const reversedV1 = z.object({ reason });

export function upcastReversedV1(old: z.infer<typeof reversedV1>): Reversed {
  return { ...old, kind: "mistake", on: null };
}

/** `on` null: today, if the money was returned. A request that says only why is about a mistake. */
export const reversalInput = z.strictObject({
  reason,
  kind: reversed.shape.kind.default("mistake"),
  on: reversed.shape.on.default(null).describe("The day on which the money came back; null: today, or a mistake."),
});

/**
 * @param of what is reversed, and its day
 * @throws Refusal REVERSAL_DATE_NOT_ALLOWED, PERIOD_LOCKED, and those of `entryDay`
 */
export function reversalOf(
  books: OrganizationBooks,
  { reason, kind, on }: Reversed,
  { of, atMs }: { of: { on: string; name: string }; atMs: number },
): Reversed {
  if (kind === "returned") return { reason, kind, on: entryDay(books, on, { field: "on", atMs, since: of }) };
  if (on !== null)
    throw refusal("REVERSAL_DATE_NOT_ALLOWED", `a mistake is reversed on the day of ${of.name}, ${of.on}`, {
      field: "on",
      values: { on },
    });
  const locked = refusalOf(() => checkOpenPeriod(books, of.on));
  if (locked)
    throw refusal(
      "PERIOD_LOCKED",
      `${locked.message}; if the money came back, reverse it as returned, on a later day`,
      {
        values: locked.values as ValuesOf<"PERIOD_LOCKED">,
      },
    );
  return { reason, kind, on: null };
}
