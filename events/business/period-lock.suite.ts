/** Decisions about the period lock. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "../commands/commands.ts";
import { draftOf, isRefusal, issuedOf, type OpenOffice } from "./office.suite.ts";
import { checkOpenPeriod } from "./period-lock.ts";

const reason = "Reported to the tax office";

export function periodLockDecisions(open: OpenOffice): void {
  test("LockPeriod locks the books up to a day, further, back, and not at all; the same lock decides nothing", async (t) => {
    const office = await open(t);
    assert.equal(office.books.organization()?.lockedUpTo, null);
    await office.decidesNothing("LockPeriod", { lockedUpTo: null, reason });
    for (const lockedUpTo of ["2023-12-31", "2024-03-14", "2024-01-31", null]) {
      const event = await office.accepts("LockPeriod", { lockedUpTo, reason });
      assert.deepEqual(event.data, { lockedUpTo, reason });
      assert.equal(event.stream, 1);
      assert.equal(office.books.organization()?.lockedUpTo, lockedUpTo);
      await office.decidesNothing("LockPeriod", { lockedUpTo, reason: "another reason" });
    }
  });

  test("LockPeriod states the day and the reason: neither has a default", () => {
    for (const input of [{ reason }, { lockedUpTo: null }, {}])
      assert.equal(COMMANDS.LockPeriod.input.safeParse(input).success, false);
  });

  test("LockPeriod refuses today, in the organization's time zone, and days that do not exist", async (t) => {
    const refused = { rule: "LOCK_IN_FUTURE", field: "lockedUpTo" } as const;
    const london = await open(t);
    const values = { lockedUpTo: "2024-03-15", today: "2024-03-15" };
    await london.refuses("LockPeriod", { lockedUpTo: "2024-03-15", reason }, {}, { ...refused, values });
    await london.refuses("LockPeriod", { lockedUpTo: "2025-01-01", reason }, {}, refused);
    await london.refuses(
      "LockPeriod",
      { lockedUpTo: "2024-02-30", reason },
      {},
      { rule: "UNKNOWN_DATE", field: "lockedUpTo" },
    );
    await london.accepts("LockPeriod", { lockedUpTo: "2024-03-14", reason });
    // Noon in London is the day before in Midway.
    const midway = await open(t, { profile: { timeZone: "Pacific/Midway" } });
    await midway.accepts("LockPeriod", { lockedUpTo: "2024-03-14", reason });
    midway.clock.nowMs -= 2 * 3_600_000;
    await midway.refuses("LockPeriod", { lockedUpTo: "2024-03-15", reason }, {}, refused);
  });

  test("LockPeriod is for owners", async (t) => {
    const office = await open(t);
    const { stream: actor } = await office.run("AddUser", { email: "c@example.com", name: "Clerk", role: "clerk" });
    const input = { lockedUpTo: "2023-12-31", reason };
    await office.refuses("LockPeriod", input, { actor }, { rule: "ROLE_TOO_WEAK" });
  });

  test("a profile and a logo leave the lock as it is", async (t) => {
    const office = await open(t);
    await office.run("LockPeriod", { lockedUpTo: "2023-12-31", reason });
    await office.run("ChangeProfile", { termsDays: 3 });
    assert.equal(office.books.organization()?.lockedUpTo, "2023-12-31");
  });

  test("nothing is issued or voided in a locked period, up to its last day", async (t) => {
    const office = await open(t);
    const old = await issuedOf(office, {}, { issuedOn: "2024-02-29" });
    await office.run("LockPeriod", { lockedUpTo: "2024-02-29", reason });
    const draft = await draftOf(office, {});
    const values = { on: "2024-02-29", lockedUpTo: "2024-02-29" };
    const locked = { rule: "PERIOD_LOCKED", values } as const;
    await office.refuses("IssueInvoice", { issuedOn: "2024-02-29" }, { id: draft }, { ...locked, field: "issuedOn" });
    await office.refuses(
      "VoidInvoice",
      { reason: "wrong", neverDelivered: true },
      { id: old },
      {
        ...{ ...locked, field: null, values: { ...values, way: "cancel" } },
        message: new RegExp(`locked up to 2024-02-29. Cancel it with POST /api/invoices/${old}/cancel`),
      },
    );
    await office.accepts("IssueInvoice", { issuedOn: "2024-03-01" }, { id: draft });
    await office.accepts("VoidInvoice", { reason: "wrong", neverDelivered: true }, { id: draft });
    await office.run("LockPeriod", { lockedUpTo: "2024-02-28", reason: "A mistake" });
    await office.accepts("VoidInvoice", { reason: "wrong", neverDelivered: true }, { id: old });
  });

  test("checkOpenPeriod() names the first field with a locked day", async (t) => {
    const office = await open(t);
    const { books } = office;
    checkOpenPeriod(books, { on: "1900-01-01" });
    await office.run("LockPeriod", { lockedUpTo: "2024-02-29", reason });
    const days = { receivedOn: "2024-03-01", "allocations.0.invoiceId": null, on: "2024-02-01", later: "2024-01-01" };
    assert.throws(
      () => checkOpenPeriod(books, days),
      (error) => isRefusal(error, { rule: "PERIOD_LOCKED", field: "on" }),
    );
    checkOpenPeriod(books, { on: "2024-03-01", other: null });
    checkOpenPeriod(books, "2024-03-01");
  });
}
