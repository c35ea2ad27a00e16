/** Every read with any `?at=`: it is answered as of an event that the log has, or refused with the reason. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readAsOf } from "../../events/values/as-of.ts";
import { READ_ROUTES } from "../routes/read-routes.ts";
import { call, openOffice } from "../sessions/people.suite.ts";
import { drafting, registration, send } from "./bad-days.suite.ts";
import { checkResponse } from "./fuzz.suite.ts";

const { api, base, owner } = await openOffice();
const client = Number((await send(base, owner.token, registration()))?.stream);
for (let n = 0; n < 3; n++) assert.ok(await send(base, owner.token, drafting(client)));
const head = (await api.organizations.get(owner.log))?.checkpoint ?? 0;
const headers = { authorization: `Bearer ${owner.token}` };

const sequence = fc.oneof(
  fc.integer({ min: -2, max: head + 2 }).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
  fc.constantFrom("0", "1", "01", "1,000", "1e3", "0x1", "1.0", " 1", "+1", "2026", "202611", "20261128"),
);
const date = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
  .map(([year, month, day]) =>
    [String(year).padStart(4, "0"), ...[month, day].map((n) => String(n).padStart(2, "0"))].join("-"),
  );
const recent = fc.integer({ min: -3, max: 3 }).map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
const time = fc
  .tuple(
    fc.oneof(
      date,
      recent.map((text) => text.slice(0, 10)),
    ),
    fc.constantFrom("T", " ", "t", ""),
    fc.constantFrom("00:00", "23:59:59.999", "24:00:00", "12:60", "23:59:60", "12:00:00.1234567890"),
    fc.constantFrom("Z", "z", "", "+00:00", "-23:59", "+24:00", "+01:00:30", " UTC"),
  )
  .map((parts) => parts.join(""));
const moment = fc.oneof(
  sequence,
  sequence.map((text) => `event:${text}`),
  date,
  recent,
  recent.map((text) => text.slice(0, 10)),
  time,
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 20 }),
);
/** What a read needs besides. */
const words = {
  from: "2026-01-01",
  to: "2026-12-31",
  currency: "GBP",
  vat_category: "S",
  vat_rate3: "20000",
  series: "A",
};

test("every read with any moment is answered as of an event of the log, or refused", async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...READ_ROUTES), moment, async ({ path, query }, at) => {
      const needed = Object.entries(words).filter(([name]) => query.shape[name]?.isOptional() === false);
      const address = `${path.replace(":id", String(client))}?${new URLSearchParams([...needed, ["at", at]])}`;
      const status = await checkResponse(base, { method: "GET", path: address, init: { headers }, input: at });
      assert.ok([200, 404, 422].includes(status), `${address}: ${status}`);
      if ("problem" in readAsOf(at)) return assert.equal(status, 422, address);
      if (status !== 200) return;
      answered++;
      const response = await call(base, "GET", address, undefined, { headers });
      const seq = Number(response.headers.get("invoify-moment"));
      assert.ok(seq >= 1 && seq <= head, `${address}: event ${seq}`);
      assert.ok(!Number.isNaN(Date.parse(response.headers.get("invoify-moment-time") ?? "")), address);
    }),
    { numRuns: 300 },
  );
  assert.ok(answered > 20, `${answered}`);
});

test("afterwards the thread still reads", async () => {
  assert.equal((await call(base, "GET", `/api/clients/${client}?at=${head}`, undefined, { headers })).status, 200);
});
