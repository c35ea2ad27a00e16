/** `invoify vat`, `sales-list` and `open-items`, on a cache and on its log: the same figures, as text, CSV and JSON. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { parse } from "csv-parse/sync";
import { clientOf, issuedOf, LINE } from "../../../events/business/office.suite.ts";
import { PROFILE } from "../../../fixtures/data/events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openOffice } from "../../writer/office.suite.ts";
import { does, fails, invoify, json } from "../invoify.suite.ts";

const folder = temporaryFolder();
const YEAR = ["--from", "2026-01-01", "--to", "2026-12-31"];
const HOUR_MS = 3_600_000;
const OTHER_LOG = fileURLToPath(new URL("../../../fixtures/logs/every-event.ndjson", import.meta.url));

/** For the temporary files of these commands alone. */
const env = { TMPDIR: temporaryFolder() };

/** An organization in Kiritimati, where days begin 14 hours before those of UTC. @returns places, and the payment's event */
async function writeHistory(): Promise<{ log: string; cache: string; paidAt: number }> {
  const office = await openOffice({ after } as unknown as TestContext, folder, {
    profile: { timeZone: "Pacific/Kiritimati" },
  });
  const address = { country: "FR" };
  office.clock.nowMs = Date.parse("2026-12-30T12:00:00Z");
  const clientId = await clientOf(office, { name: "Élan", address, vatId: "FR123" });
  const otherId = await clientOf(office, { name: "Autre", address, vatId: "DE456" });
  const issue = { issuedOn: "2026-12-31" };
  const invoiceId = await issuedOf(office, { clientId, lines: [LINE] }, issue);
  const line = { ...LINE, vatCategory: "K", vatRate3: 0 };
  await issuedOf(office, { clientId, lines: [line] }, issue);
  await issuedOf(office, { clientId: otherId, lines: [{ ...line, price6: 50e6 }] }, issue);
  office.clock.nowMs = Date.parse("2027-01-03T12:00:00Z");
  const amounts = { currency: PROFILE.currency, amountMinor: 12_000, method: "bank_transfer" };
  const allocations = [{ invoiceId, amountMinor: 12_000 }];
  const payment = { clientId, receivedOn: "2026-12-31", ...amounts, allocations };
  const { seq: paidAt } = await office.accepts("ReceivePayment", payment);
  office.clock.nowMs += 2 * HOUR_MS;
  await clientOf(office, { name: "Later" });
  return { log: office.log.name, cache: office.cachePath, paidAt };
}

const { log, cache, paidAt } = await writeHistory();

test("vat adds up the same from a cache and from its log", async () => {
  const text = await does(["vat", cache, ...YEAR]);
  assert.match(text, /^S +20 % +1 +100\.00 \w{3} +20\.00 /m);
  assert.match(text, /^K +0 % +2 +150\.00 /m);
  assert.equal(await does(["vat", log, ...YEAR]), text);
  const { rows, accounting_tax_minor } = await json(["vat", log, ...YEAR]);
  assert.deepEqual([(rows as object[]).length, accounting_tax_minor], [2, 2_000]);
  const csv = (await invoify(["vat", cache, ...YEAR, "--csv"])).stdout;
  assert.ok(!csv.includes("\ufeff") && csv.endsWith("\r\n"));
  const lines = parse(csv, { columns: true }) as Record<string, string>[];
  assert.deepEqual(
    lines.map(({ VAT, Taxable }) => [Taxable, VAT]),
    [
      ["100.00", "20.00"],
      ["150.00", "0.00"],
    ],
  );
  assert.match(
    await does(["vat", cache, "--from", "2020-01-01", "--to", "2020-12-31"]),
    /^No documents are dated from/,
  );
});

test("open-items takes what is dated and what is known apart", async () => {
  const open = async (from: string, ...moment: string[]) => {
    const { items } = await json(["open-items", from, ...moment]);
    return (items as { balance_minor: number }[]).map(({ balance_minor }) => balance_minor);
  };
  for (const place of [cache, log]) {
    assert.deepEqual(await open(place), [10_000, 5_000]);
    assert.deepEqual(await open(place, "--dated-until", "2026-12-31"), [10_000, 5_000], "paid on that day");
    assert.deepEqual(await open(place, "--dated-until", "2026-12-30"), []);
    const before = [12_000, 10_000, 5_000];
    assert.deepEqual(await open(place, "--dated-until", "2026-12-31", "--at", `event:${paidAt - 1}`), before);
    assert.deepEqual(await open(place, "--at", "2027-01-03"), before, "the end of a day");
    assert.deepEqual(await open(place, "--at", "2027-01-03T11:59:59Z"), before, "the last event at or before a time");
    assert.deepEqual(await open(place, "--at", "2027-01-03T12:00:00Z"), [10_000, 5_000]);
    // Noon of the third in UTC is the fourth there.
    assert.deepEqual(await open(place, "--at", "2027-01-04"), [10_000, 5_000], "a day there");
    assert.deepEqual(await open(place, "--at", "2020-01-01"), [], "before the first event");
  }
  assert.match(await does(["open-items", cache]), /150\.00 \w{3} open, of which .*\n2 open items$/s);
});

test("sales-list names the documents that may not belong there", async () => {
  const text = await does(["sales-list", cache, ...YEAR]);
  assert.match(text, /^K +FR +FR123 +Élan +1 +100\.00/m);
  assert.match(text, /^K +FR +DE456 +Autre +1 +50\.00/m);
  assert.match(text, /^invoice \S+, Autre: the VAT id is of another country than the buyer/m);
  assert.equal(await does(["sales-list", log, ...YEAR]), text);
});

/** A folder with the log and, beside it, a cache. @returns the log's file */
async function withCacheBeside(name: string, from: string): Promise<string> {
  const place = join(folder, name);
  mkdirSync(place);
  await new Database(log, { readonly: true }).backup(join(place, "log.sqlite"));
  await does(["replay", "--from", from, "--to", join(place, "invoify.sqlite")]);
  return join(place, "log.sqlite");
}

/** Every command that prints books, with words for all of its parts. */
const OF_BOOKS: readonly (readonly string[])[] = [
  ["vat", ...YEAR, "--json", "--dated-until", "2026-12-31"],
  ["sales-list", ...YEAR],
  ["open-items"],
  ["numbers"],
];

test("a report of a moment is the same from a cache, a log, a log beside its cache, and the log up to there", async () => {
  const beside = await withCacheBeside("beside", log);
  const noRoom = { env: { TMPDIR: join(folder, "none") } };
  const outputs = new Set<string>();
  for (const at of [
    "0",
    "3",
    `event:${paidAt - 1}`,
    String(paidAt),
    "2026-12-30",
    "2027-01-03T11:59:59Z",
    "2099-01-01",
  ])
    for (const [command = "", ...words] of OF_BOOKS) {
      const of = async (place: string, options = {}) =>
        (await invoify([command, place, ...words, "--at", at], options)).stdout;
      const expected = await of(log);
      assert.equal(await of(cache), expected, `${command} --at ${at}`);
      // It asks the cache: for a replay there is no room.
      assert.equal(await of(beside, noRoom), expected, `${command} --at ${at} beside a cache`);
      outputs.add(expected);
    }
  const upTo = join(folder, "up-to.sqlite");
  await does(["replay", "--from", log, "--to", upTo, "--at", String(paidAt - 1)]);
  for (const [command = "", ...words] of OF_BOOKS) {
    // Without the day of today: the ages and the next number of these two are of other days.
    if (words.length === 0) continue;
    assert.equal(
      await does([command, cache, ...words, "--at", String(paidAt - 1)]),
      await does([command, upTo, ...words]),
    );
  }
  assert.ok(outputs.size > 8, `${outputs.size} different outputs`);
});

test("a cache beside a log is not asked if it ends before the moment, or is of another log", async () => {
  const early = await withCacheBeside("early", log);
  await does(["replay", "--from", log, "--to", join(folder, "early", "invoify.sqlite"), "--at", String(paidAt - 1)]);
  const foreign = await withCacheBeside("foreign", OTHER_LOG);
  for (const place of [early, foreign])
    for (const words of [[], ["--at", String(paidAt)], ["--at", "2027-01-03T14:00:00Z"]])
      assert.deepEqual(
        ((await json(["open-items", place, ...words])).items as { balance_minor: number }[]).map(
          (row) => row.balance_minor,
        ),
        [10_000, 5_000],
        `${place} ${words.join(" ")}`,
      );
});

test("a report refuses options that it cannot mean, in words", async () => {
  await fails(["vat", cache, "--from", "2026-12-31", "--to", "2026-01-01"], 2, /--to: must not be before 2026-12-31/);
  await fails(["vat", cache, "--from", "2026-02-30", "--to", "2026-12-31"], 2, /--from: must be a day/);
  await fails(["vat", cache, ...YEAR, "--at", "9999"], 2, /--at 9999: must be an event up to \d+/);
  await fails(["vat", cache, ...YEAR, "--at", "2026"], 2, /--at 2026: an event or a date/);
  await fails(["vat", cache, "--from", "2026-01-01"], 2, /vat needs --to DAY/);
  await fails(["open-items", cache, "--client", "999999"], 2, /--client: there is no client 999999/);
  await fails(["open-items", cache, "--currency", "XXY"], 2, /--currency: must be a currency/);
  await fails(["open-items", join(folder, "none.sqlite")], 2, /there is no such file/);
});

test("a moment that the events have not reached is noted", async () => {
  const { exitCode, stderr } = await invoify(["open-items", cache, "--at", "2099-12-31"]);
  assert.equal(exitCode, 0);
  assert.match(stderr, /^invoify: --at 2099-12-31: the events end earlier, with event \d+ at 2027-01-03T14/);
});

test("a report of a log leaves no file", async () => {
  await does(["vat", log, ...YEAR], { env });
  assert.deepEqual(readdirSync(env.TMPDIR), []);
});
