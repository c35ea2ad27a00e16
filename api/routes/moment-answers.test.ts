/** Reads at moments of the past over HTTP: what they answer, what they say of the moment, and who may have it. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CacheError } from "../../projector/cache/errors.ts";
import { Moments } from "../../projector/moments/moments.ts";
import { call, join, openOffice, startApi } from "../sessions/people.suite.ts";
import { READ_ROUTES } from "./read-routes.ts";

/** Noon in London on 1 March; each command is an hour later than the one before. */
const clock = { nowMs: Date.UTC(2026, 2, 1, 12) };
const office = await openOffice(undefined, { writer: { clock: () => clock.nowMs, checkClock: false } });
const { base, owner } = office;
const viewer = await join(office, "viewer");

// A read at a moment on this thread would be a read here of another connection than the organization's.
mock.method(Moments.prototype, "sourceAt", () => assert.fail("the main thread reads at a moment"));

const get = (path: string, headers?: Record<string, string>) =>
  call(base, "GET", path, undefined, { token: viewer.token, ...(headers && { headers }) });
const bodyOf = async (path: string) => {
  const { status, body, text } = await get(path);
  assert.equal(status, 200, `${path}: ${text}`);
  return body;
};
const send = async (method: string, path: string, body: object) => {
  clock.nowMs += 3_600_000;
  const answer = await call(base, method, path, body, { token: owner.token });
  assert.equal(answer.status, 200, answer.text);
  return { id: Number(answer.body.stream), seq: Number(answer.body.seq), atMs: clock.nowMs };
};

const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };
const client = await send("POST", "/api/clients", { name: "Zürich Café", address: { country: "CH" } });
const invoice = await send("POST", "/api/invoices", { clientId: client.id, lines: [LINE] });
const issued = await send("POST", `/api/invoices/${invoice.id}/issue`, { issuedOn: "2026-03-01", dueOn: "2026-03-05" });
/** Every read with a path, as an address with all that it needs. */
const words = {
  from: "2026-01-01",
  to: "2026-12-31",
  currency: "GBP",
  vat_category: "S",
  format: "pdf",
  vat_rate3: "20000",
};
const { number_series } = (await get("/api/organization")).body as unknown as { number_series: { name: string }[] };
const ids: Record<string, number> = { clients: client.id, invoices: invoice.id, users: 2 };
const addresses = READ_ROUTES.flatMap(({ path, query }) => {
  const series = number_series[0]?.name ?? "";
  const needed = Object.entries({ ...words, series }).filter(([name]) => query.shape[name]?.isOptional() === false);
  const id = ids[path.split("/")[2] ?? ""];
  if (path.includes(":id") && id === undefined) return [];
  return [`${path.replace(":id", String(id))}?${new URLSearchParams(needed)}`];
});
/** What each read answers now, before anything else happens. */
const then = new Map<string, unknown>();
for (const address of addresses) then.set(address, await bodyOf(address));
const thenMs = clock.nowMs;

clock.nowMs += 30 * 86_400_000;
await send("PATCH", `/api/clients/${client.id}`, { name: "Another name", address: { country: "CH" } });
await send("POST", "/api/clients", { name: "A later client", address: { country: "GB" } });
await send("POST", "/api/payments", {
  clientId: client.id,
  amountMinor: 5_000,
  currency: "GBP",
  receivedOn: "2026-03-20",
  method: "bank_transfer",
  allocations: [{ invoiceId: invoice.id, amountMinor: 5_000 }],
});

test("every read answers at a moment as it did then, and says the moment", async () => {
  assert.ok(addresses.length > 15);
  for (const address of addresses) {
    const at = await get(`${address}&at=${issued.seq}`);
    assert.equal(at.status, 200, `${address}: ${at.text}`);
    assert.deepEqual(at.body, then.get(address), address);
    assert.equal(at.headers.get("invoify-moment"), String(issued.seq));
    assert.equal(at.headers.get("invoify-moment-time"), new Date(thenMs).toISOString());
  }
});

test("a moment is an event, a time or a day, and decides which day it is", async () => {
  const at = (moment: string) => bodyOf(`/api/clients/${client.id}?at=${encodeURIComponent(moment)}`);
  const name = async (moment: string) => (await at(moment)).name;
  const time = new Date(thenMs).toISOString();
  for (const moment of [String(issued.seq), `event:${issued.seq}`, time, time.replace("Z", "+00:00"), "2026-03-01"])
    assert.equal(await name(moment), "Zürich Café", moment);
  assert.equal(await name("2026-04-30"), "Another name");
  const overdue = async (moment: string) =>
    (await bodyOf(`/api/invoices?overdue=true&at=${moment}`)) as unknown as { rows: { id: number }[] };
  assert.deepEqual((await overdue("2026-03-05")).rows, []);
  assert.deepEqual(
    (await overdue("2026-03-06")).rows.map(({ id }) => id),
    [invoice.id],
  );
});

test("a list at a moment has pages, and what came later is in none of them", async () => {
  type Page = { rows: { id: number }[]; next: string | null };
  const first = (await bodyOf(`/api/users?limit=1&at=${issued.seq}`)) as unknown as Page;
  const second = (await bodyOf(`/api/users?limit=1&at=${issued.seq}&cursor=${first.next}`)) as unknown as Page;
  assert.deepEqual([first.rows.length, second.rows.length, second.next], [1, 1, null]);
  assert.notEqual(first.rows[0]?.id, second.rows[0]?.id);
  const clients = (await bodyOf(`/api/clients?at=${issued.seq}`)) as unknown as Page;
  assert.deepEqual(
    clients.rows.map(({ id }) => id),
    [client.id],
  );
});

test("a moment that is none, or that the log does not have, gets 422 and says why", async () => {
  const head = Number(((await bodyOf("/api/activity?limit=1")) as unknown as { rows: { seq: number }[] }).rows[0]?.seq);
  for (const [at, message] of [
    ["", /not a sequence/],
    ["yesterday", /not a sequence/],
    ["-1", /not a sequence/],
    ["1e3", /not a sequence/],
    ["2026", /an event or a date/],
    ["2026-02-30", /not a calendar day/],
    ["2026-03-01T12:00", /time zone/],
    ["2026-03-01T25:00:00Z", /not a time of day/],
    ["99999999999999999", /no log has that many|not a sequence/],
    [String(head + 1), new RegExp(`up to ${head}`)],
    ["0", /nothing was recorded yet: the first event is of 2026-03-01T1/],
    ["1999-12-31", /nothing was recorded yet/],
    ["2026-03-01T11:59:59Z", /nothing was recorded yet/],
  ] as const)
    for (const path of ["/api/clients?limit=1", `/api/invoices/${invoice.id}?`, "/api/organization?"]) {
      const { status, body, text } = await get(`${path}&at=${encodeURIComponent(at)}`);
      assert.deepEqual([status, body.code], [422, "NOT_VALID"], `${path} ${at}: ${text}`);
      const [error] = body.errors as { field: string; message: string }[];
      assert.equal(error?.field, "at", at);
      assert.match(error.message, message, at);
    }
});

test("what came after the moment gets 404", async () => {
  const { status, body, headers } = await get(`/api/invoices/${invoice.id}?at=${client.seq}`);
  assert.deepEqual([status, body.code], [404, "UNKNOWN_INVOICE"]);
  assert.equal(headers.get("invoify-moment"), String(client.seq));
});

test("clients may keep an answer, but ask again each time: rights change", async () => {
  const path = `/api/clients/${client.id}?at=${issued.seq}`;
  const first = await get(path);
  const etag = first.headers.get("etag") ?? "";
  assert.match(etag, /^"[\w-]{43}\.identity"$/);
  assert.equal(first.headers.get("cache-control"), "private, no-cache");
  assert.match(first.headers.get("vary") ?? "", /authorization/);
  const again = await get(path, { "if-none-match": etag });
  assert.deepEqual([again.status, again.text], [304, ""]);
  assert.equal(again.headers.get("invoify-moment"), String(issued.seq));
  const later = await get(`/api/clients/${client.id}?at=2026-04-30`, { "if-none-match": etag });
  assert.equal(later.status, 200);
  assert.equal((await get(`/api/clients/${client.id}`)).headers.get("cache-control"), "no-store");
});

test("a user who was deactivated later reads nothing, whatever the moment", async () => {
  const former = await join(office, "viewer");
  const path = `/api/clients/${client.id}?at=${issued.seq}`;
  const read = () => call(base, "GET", path, undefined, former);
  assert.equal((await read()).status, 200);
  await send("POST", `/api/users/${former.id}/deactivate`, {});
  assert.equal((await read()).status, 401);
});

test("an event that another process has just written can be named at once", async () => {
  const second = await startApi(office.config);
  const path = (seq: number) => `/api/activity?limit=1&at=event:${seq}`;
  const read = (seq: number) => call(second.base, "GET", path(seq), undefined, { token: viewer.token });
  assert.equal((await read(issued.seq)).status, 200);
  for (let n = 0; n < 3; n++) {
    const { seq } = await send("POST", "/api/clients", { name: `Client ${n}`, address: { country: "GB" } });
    // Longer than the answer that nothing is newer is believed; far shorter than the second for reads of the present.
    await sleep(30);
    const { status, text } = await read(seq);
    assert.equal(status, 200, text);
  }
});

test("an organization that was closed, or whose cache was replaced, is read again", async () => {
  const read = async (at: number) => await get(`/api/activity?limit=1&at=${at}`);
  const seqOf = ({ body }: Awaited<ReturnType<typeof get>>) =>
    (body as unknown as { rows: { seq: number }[] }).rows[0]?.seq;
  office.api.organizations.closeUnused(-1);
  assert.equal(office.api.organizations.open.length, 0);
  assert.equal(seqOf(await read(issued.seq)), issued.seq);

  const organization = await office.api.organizations.get(owner.log);
  assert.ok(organization);
  organization.writer.failureOf(new CacheError("DAMAGED_CACHE", "the test says so"));
  // The server makes a new file. Connections to the old one know nothing of what follows.
  const added = await send("POST", "/api/clients", { name: "A client in the new cache", address: { country: "GB" } });
  assert.notEqual(await office.api.organizations.get(owner.log), organization);
  assert.equal(seqOf(await read(added.seq)), added.seq);
  await organization.close();
  assert.equal(seqOf(await read(issued.seq)), issued.seq);
});
