/** Texts that are the same to people: within a batch, and in a log that has some from before they were refused. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { clientOf, draftOf, ITEM_INPUT, issuedOf, NOON_MS, OWNER } from "../../events/business/office.suite.ts";
import type { Fact } from "../../events/encoding/catalogue.ts";
import { encodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { Refusal } from "../../events/errors.ts";
import { newUuid } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { assertIndexed, recording } from "../queries/query-plans.suite.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { booksOf } from "./books.ts";
import { openOffice, type WriterOffice } from "./office.suite.ts";

const folder = temporaryFolder();
const CLERK = { email: "clerk@example.com", name: "Cleo", role: "clerk" } as const;
const SERIES = { kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true } as const;
const PAYMENT = { receivedOn: "2024-03-15", currency: "GBP", amountMinor: 100, method: "card" } as const;

/** Writes events that no decider of this release would decide. @returns the stream of each */
async function append(office: WriterOffice, facts: readonly Fact[]): Promise<number[]> {
  const head = await office.log.head();
  const streams = facts.map((_, n) => head + 1 + n);
  const events = facts.map((fact, n) => {
    const place = { seq: head + 1 + n, id: newUuid(), stream: streams[n], version: 1, at: NOON_MS, actor: OWNER };
    return encodeEvent({ ...fact, ...place } as LogEvent);
  });
  assert.equal(await office.log.append(events), facts.length);
  return streams;
}

const item = (code: string): Fact => ({
  type: "ItemAdded",
  data: { ...ITEM_INPUT, code, vatCategory: "S", more: null },
});
const refused = (rule: string, existing: string) => (error: unknown) => {
  assert.ok(error instanceof Refusal, `${error}`);
  assert.deepEqual([error.rule, error.values.existing], [rule, existing], error.message);
  return true;
};

/** An office whose log has items, users and payments with texts that are the same to people. */
async function oldOffice(t: TestContext) {
  const office = await openOffice(t, folder, { profile: { series: [...PROFILE.series, { ...SERIES, name: "old" }] } });
  const clientId = await clientOf(office);
  const pay = (reference: string): Fact => ({
    type: "PaymentReceived",
    data: { ...PAYMENT, clientId, reference, allocations: [], feesMinor: 0 },
  });
  const [lower = 0, upper = 0, other = 0] = await append(office, [item("ab-1"), item("AB-1"), item("x")]);
  const [, user = 0] = await append(office, [
    { type: "UserAdded", data: CLERK },
    { type: "UserAdded", data: { ...CLERK, email: "сlerk@example.com" } },
  ]);
  const [first = 0, second = 0] = await append(office, [pay("r-1"), pay("R-1")]);
  return { office, clientId, lower, upper, other, user, first, second };
}

test("a log with texts that are the same to people folds, and its things can still be changed", async (t) => {
  const { office, lower, upper, user, first } = await oldOffice(t);
  await office.accepts("ChangeItem", { price6: 7 }, { id: lower });
  await office.accepts("ChangeItem", { code: "AB–1" }, { id: upper });
  await assert.rejects(office.run("ChangeItem", { code: "ab-1" }, { id: upper }), refused("ITEM_CODE_TAKEN", "ab-1"));
  await office.accepts("ArchiveItem", {}, { id: upper });
  await office.accepts("RestoreItem", {}, { id: upper });
  await office.accepts("ChangeUserDetails", { name: "Cleopatra" }, { id: user });
  await office.accepts("ReversePayment", { reason: "twice" }, { id: first });
  await rebuildCache(join(folder, "rebuilt.sqlite"), office.log);
});

test("a new text must differ from all that are the same to people in such a log", async (t) => {
  const { office, clientId, lower, upper, other, first, second } = await oldOffice(t);
  const add = (code: string) => office.run("AddItem", { ...ITEM_INPUT, code });
  await assert.rejects(add("Ab-1"), refused("ITEM_CODE_TAKEN", "ab-1"));
  await assert.rejects(add("AB-1"), refused("ITEM_CODE_TAKEN", "AB-1"));
  await assert.rejects(office.run("ChangeItem", { code: "aB-1" }, { id: other }), refused("ITEM_CODE_TAKEN", "ab-1"));
  await office.run("ChangeItem", { code: "gone" }, { id: lower });
  await assert.rejects(add("ab-1"), refused("ITEM_CODE_TAKEN", "AB-1"));
  await office.run("ChangeItem", { code: "gone too" }, { id: upper });
  await office.accepts("AddItem", { ...ITEM_INPUT, code: "ab-1" });
  const pay = (reference: string) => office.run("ReceivePayment", { ...PAYMENT, clientId, reference });
  await assert.rejects(pay("r 1".replace(" ", "-")), refused("REFERENCE_TAKEN", "r-1"));
  await office.run("ReversePayment", { reason: "r" }, { id: first });
  await assert.rejects(pay("r-1"), refused("REFERENCE_TAKEN", "R-1"));
  await office.run("ReversePayment", { reason: "r" }, { id: second });
  await pay("r-1");
});

test("series whose names are the same to people stay, and no third joins them", async (t) => {
  const office = await openOffice(t, folder);
  const head = await office.log.head();
  const old = [...PROFILE.series, { ...SERIES, name: "old" }, { ...SERIES, name: "OLD" }];
  const place = { seq: head + 1, id: newUuid(), stream: 1, version: 2, at: NOON_MS, actor: OWNER };
  const profile = { ...PROFILE, series: old };
  await office.log.append([encodeEvent({ ...place, type: "OrganizationProfileChanged", data: profile } as LogEvent)]);
  await office.accepts("ChangeProfile", { phone: "1" });
  await office.accepts("ChangeProfile", { series: old.toReversed() });
  for (const [name, existing] of [
    ["Old", "old"],
    ["OLD", "OLD"],
  ] as const)
    await assert.rejects(
      office.run("ChangeProfile", { series: [...old, { ...SERIES, name }] }),
      refused("SERIES_TWICE", existing),
    );
  await office.accepts("ChangeProfile", { series: old.filter(({ name }) => name !== "OLD") });
  await assert.rejects(office.run("ChangeProfile", { series: old }), refused("SERIES_TWICE", "old"));
});

test("of commands in one batch with texts that are the same to people, the first is accepted", async (t) => {
  const office = await openOffice(t, folder, { profile: { series: [...PROFILE.series, { ...SERIES, name: "old" }] } });
  const clientId = await clientOf(office);
  const [a, b] = [await draftOf(office, { clientId }), await draftOf(office, { clientId })];
  await issuedOf(office, { clientId });
  const issue = (id: number, number: string) => office.run("IssueInvoice", { series: "old", number }, { id });
  const outcomes = await Promise.allSettled([
    office.run("AddItem", { ...ITEM_INPUT, code: "ab-1" }),
    office.run("AddItem", { ...ITEM_INPUT, code: "AB 1".replace(" ", "-") }),
    office.run("AddItem", { ...ITEM_INPUT, code: "AB-2" }),
    office.run("ReceivePayment", { ...PAYMENT, clientId, reference: "thanks 7" }),
    office.run("ReceivePayment", { ...PAYMENT, clientId, reference: "Thanks7" }),
    issue(a, "x-1"),
    issue(b, "X–1"),
    office.run("AddUser", CLERK),
    office.run("AddUser", { ...CLERK, email: "сlerk@example.com" }),
  ]);
  const said = outcomes.map((outcome) => (outcome.status === "fulfilled" ? "accepted" : outcome.reason.rule));
  assert.deepEqual(said, [
    ...["accepted", "ITEM_CODE_TAKEN", "accepted"],
    ...["accepted", "REFERENCE_TAKEN"],
    ...["accepted", "NUMBER_TAKEN"],
    ...["accepted", "EMAIL_TAKEN"],
  ]);
});

test("the lookup of a text walks an index", () => {
  const cache = Cache.create(join(folder, "plans.sqlite"));
  const { db, statements } = recording(cache.db);
  booksOf(db, cache.rows.tables);
  const lookups = [...statements].filter((sql) => sql.includes(":text"));
  assert.equal(lookups.length, 2 * 5);
  assertIndexed(cache.db, lookups);
  cache.close();
});
