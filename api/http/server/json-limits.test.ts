import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT } from "../../../fixtures/data/events.ts";
import { call, newConfig, openOffice, startApi } from "../../sessions/people.suite.ts";
import { checkStructure, MAX_DEPTH, MAX_VALUES } from "./json-limits.ts";

const LINE = { description: "Work", quantity6: 2e6, unit: "HUR", price6: 50e6, vatCategory: "S", vatRateBp: 2000 };
const check = (json: string) => checkStructure(Buffer.from(json));
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const list = (values: number) => JSON.stringify(Array(values - 1).fill(0));

test("checkStructure() refuses one level and one value too many", () => {
  check(nested(MAX_DEPTH));
  check('{"a":'.repeat(MAX_DEPTH));
  check(list(MAX_VALUES - 1));
  assert.throws(() => check(nested(MAX_DEPTH + 1)), /more than 16 levels/);
  assert.throws(() => check('{"a":'.repeat(MAX_DEPTH + 1)), /more than 16 levels/);
  assert.throws(() => check(list(MAX_VALUES + 1)), /more than 20,000 values/);
  assert.throws(() => check("{}".repeat(MAX_VALUES)), /more than 20,000 values/);
});

test("checkStructure() does not count what is inside texts", () => {
  for (const text of ["[{".repeat(50), ",".repeat(50_000), `"${"[".repeat(50)}`, `\\"${"{".repeat(50)}`, "\\"])
    check(JSON.stringify({ text, [text]: [text] }));
});

test("an invoice as long as one can be is not refused for its structure", async () => {
  const { base, owner } = await openOffice();
  const { body: client } = await call(base, "POST", "/api/clients", CLIENT, owner);
  const adjustment = { kind: "allowance", description: "Discount", amountMinor: 1 };
  const lines = Array(1_000).fill({ ...LINE, adjustments: Array(2).fill(adjustment) });
  const { status, body } = await call(base, "POST", "/api/invoices", { clientId: client.stream, lines }, owner);
  assert.notEqual(body.code, "BAD_REQUEST", JSON.stringify(body).slice(0, 500));
  assert.ok(status === 200 || status === 422);
});

test("every public route refuses a body beyond its limit, and says the limit", async () => {
  const { api, base } = await startApi(newConfig());
  const routes = api.routes.filter(({ access, method }) => access === "public" && method === "POST");
  assert.ok(routes.length >= 5);
  for (const { url } of routes) {
    const kib = url === "/api/organizations" ? 64 : 16;
    const post = (length: number) => call(base, "POST", url, { name: "x".repeat(length - 11) });
    assert.equal((await post(kib * 1024)).status, 422, url);
    const { status, body } = await post(kib * 1024 + 1);
    assert.deepEqual([status, body.code, body.detail], [413, "BODY_TOO_LARGE", `the body is longer than ${kib} KiB`]);
  }
});

test("a body with thousands of unknown keys gets a short response", async () => {
  const { base, owner } = await openOffice();
  const keys = Array.from({ length: MAX_VALUES - 10 }, (_, n) => [`key ${n}`, 0]);
  const { status, text } = await call(base, "POST", "/api/clients", Object.fromEntries(keys), owner);
  assert.equal(status, 422);
  assert.ok(text.length < 10_000, `${text.length} bytes`);
});
