/** `GET /api/sync/pull`, as an old client calls it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change } from "../../projector/queries/pull/changes.ts";
import { OldClient, tablesOf } from "../../projector/queries/pull/pull.suite.ts";
import { type RunningApi, runApi } from "../running-api.suite.ts";

interface PullResponse {
  success: boolean;
  serverTime: string;
  changes: Change[];
  count: number;
  hasMore: boolean;
}

const BEGINNING = "1970-01-01T00:00:00.000Z";
const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };
const running = await runApi();
const { organization, send } = running;

/** The commands of a company's morning. */
async function work({ send }: RunningApi, n: number): Promise<void> {
  const { stream: clientId } = await send("POST", "/api/clients", { name: `Client ${n}`, address: { country: "GB" } });
  await send("POST", "/api/items", { code: `I${n}`, description: "It", unit: "C62", price6: 1, vatCategory: "O" });
  const { stream: one } = await send("POST", "/api/invoices", { clientId, lines: [LINE] });
  await send("POST", `/api/invoices/${one}/issue`, {});
  const { stream: other } = await send("POST", "/api/invoices", { clientId, lines: [LINE, LINE] });
  await send("POST", `/api/invoices/${other}/issue`, {});
  const allocations = [{ invoiceId: one, amountMinor: 500 }];
  const money = { clientId, receivedOn: "2024-01-01", currency: "GBP", amountMinor: 9000, method: "card", allocations };
  const { stream: payment } = await send("POST", "/api/payments", money);
  await send("POST", `/api/payments/${payment}/reallocate`, { allocations: [{ invoiceId: other, amountMinor: 700 }] });
  const { stream: draft } = await send("POST", "/api/invoices", { clientId });
  if (n % 2) await send("POST", `/api/invoices/${draft}/discard`, {});
}

/** The old client's loop: pages until there is no more. */
async function pull(client: OldClient, since: string, limit: number, between: () => Promise<void> = async () => {}) {
  for (let pages = 1; ; pages++) {
    const page: PullResponse = await running.get(`/api/sync/pull?since=${encodeURIComponent(since)}&limit=${limit}`);
    assert.deepEqual(Object.keys(page), ["success", "serverTime", "changes", "count", "hasMore"]);
    assert.equal(page.success, true);
    assert.equal(page.count, page.changes.length);
    assert.equal(new Date(page.serverTime).toISOString(), page.serverTime);
    client.take(page.changes);
    since = page.serverTime;
    if (!page.hasMore) return { since, pages, last: page };
    await between();
  }
}

test("an old client that starts from the beginning has the server's rows, except discarded drafts", async () => {
  for (let n = 0; n < 3; n++) await work(running, n);
  for (const limit of [2, 500]) {
    const client = new OldClient();
    const { pages } = await pull(client, BEGINNING, limit);
    assert.deepEqual(client.tables(), tablesOf(organization.reader));
    assert.ok(limit === 2 ? pages > 3 : pages === 1, `${pages} pages`);
  }
});

test("a later pull returns changed rows, including those changed by a payment", async () => {
  const client = new OldClient();
  const { since } = await pull(client, BEGINNING, 500);
  // The rows of the last millisecond come again, because it may not have been over.
  const { last } = await pull(client, since, 500);
  const again = last.changes.map(({ collection, mongoId }) => `${collection}/${mongoId}`);
  const before = tablesOf(organization.reader);
  assert.deepEqual(client.tables(), before);

  const [invoice] = (before.invoice ?? []).filter(({ status }) => status === "issued");
  const { id, client_id: clientId } = invoice as { id: number; client_id: number };
  const allocations = [{ invoiceId: id, amountMinor: 100 }];
  const money = { clientId, receivedOn: "2024-01-02", currency: "GBP", amountMinor: 100, method: "cash", allocations };
  const { stream } = await send("POST", "/api/payments", money);
  const { last: news } = await pull(client, since, 500);
  const changed = news.changes.map(({ collection, mongoId }) => `${collection}/${mongoId}`);
  const expected = [`clients/${clientId}`, `invoices/${id}`, `payments/${stream}`, ...again];
  assert.deepEqual(new Set(changed), new Set(expected));
  assert.deepEqual(client.tables(), tablesOf(organization.reader));
});

test("a discarded draft is a delete", async () => {
  const { stream } = await send("POST", "/api/invoices", {});
  const client = new OldClient();
  const { since } = await pull(client, BEGINNING, 500);
  assert.ok(client.things.has(`invoices/${stream}`));
  await send("POST", `/api/invoices/${stream}/discard`, {});
  const { last } = await pull(client, since, 500);
  const change = last.changes.find(({ mongoId }) => mongoId === String(stream));
  assert.deepEqual(change, { type: "delete", collection: "invoices", mongoId: String(stream) });
});

test("no event written during a pull is missed", async () => {
  const client = new OldClient();
  let n = 10;
  const { since } = await pull(client, BEGINNING, 4, async () => {
    if (n < 13) await work(running, n++);
  });
  await pull(client, since, 500);
  assert.equal(n, 13);
  assert.deepEqual(client.tables(), tablesOf(organization.reader));
});

test("a missing or invalid `since`, or an invalid limit, is a problem", async () => {
  for (const query of [
    "",
    "since=",
    "since=yesterday",
    "since=2024-01-01",
    "since=2024-01-01T00:00:00",
    "since=2024-02-30T00:00:00Z",
    "since=1704067200000",
    `since=${BEGINNING}&since=${BEGINNING}`,
    `since=${BEGINNING}&limit=0`,
    `since=${BEGINNING}&limit=1001`,
    `since=${BEGINNING}&limit=some`,
    `since=${BEGINNING}&limit=`,
    `since=${BEGINNING}&limit=1e2`,
  ]) {
    const response = await running.call(`/api/sync/pull?${query}`);
    assert.equal(response.status, query.split("since").length > 2 ? 400 : 422, query); // a repeated parameter is 400
    assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  }
  for (const query of [
    "since=2024-01-01T01:00:00%2B01:00",
    `since=${BEGINNING}&deviceId=old`,
    "since=9999-12-31T23:59:59Z",
  ])
    assert.equal((await running.call(`/api/sync/pull?${query}`)).status, 200, query);
});
