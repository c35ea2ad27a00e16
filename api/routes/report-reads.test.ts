/** Reports over HTTP: other requests are answered between their parts, and all parts are of one state. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Slices } from "../http/slices.ts";
import { call, openOffice } from "../sessions/people.suite.ts";

const clock = Date.UTC(2026, 2, 15, 12);
const { base, owner } = await openOffice(undefined, { writer: { clock: () => clock, checkClock: false } });
const ask = async (method: "GET" | "POST", path: string, body?: object) => {
  const answer = await call(base, method, path, body, { token: owner.token });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const LINE = { description: "Goods", quantity6: 1e6, unit: "H87", price6: 100e6, vatCategory: "K", vatRate3: 0 };
const address = { country: "FR" };
const clientId = Number((await ask("POST", "/api/clients", { name: "Élan", address, vatId: "FR123" })).stream);
const issue = async () => {
  const { stream } = await ask("POST", "/api/invoices", { clientId, lines: [LINE] });
  await ask("POST", `/api/invoices/${stream}/issue`, { issuedOn: "2026-03-01" });
};
await issue();
/** More postings than a report reads in one part. */
const PAYMENTS = 600;
for (let n = 0; n < PAYMENTS; n += 50) {
  const payment = { clientId, receivedOn: "2026-03-02", currency: "GBP", amountMinor: 100, method: "bank_transfer" };
  await Promise.all(Array.from({ length: 50 }, () => ask("POST", "/api/payments", payment)));
}

const PERIOD = "from=2026-03-01&to=2026-03-31";
/** Each with a number of parts that it has at least. */
const REPORTS = [
  [`/api/vat-report?${PERIOD}`, 5],
  [`/api/sales-list?${PERIOD}`, 5],
  ["/api/aged-balances", 2],
  ["/api/aged-balances?dated_until=2026-03-14", 4],
] as const;

for (const [path, parts] of REPORTS)
  test(`GET ${path} lets others write and read between its parts, and does not see what they write`, async () => {
    const before = await ask("GET", path);
    const rows = Object.values(before).reduce<number>(
      (sum, field) => sum + (Array.isArray(field) ? field.length : 0),
      0,
    );
    let pauses = 0;
    let written = false;
    const { begin } = Slices.prototype;
    const mocked = mock.method(Slices.prototype, "begin", async function (this: Slices) {
      if (written) return await begin.call(this);
      written = true;
      return async () => {
        pauses++;
        if (pauses === 1) await issue();
      };
    });
    try {
      assert.deepEqual(await ask("GET", path), before);
    } finally {
      mocked.mock.restore();
    }
    // One after each row of the answer; the others are between the parts.
    assert.ok(pauses >= rows + parts, `${pauses} pauses, ${rows} rows`);
    assert.notDeepEqual(await ask("GET", path), before);
  });
