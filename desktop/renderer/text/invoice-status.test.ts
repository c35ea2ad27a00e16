import assert from "node:assert/strict";
import { test } from "node:test";
import { statusLabelOf } from "./invoice-status.ts";

const OPEN = {
  kind: "invoice",
  status: "issued",
  due_on: "2026-06-30",
  gross_minor: 12_000,
  prepaid_minor: 0,
  paid_minor: 0,
} as const;

test("statusLabelOf() names the status: overdue from the day after the due date", () => {
  const all: [Partial<Parameters<typeof statusLabelOf>[0]>, today: string, word: string][] = [
    [{}, "2026-06-30", "Open"],
    [{}, "2026-07-01", "Overdue"],
    [{ paid_minor: 1 }, "2026-06-30", "Partly paid"],
    [{ prepaid_minor: 1 }, "2026-06-30", "Partly paid"],
    [{ paid_minor: 1 }, "2026-07-01", "Overdue"],
    [{ paid_minor: 12_000 }, "2026-07-01", "Paid"],
    [{ paid_minor: 2_000, prepaid_minor: 10_000 }, "2026-07-01", "Paid"],
    [{}, "", "Open"],
    [{ status: "draft" }, "2026-07-01", "Draft"],
    [{ status: "discarded" }, "2026-07-01", "Discarded"],
    [{ status: "void" }, "2026-07-01", "Void"],
    [{ kind: "credit_note" }, "2026-07-01", "Unapplied"],
    [{ kind: "credit_note", paid_minor: 1 }, "2026-07-01", "Partly applied"],
    [{ kind: "credit_note", paid_minor: 12_000 }, "2026-07-01", "Applied"],
    // A refund: negative, and open until it is paid out.
    [{ gross_minor: -500 }, "2026-06-30", "Open"],
  ];
  for (const [change, today, word] of all)
    assert.equal(statusLabelOf({ ...OPEN, ...change }, today).word, word, JSON.stringify([change, today]));
});
