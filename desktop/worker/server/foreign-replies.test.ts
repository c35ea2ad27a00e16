/** A write whose answer was replaced on the way stays open, and keeps its key until the server has settled it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FOREIGN_REPLIES, startReplacingProxy } from "../../../api/faults/replacing-proxy.suite.ts";
import { LOG_HEADERS } from "../../../events/sources/http/events-request.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import { until } from "../../../fixtures/tests/until.ts";
import type { CallError } from "../../contract/call-error.ts";
import { desktopAt, headOf, registerClients, runApi, startDesktop } from "../sync/desktop.suite.ts";

const FORM = "payment/new";
const api = await runApi();
const proxy = await startReplacingProxy(api.base);
const QUICK = { server: proxy.base, writeRetriesMs: [5, 5] };
const seat = await desktopAt(api, QUICK);
const [clientId = 0] = await registerClients(api, "Ada");
const payment = (more: object = {}) => ({
  clientId,
  amountMinor: 12_000,
  currency: "GBP",
  receivedOn: "2024-05-01",
  method: "bank_transfer",
  ...more,
});
const receiving = (input: object, form = FORM) => ({
  command: "ReceivePayment" as const,
  input,
  form,
  key: uuidText(newUuid()), // another one for each press
});
const online = () => seat.until(({ isOnline, phase }) => isOnline && phase === "idle");

for (const [what, reply] of Object.entries(FOREIGN_REPLIES)) {
  test(`a payment whose answer is ${what} is written once, however often it is sent`, async () => {
    const before = await headOf(api);
    const input = payment({ reference: what });
    await online();
    proxy.afterWrites = reply;
    await seat.ask("keepInput", { form: FORM, text: "typed" });
    assert.equal(await seat.refused("write", receiving(input)), "UNKNOWN_OUTCOME");
    assert.equal(await headOf(api), before + 1, "the server has it");
    await online();
    assert.equal(await seat.refused("write", receiving(input)), "UNKNOWN_OUTCOME", "pressed again");
    assert.equal((await seat.ask("getInput", { form: FORM }))?.sending, true);
    proxy.afterWrites = null;
    await online();
    const { seq } = await seat.ask("write", receiving(input));
    assert.equal(seq, before + 1);
    assert.equal(await headOf(api), before + 1);
    assert.equal(await seat.ask("getInput", { form: FORM }), null);
  });
}

test("what was typed cannot change, be forgotten or be sent from another form before the server has settled it", async () => {
  const before = await headOf(api);
  const input = payment({ reference: "first" });
  await online();
  proxy.afterWrites = FOREIGN_REPLIES["a page with 200"] ?? null;
  await seat.ask("keepInput", { form: FORM, text: "typed" });
  assert.equal(await seat.refused("write", receiving(input)), "UNKNOWN_OUTCOME");
  proxy.afterWrites = null;
  await online();
  assert.equal(await seat.refused("write", receiving(payment({ reference: "second" }))), "UNANSWERED");
  assert.equal(await seat.refused("write", receiving(input, "payment/new/client/7")), "SENT_ELSEWHERE");
  assert.equal(await seat.refused("keepInput", { form: FORM, text: "changed" }), "UNANSWERED");
  assert.equal(await seat.refused("forgetInput", { form: FORM }), "UNANSWERED");
  await seat.ask("writeAgain", { form: FORM });
  assert.equal(await headOf(api), before + 1);
  await seat.ask("write", receiving(payment({ reference: "second" })));
  assert.equal(await headOf(api), before + 2, "a new decision");
});

test("a refusal before the writer does not settle what an earlier attempt may have written; a rule does", async () => {
  const input = payment({ reference: "twice" });
  await online();
  proxy.afterWrites = FOREIGN_REPLIES["an empty 200"] ?? null;
  assert.equal(await seat.refused("write", receiving(input)), "UNKNOWN_OUTCOME");
  const problem = (status: number, code: string) => ({
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", title: "No", status, code, detail: "no" }),
  });
  for (const [status, code] of [
    [429, "TOO_MANY_ATTEMPTS"],
    [422, "NOT_VALID"],
    [503, "SHUTTING_DOWN"],
  ] as const) {
    await online();
    proxy.afterWrites = problem(status, code);
    assert.equal(await seat.refused("writeAgain", { form: FORM }), "UNKNOWN_OUTCOME", code);
  }
  await online();
  proxy.afterWrites = problem(409, "REFERENCE_TAKEN");
  assert.equal(await seat.refused("writeAgain", { form: FORM }), "REFERENCE_TAKEN");
  proxy.afterWrites = null;
  assert.equal(await seat.refused("writeAgain", { form: FORM }), "NOTHING_SENT");
});

test("two windows that send the same payment share one request, so a refusal of one cannot settle the other", async () => {
  const before = await headOf(api);
  await online();
  const writes = proxy.writes;
  const input = payment({ reference: "two windows" });
  const [first, second] = await Promise.all([seat.ask("write", receiving(input)), seat.ask("write", receiving(input))]);
  assert.deepEqual(first, second);
  assert.equal(proxy.writes, writes + 1);
  assert.equal(await headOf(api), before + 1);
});

test("the late answer of a write that was discarded does not settle the next write of its form", async () => {
  const before = await headOf(api);
  await online();
  const arrival = Promise.withResolvers<void>();
  proxy.holdNextWrite = arrival.promise;
  const writes = proxy.writes;
  const discarded = seat.ask("write", receiving(payment({ reference: "discarded" })));
  await until("no write arrived", () => proxy.writes > writes);
  await seat.ask("forgetInput", { form: FORM, evenIfSent: true });
  const next = payment({ reference: "next" });
  proxy.afterWrites = FOREIGN_REPLIES["a page with 502"] ?? null;
  assert.equal(await seat.refused("write", receiving(next)), "UNKNOWN_OUTCOME");
  proxy.afterWrites = null;
  arrival.resolve();
  await discarded;
  await online();
  assert.equal((await seat.ask("getInput", { form: FORM }))?.sending, true);
  const { seq } = await seat.ask("write", receiving(next));
  assert.deepEqual([seq, await headOf(api)], [before + 2, before + 2]);
});

test("a problem that says nothing about the write does not settle it, whatever its status; neither does another log's", async () => {
  const problem = (code: string, more: object) => ({
    status: 409,
    headers: { "content-type": "application/problem+json", ...more },
    body: JSON.stringify({ type: "about:blank", title: "No", status: 409, code, detail: "no" }),
  });
  for (const reply of [
    problem("INTERNAL", {}),
    problem("FORKED", {}),
    problem("REFERENCE_TAKEN", { [LOG_HEADERS.log]: uuidText(newUuid()) }),
  ]) {
    const before = await headOf(api);
    const input = payment({ reference: `unsettled ${before}` });
    await online();
    proxy.afterWrites = reply;
    assert.equal(await seat.refused("write", receiving(input)), "UNKNOWN_OUTCOME");
    proxy.afterWrites = null;
    await online();
    assert.equal((await seat.ask("write", receiving(input))).seq, before + 1);
  }
});

test("an API that answers that it cannot write now, or that it has failed, was reached: the app stays online", async () => {
  for (const [code, status, expected] of [
    ["HEAD_IN_FUTURE", 503, "HEAD_IN_FUTURE"],
    ["INTERNAL", 500, "UNKNOWN_OUTCOME"],
  ] as const) {
    const input = payment({ reference: code });
    await online();
    proxy.afterWrites = {
      status,
      headers: { "content-type": "application/problem+json" },
      body: JSON.stringify({ type: "about:blank", title: "No", status, code, detail: "no" }),
    };
    await assert.rejects(seat.desktop.write({ ...receiving(input), id: 0 }), (error: CallError) => {
      assert.deepEqual([error.code, seat.desktop.status.isOnline], [expected, true]);
      return true;
    });
    proxy.afterWrites = null;
  }
  await seat.ask("forgetInput", { form: FORM, evenIfSent: true });
});

test("the key survives a restart, and a refetch of the log after the server's history changed", async () => {
  const before = await headOf(api);
  const input = payment({ reference: "restart" });
  await online();
  proxy.afterWrites = FOREIGN_REPLIES["a page with 502"] ?? null;
  await seat.ask("keepInput", { form: FORM, text: "typed" });
  assert.equal(await seat.refused("write", receiving(input)), "UNKNOWN_OUTCOME");
  proxy.afterWrites = null;
  await seat.close();
  const again = await startDesktop({ folder: seat.folder, stored: seat.stored, ...QUICK });
  await again.until(({ isOnline, phase }) => isOnline && phase === "idle");
  await again.ask("pullAfresh");
  await again.until(({ isOnline, phase, checkpoint }) => isOnline && phase === "idle" && checkpoint > before);
  const input2 = await again.ask("getInput", { form: FORM });
  assert.deepEqual([input2?.text, input2?.copy, input2?.sending], ["typed", true, false]);
  const { seq } = await again.ask("write", receiving(input));
  assert.deepEqual([seq, await headOf(api)], [before + 1, before + 1]);
});
