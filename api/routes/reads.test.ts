/** Reads over HTTP: their responses, the roles that may read, and the problems of invalid queries. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryCharacter } from "../../fixtures/data/arbitrary.ts";
import { call, join, openOffice } from "../sessions/people.suite.ts";
import { READ_ROUTES } from "./read-routes.ts";

/** Noon in London: the demo's clock, and tests', says what is overdue. */
const clock = { nowMs: Date.UTC(2026, 2, 15, 12) };
const office = await openOffice(undefined, { writer: { clock: () => clock.nowMs, checkClock: false } });
const { base, owner } = office;
const viewer = await join(office, "viewer");

type Rows = { rows: { id: number }[]; next: string | null };
const get = (path: string, headers?: Record<string, string>) =>
  call(base, "GET", path, undefined, { token: viewer.token, ...(headers && { headers }) });
const send = async (path: string, body: object) => {
  const answer = await call(base, "POST", path, body, { token: owner.token });
  assert.equal(answer.status, 200, answer.text);
  return Number(answer.body.stream);
};
const idsOf = async (path: string) => {
  const { status, body, text } = await get(path);
  assert.equal(status, 200, text);
  return (body as unknown as Rows).rows.map(({ id }) => id);
};

const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };
const clientId = await send("/api/clients", { name: "Zürich Café", address: { country: "CH" } });
const issue = async (dueOn: string) => {
  const id = await send("/api/invoices", { clientId, lines: [LINE] });
  await send(`/api/invoices/${id}/issue`, { issuedOn: "2026-03-01", dueOn });
  return id;
};
const [yesterday, today, tomorrow] = [await issue("2026-03-14"), await issue("2026-03-15"), await issue("2026-03-16")];
const draft = await send("/api/invoices", { clientId });

test("GET of a list is for every role, newest first, in pages", async () => {
  assert.deepEqual(await idsOf("/api/invoices"), [draft, tomorrow, today, yesterday]);
  const first = (await get("/api/invoices?limit=3")).body as unknown as Rows;
  assert.equal(first.rows.length, 3);
  assert.deepEqual(await idsOf(`/api/invoices?limit=3&cursor=${first.next}`), [yesterday]);
  assert.deepEqual(await idsOf("/api/invoices?q=zurich+caf&status=draft"), [draft]);
  const { number_series } = (await get("/api/organization")).body as unknown as { number_series: { name: string }[] };
  const series = number_series[0]?.name ?? "";
  const words = {
    series,
    from: "2026-01-01",
    to: "2026-12-31",
    currency: "GBP",
    vat_category: "S",
    vat_rate3: "20000",
  };
  for (const { path, query } of READ_ROUTES) {
    if (path.includes(":id")) continue;
    const needed = Object.entries(words).filter(([name]) => query.shape[name]?.isOptional() === false);
    const { status, text } = await get(`${path}?${new URLSearchParams(needed)}`);
    assert.equal(status, 200, `${path}: ${text}`);
  }
});

test("GET /api/invoices?overdue= uses today's date in the organization's time zone", async () => {
  assert.deepEqual(await idsOf("/api/invoices?overdue=true"), [yesterday]);
  clock.nowMs += 12 * 3_600_000 - 1;
  assert.deepEqual(await idsOf("/api/invoices?overdue=true"), [yesterday]);
  clock.nowMs += 1;
  assert.deepEqual(await idsOf("/api/invoices?overdue=true"), [yesterday, today]);
  assert.deepEqual(await idsOf("/api/invoices?overdue=false"), [draft, tomorrow]);
});

test("GET of something unknown gets 404 with the same code as commands", async () => {
  for (const [path, code] of [
    ["/api/invoices/999999", "UNKNOWN_INVOICE"],
    ["/api/invoices/999999/history", "UNKNOWN_INVOICE"],
    [`/api/invoices/${clientId}`, "UNKNOWN_INVOICE"],
    ["/api/clients/999999", "UNKNOWN_CLIENT"],
    ["/api/items/999999", "UNKNOWN_ITEM"],
    ["/api/payments/999999", "UNKNOWN_PAYMENT"],
    ["/api/refunds/999999", "UNKNOWN_REFUND"],
    ["/api/users/999999", "UNKNOWN_USER"],
  ] as const) {
    const { status, body } = await get(path);
    assert.deepEqual([status, body.code], [404, code], path);
  }
});

test("GET with invalid parameters gets 422, with unknown or repeated ones 400, and names them", async () => {
  for (const [path, field] of [
    ["/api/invoices?limit=0", "limit"],
    ["/api/invoices?limit=201", "limit"],
    ["/api/invoices?limit=", "limit"],
    ["/api/clients?limit=0x10", "limit"],
    ["/api/activity?limit=1e1", "limit"],
    ["/api/activity?type=InvoiceIsued", "type"],
    ["/api/activity?type=", "type"],
    ["/api/users?limit=+5", "limit"],
    ["/api/payments?limit=05", "limit"],
    ["/api/invoices?cursor=abc", "cursor"],
    ["/api/invoices?sort=number;drop", "sort"],
    ["/api/invoices?status=paid", "status"],
    ["/api/invoices?issued_from=yesterday", "issued_from"],
    ["/api/invoices?issued_from=2026-02-30", "issued_from"],
    ["/api/invoices?due_to=2025-02-29", "due_to"],
    ["/api/payments?received_from=2026-04-31", "received_from"],
    ["/api/activity?from=2026-02-30T00:00:00Z", "from"],
    ["/api/invoices?currency=euro", "currency"],
    ["/api/invoices?currency=EUE", "currency"],
    ["/api/payments?currency=XTS", "currency"],
    ["/api/invoices?cursor=%20", "cursor"],
    ["/api/invoices?client=x", "client"],
    ["/api/invoices?open=yes", "open"],
    ["/api/payments?client=%27", "client"],
    ["/api/activity?from=2026", "from"],
    ["/api/invoices/0", "id"],
    ["/api/invoices/1e3", "id"],
  ] as const) {
    const { status, body } = await get(path);
    assert.equal(status, 422, path);
    const [error] = body.errors as { field: string; message: string }[];
    assert.equal(error?.field, field, path);
    assert.doesNotMatch(error?.message ?? "", /pattern|\^|regex|Invalid input$/, "words, not a pattern");
  }
  for (const [path, name] of [
    ["/api/clients?colour=red", "colour"],
    ["/api/invoices?limit=5&limit=6", "limit"],
  ] as const) {
    const { status, body } = await get(path);
    assert.deepEqual([status, body.values], [400, { name }]);
  }
});

test("a cursor is accepted only as a page gave it, letter by letter", async () => {
  for (let n = 0; n < 3; n++) await send("/api/clients", { name: `Paged ${n}`, address: { country: "GB" } });
  const { next } = (await get("/api/clients?limit=1")).body as { next: string };
  assert.equal((await get(`/api/clients?cursor=${next}`)).status, 200);
  const ofAnotherSort = Buffer.from(JSON.stringify(["-name", "x", 1])).toString("base64url");
  for (const cursor of [
    `${next}=`,
    `${next}!`,
    `${next.slice(0, -1)}`,
    ` ${next}`,
    `${next}${next}`,
    ofAnotherSort,
    "x",
    "%00",
  ]) {
    const { status, body } = await get(`/api/clients?cursor=${encodeURIComponent(cursor)}`);
    assert.deepEqual([status, (body.errors as { field: string }[])[0]?.field], [422, "cursor"], cursor);
  }
});

test("GET compresses a long response in the client's preferred encoding", async () => {
  for (let n = 0; n < 10; n++) await send("/api/clients", { name: `Client ${n}`, address: { country: "GB" } });
  const plain = await get("/api/clients", { "accept-encoding": "identity" });
  assert.equal(plain.headers.get("content-encoding"), null);
  for (const encoding of ["gzip", "zstd"]) {
    const packed = await get("/api/clients", { "accept-encoding": encoding });
    assert.equal(packed.headers.get("content-encoding"), encoding);
    assert.equal(packed.text, plain.text);
    assert.equal(packed.headers.get("cache-control"), "no-store");
  }
  assert.equal((await get("/api/users/2", { "accept-encoding": "gzip" })).headers.get("content-encoding"), null);
});

test("GET of a report refuses a moment or a period that cannot be meant, and names the field", async () => {
  const year = "from=2026-01-01&to=2026-12-31";
  for (const [path, field, message] of [
    ["/api/vat-report?from=2026-02-01&to=2026-01-31", "to", /must not be before 2026-02-01/],
    ["/api/sales-list?from=2026-02-01&to=2026-01-31", "to", /must not be before 2026-02-01/],
    [`/api/vat-report?${year}&at=999999`, "at", /must be an event up to \d+, the last one that is known here/],
    ["/api/open-items?at=-1", "at", /not a sequence/],
    ["/api/invoices?at=2026", "at", /an event or a date/],
    ["/api/open-items?dated_until=2026-02-30", "dated_until", /must be a day/],
    ["/api/aged-balances?client=999999", "client", /there is no client 999999/],
    [`/api/clients/${clientId}?at=999999`, "at", /must be an event up to/],
    ["/api/vat-report?from=2026-01-01", "to", /is missing/],
  ] as const) {
    const { status, body } = await get(path);
    const [error] = body.errors as { field: string; message: string }[];
    assert.deepEqual([status, body.code, error?.field], [422, "NOT_VALID", field], path);
    assert.match(error?.message ?? "", message, path);
  }
});

test("GET of reports has what is dated until a day, as known at a moment", async () => {
  const page = async (path: string) =>
    (await get(path)).body as unknown as { rows: { id: number; open_minor: number }[] };
  const open = await page("/api/open-items");
  assert.deepEqual(
    open.rows.map(({ id, open_minor }) => [id, open_minor]),
    [yesterday, today, tomorrow].map((id) => [id, 12_000]),
  );
  assert.deepEqual((await page("/api/open-items?dated_until=2026-02-28")).rows, []);
  assert.deepEqual((await page(`/api/open-items?at=${yesterday}`)).rows, [], "drafted, not issued");
  const { body } = await get("/api/vat-report?from=2026-03-01&to=2026-03-31");
  const { accounting_tax_minor, rows } = body as unknown as { accounting_tax_minor: number; rows: object[] };
  assert.deepEqual([accounting_tax_minor, rows.length], [6_000, 1]);
  const balances = async (query: string) => {
    const client = (await get(`/api/clients/${clientId}${query}`)).body as unknown as { balances: object[] };
    return client.balances.length;
  };
  assert.deepEqual([await balances(""), await balances("?dated_until=2026-02-28")], [1, 0]);
});

test("GET with any parameters returns a page or a problem, never an internal error", async () => {
  const text = fc.oneof(
    fc.string({ unit: arbitraryCharacter, maxLength: 30 }),
    fc.constantFrom("'", '"', "a*", '"a" OR "b"', "NEAR(a b)", "-", "%", "\u0000", "999999999999999999", "true", "-1"),
  );
  const names = [
    "q",
    "status",
    "client",
    "limit",
    "cursor",
    "sort",
    "issued_from",
    "gross_min",
    "open",
    "stream",
    "from",
    "to",
    "dated_until",
    "at",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...READ_ROUTES.map(({ path }) => path)),
      fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 2 }),
      text,
      async (path, words, id) => {
        const address = `${path.replace(":id", encodeURIComponent(id) || "0")}?${new URLSearchParams(words)}`;
        const { status, text: answer } = await get(address);
        assert.ok(status < 500, `${address}: ${answer}`);
        assert.doesNotThrow(() => JSON.parse(answer), address);
      },
    ),
    { numRuns: 250 },
  );
});

test("GET /api/invoices?q= accepts any text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: arbitraryCharacter, maxLength: 60 }), async (typed) => {
      for (const path of ["/api/invoices", "/api/clients"])
        assert.equal((await get(`${path}?${new URLSearchParams({ q: typed })}`)).status, 200, typed);
    }),
    { numRuns: 100 },
  );
});
