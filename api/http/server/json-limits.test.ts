import assert from "node:assert/strict";
import { test } from "node:test";
import { DRAFT_LIMITS } from "../../../events/values/size-limits.ts";
import { CLIENT } from "../../../fixtures/data/events.ts";
import { call, newConfig, openOffice, startApi } from "../../sessions/people.suite.ts";
import { checkStructure, MAX_DEPTH, MAX_KEYS, MAX_LONG_VALUES, MAX_VALUES } from "./json-limits.ts";

const LINE = { description: "Work", quantity6: 2e6, unit: "HUR", price6: 50e6, vatCategory: "S", vatRate3: 20_000 };
const check = (json: string) => checkStructure(Buffer.from(json), MAX_VALUES);
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

test("checkStructure() refuses an object with one key too many, at any depth, and no list", () => {
  const object = (keys: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, n) => [n, [0, 1]])));
  for (const around of [(json: string) => json, (json: string) => `[{"a":[],"b":${json}},1]`]) {
    check(around(object(MAX_KEYS)));
    assert.throws(() => check(around(object(MAX_KEYS + 1))), /an object has more than 1,000 keys/);
  }
  check(JSON.stringify([...Array(MAX_KEYS * 3).fill({ a: 1 }), 1]));
  check("]},,".repeat(2_000));
});

test("checkStructure() does not count what is inside texts", () => {
  for (const text of ["[{".repeat(50), ",".repeat(50_000), `"${"[".repeat(50)}`, `\\"${"{".repeat(50)}`, "\\"])
    check(JSON.stringify({ text, [text]: [text] }));
});

test("an invoice as long as one can be is not refused for its structure", async () => {
  const { base, owner } = await openOffice();
  const { body: client } = await call(base, "POST", "/api/clients", CLIENT, owner);
  const adjustment = { kind: "allowance", reason: "Discount", amountMinor: 1 };
  const { lines, lineAdjustments, adjustments } = DRAFT_LIMITS;
  const draft = {
    ...{ clientId: client.stream, currency: "EUR", termsDays: 30, deliveredOn: "2024-01-31", note: "Note" },
    ...{ buyerReference: "R", orderReference: "O", prepaidMinor: 1 },
    reasons: [{ vatCategory: "E", reason: "Exempt" }],
    lines: Array(lines).fill({ ...LINE, code: "C", adjustments: Array(lineAdjustments).fill(adjustment) }),
    adjustments: Array(adjustments).fill({ ...adjustment, vatCategory: "S", vatRate3: 20_000 }),
  };
  const { status, text } = await call(base, "POST", "/api/invoices", draft, owner);
  assert.equal(status, 200, text.slice(0, 500));
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
  const keys = Array.from({ length: MAX_KEYS }, (_, n) => [`key ${n}`, 0]);
  const { status, text } = await call(base, "POST", "/api/clients", Object.fromEntries(keys), owner);
  assert.equal(status, 422);
  assert.ok(text.length < 10_000, `${text.length} bytes`);
});

test("a document may have ten times as many values as other input", async () => {
  const { base, owner } = await openOffice();
  for (const [path, most] of [
    ["/api/clients", MAX_VALUES],
    ["/api/invoices", MAX_LONG_VALUES],
  ] as const) {
    const codeOf = async (values: number) =>
      (await call(base, "POST", path, Array(values - 1).fill(0), owner)).body.code;
    assert.equal(await codeOf(most), "NOT_VALID", path);
    assert.equal(await codeOf(most + 1), "BAD_REQUEST", path);
  }
});
