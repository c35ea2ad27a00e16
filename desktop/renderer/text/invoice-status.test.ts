import assert from "node:assert/strict";
import { test } from "node:test";
import { statusLabelOf } from "./invoice-status.ts";

const OPEN = {
  kind: "invoice",
  status: "issued",
  due_on: "2026-06-30",
  gross_minor: 12_000,
  prepaid_minor: 0,
  rounding_minor: 0,
  paid_minor: 0,
  written_off_minor: 0,
  refunded_minor: 0,
  cancelled_by_id: null,
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
    [{ cancelled_by_id: 9 }, "2026-07-01", "Cancelled"],
    [{ cancelled_by_id: 9, paid_minor: 12_000 }, "2026-06-30", "Cancelled"],
    [{ kind: "credit_note" }, "2026-07-01", "Unapplied"],
    [{ kind: "credit_note", paid_minor: 1 }, "2026-07-01", "Partly applied"],
    [{ kind: "credit_note", paid_minor: 12_000 }, "2026-07-01", "Applied"],
    [{ paid_minor: 12_000, written_off_minor: 12_000 }, "2026-07-01", "Written off"],
    [{ paid_minor: 12_000, written_off_minor: 1 }, "2026-07-01", "Written off"],
    [{ paid_minor: 100, written_off_minor: 100 }, "2026-06-30", "Partly paid"],
    [{ kind: "credit_note", paid_minor: 12_000, refunded_minor: 12_000 }, "2026-07-01", "Refunded"],
    [{ kind: "credit_note", paid_minor: 12_000, refunded_minor: 1 }, "2026-07-01", "Used"],
    [{ kind: "credit_note", paid_minor: 9, refunded_minor: 9 }, "2026-07-01", "Partly refunded"],
    [{ kind: "credit_note", paid_minor: 9, refunded_minor: 1 }, "2026-07-01", "Partly used"],
    // An invoice below zero is the client's credit, and never overdue.
    [{ gross_minor: -500 }, "2026-07-01", "Unapplied"],
    [{ gross_minor: -500, paid_minor: -1 }, "2026-07-01", "Partly applied"],
    [{ gross_minor: -500, paid_minor: -500, refunded_minor: 500 }, "2026-07-01", "Refunded"],
    // So is what was prepaid above the total.
    [{ prepaid_minor: 12_001 }, "2026-07-01", "Unapplied"],
    [{ prepaid_minor: 12_000 }, "2026-07-01", "Paid"],
    // A credit note below zero is owed.
    [{ kind: "credit_note", gross_minor: -500, due_on: null }, "2026-07-01", "Open"],
    [{ kind: "credit_note", gross_minor: -500, due_on: null, paid_minor: -500 }, "2026-07-01", "Paid"],
  ];
  for (const [change, today, word] of all)
    assert.equal(statusLabelOf({ ...OPEN, ...change }, today).word, word, JSON.stringify([change, today]));
});
