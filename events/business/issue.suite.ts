/** Decisions about issuing. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILE } from "../../fixtures/data/events.ts";
import type { InvoiceIssued } from "./issue.ts";
import {
  clientOf,
  draftOf,
  type Input,
  issuedOf,
  LINE,
  NOON_MS,
  type Office,
  type OpenOffice,
} from "./office.suite.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MAIN = PROFILE.series[0];
const NOTES = {
  name: "notes",
  kind: "credit_note",
  pattern: "CN/{000}",
  first: 1,
  reset: "never",
  foreign: false,
} as const;
const IMPORT = { name: "import", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true } as const;

/** A line in a category that has no rate, or zero. */
const lineIn = (vatCategory: string) => ({ ...LINE, vatCategory, vatRate3: vatCategory === "O" ? null : 0 });

async function issue(office: Office, id: number, input: Input = {}): Promise<InvoiceIssued> {
  const event = await office.accepts("IssueInvoice", input, { id });
  assert.ok(event.type === "InvoiceIssued");
  return event.data;
}

export function issueDecisions(open: OpenOffice): void {
  test("IssueInvoice sets number and dates, and copies seller, buyer and sums", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office, { name: "Buyer Ltd", vatId: "GB9", companyId: "B-7" });
    const id = await draftOf(office, { clientId });
    const { vatId, companyId, iban, bic, address } = PROFILE;
    assert.deepEqual(await issue(office, id), {
      series: "main",
      counter: 1,
      number: "INV-00001",
      issuedOn: "2024-03-15",
      dueOn: "2024-04-14",
      seller: { name: PROFILE.legalName, address, vatId, companyId, iban, bic, more: null },
      buyer: {
        name: "Buyer Ltd",
        address: { street: null, street2: null, city: null, postcode: null, region: null, country: "GB" },
        vatId: "GB9",
        companyId: "B-7",
        more: null,
      },
      taxes: [
        { vatCategory: "S", vatRate3: 20_000, taxableMinor: 10_000, taxMinor: 2_000, reason: null, reasonCode: null },
      ],
      totals: {
        linesMinor: 10_000,
        allowancesMinor: 0,
        chargesMinor: 0,
        netMinor: 10_000,
        taxMinor: 2_000,
        grossMinor: 12_000,
        prepaidMinor: 0,
        payableMinor: 12_000,
        roundingMinor: 0,
      },
      accounting: null,
      period: "",
      passedOver: [],
      language: "en",
      format: null,
    });
  });

  test("IssueInvoice counts days to the due date: as the command says, the draft, the client, the organization", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office, { termsDays: 10 });
    for (const [draft, input, dueOn] of [
      [{}, {}, "2024-04-14"],
      [{ clientId }, {}, "2024-03-25"],
      [{ clientId, termsDays: 0 }, {}, "2024-03-15"],
      [{ clientId, termsDays: 1 }, { dueOn: "2024-12-31" }, "2024-12-31"],
    ] as const)
      assert.equal((await issue(office, await draftOf(office, draft), input)).dueOn, dueOn);
  });

  test("IssueInvoice uses today's date in the organization's time zone", async (t) => {
    const office = await open(t, { profile: { timeZone: "Pacific/Honolulu" } });
    office.clock.nowMs = Date.UTC(2024, 2, 16, 9, 59, 59, 999);
    assert.equal((await issue(office, await draftOf(office))).issuedOn, "2024-03-15");
    office.clock.nowMs++;
    assert.equal((await issue(office, await draftOf(office))).issuedOn, "2024-03-16");
  });

  for (const [what, draft, input, expected] of [
    ["no lines", { lines: [] }, {}, { rule: "NO_LINES", field: "lines" }],
    ["no buyer", { clientId: null }, {}, { rule: "NO_BUYER", field: "clientId" }],
    ["a day that is not", {}, { issuedOn: "2023-02-29" }, { rule: "UNKNOWN_DATE", field: "issuedOn" }],
    ["a due day that is not", {}, { dueOn: "2024-04-31" }, { rule: "UNKNOWN_DATE", field: "dueOn" }],
    ["tomorrow", {}, { issuedOn: "2024-03-16" }, { rule: "ISSUED_IN_FUTURE", field: "issuedOn" }],
    [
      "a series that is not there",
      {},
      { series: "x" },
      { rule: "UNKNOWN_SERIES", field: "series", values: { series: "x", kind: "invoice" } },
    ],
    [
      "a series for another kind",
      {},
      { series: "notes" },
      { rule: "SERIES_OF_OTHER_KIND", field: "series", values: { series: "notes", kind: "invoice" } },
    ],
    [
      "a number in a series that makes its own",
      {},
      { number: "7" },
      { rule: "NUMBER_NOT_ALLOWED", field: "number", values: { series: "main", number: "7" } },
    ],
    [
      "no number in a foreign series",
      {},
      { series: "import" },
      { rule: "NUMBER_MISSING", field: "number", values: { series: "import" } },
    ],
    [
      "an exempt line without its reason",
      { lines: [lineIn("E")] },
      {},
      { rule: "EXEMPTION_REASON_MISSING", field: "reasons", values: { vatCategory: "E", vatRate3: 0 } },
    ],
    ["reverse charge to nobody", { lines: [lineIn("AE")] }, {}, { rule: "BUYER_VAT_ID_MISSING" }],
    ["intra-community supply to nobody", { lines: [lineIn("K")] }, {}, { rule: "BUYER_VAT_ID_MISSING" }],
    [
      "VAT in another currency without its rate",
      { currency: "EUR" },
      {},
      { rule: "EXCHANGE_RATE_MISSING", field: "exchangeRate6", values: { currency: "EUR", home: "GBP" } },
    ],
    [
      "VAT that cannot be counted at home",
      { currency: "EUR", lines: [{ ...LINE, quantity6: 1e12 }] },
      { exchangeRate6: Number.MAX_SAFE_INTEGER },
      { rule: "AMOUNT_TOO_LARGE", field: "accounting" },
    ],
  ] as const) {
    test(`IssueInvoice refuses ${what}: ${expected.rule}`, async (t) => {
      const office = await open(t, { profile: { series: [MAIN, NOTES, IMPORT] as never } });
      await office.refuses("IssueInvoice", input, { id: await draftOf(office, draft) }, expected);
      assert.equal((await issue(office, await draftOf(office))).number, "INV-00001", "no number is lost");
    });
  }

  test("IssueInvoice refuses every category but O where the organization has no VAT id", async (t) => {
    const office = await open(t, { profile: { vatId: null } });
    for (const vatCategory of ["S", "Z", "E", "AE", "K", "G", "L", "M"]) {
      const line = vatCategory === "S" ? LINE : lineIn(vatCategory);
      const id = await draftOf(office, { lines: [line] });
      await office.refuses("IssueInvoice", {}, { id }, { rule: "SELLER_VAT_ID_MISSING" });
    }
    await issue(office, await draftOf(office, { lines: [lineIn("O")] }));
  });

  test("IssueInvoice leaves VAT ids out of what is not subject to VAT, and gives the usual reasons", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office, { vatId: "GB9" });
    for (const [category, reason] of [
      ["O", "Not subject to VAT"],
      ["AE", "Reverse charge"],
      ["K", "Intra-community supply"],
      ["G", "Export outside the EU"],
    ] as const) {
      const { seller, buyer, taxes } = await issue(
        office,
        await draftOf(office, { clientId, lines: [lineIn(category)] }),
      );
      assert.equal(taxes[0]?.reason, reason);
      assert.deepEqual([seller.vatId, buyer.vatId], category === "O" ? [null, null] : [PROFILE.vatId, "GB9"]);
    }
  });

  test("IssueInvoice states VAT in the organization's currency too, whatever the decimals", async (t) => {
    const office = await open(t);
    for (const [currency, exchangeRate6, taxMinor] of [
      ["EUR", 850_000, 1_700], // 20.00 EUR at 0.85 = 17.00 GBP
      ["JPY", 5_250, 11], // 20 JPY at 0.00525 = 0.105 GBP, half away from zero
      ["KWD", 2_600_000, 5_200], // 20.000 KWD at 2.6 = 52.00 GBP
    ] as const) {
      const id = await draftOf(office, { currency });
      assert.deepEqual((await issue(office, id, { exchangeRate6 })).accounting, {
        currency: "GBP",
        rate6: exchangeRate6,
        taxMinor,
      });
    }
    const noVat = await draftOf(office, { currency: "EUR", lines: [lineIn("Z")] });
    assert.equal((await issue(office, noVat)).accounting, null);
  });

  test("numbers are gapless in each series, through refusals, discards and voids", async (t) => {
    const office = await open(t, {
      profile: { series: [{ ...MAIN, kind: "invoice" }, NOTES, IMPORT] as never },
    });
    const clientId = await clientOf(office);
    const numbers: string[] = [];
    for (let n = 0; n < 12; n++) {
      const id = await draftOf(office, { clientId, kind: n % 3 === 2 ? "credit_note" : "invoice" });
      await assert.rejects(office.run("IssueInvoice", { issuedOn: "2024-03-16" }, { id }));
      if (n % 4 === 1) await office.run("DiscardDraft", {}, { id });
      else numbers.push((await issue(office, id)).number);
      if (n % 4 === 2) await office.run("VoidInvoice", { reason: "r", neverDelivered: true }, { id });
    }
    const ownOf = (prefix: string) => numbers.filter((number) => number.startsWith(prefix));
    assert.deepEqual(ownOf("INV-"), ["INV-00001", "INV-00002", "INV-00003", "INV-00004", "INV-00005", "INV-00006"]);
    assert.deepEqual(ownOf("CN/"), ["CN/001", "CN/002", "CN/003"]);
    const lastOf = (series: string) => office.books.series(series, "").lastNumber;
    assert.deepEqual([lastOf("main"), lastOf("notes")], [6, 3]);
  });

  test("IssueInvoice refuses a date before the last one of its series, unless the series is foreign", async (t) => {
    const office = await open(t, { profile: { series: [MAIN, NOTES, IMPORT] as never } });
    await issuedOf(office, {}, { issuedOn: "2024-03-10" });
    const id = await draftOf(office);
    await office.refuses(
      "IssueInvoice",
      { issuedOn: "2024-03-09" },
      { id },
      {
        rule: "ISSUED_BEFORE_LAST",
        field: "issuedOn",
        values: { series: "main", issuedOn: "2024-03-09", lastIssuedOn: "2024-03-10" },
      },
    );
    await issue(office, id, { issuedOn: "2024-03-10" });
    await issue(office, await draftOf(office), { series: "import", number: "x-2", issuedOn: "2024-03-15" });
    await issue(office, await draftOf(office), { series: "import", number: "x-1", issuedOn: "1999-12-31" });
    assert.equal(office.books.series("import", "").lastIssuedOn, "2024-03-15");
    // Each series for itself. Today is by the clock, so after a clock that was ahead a date may be refused for a while.
    await issue(office, await draftOf(office, { kind: "credit_note" }), { series: "notes", issuedOn: "2024-03-01" });
    await issue(office, await draftOf(office));
    office.clock.nowMs = NOON_MS - DAY_MS;
    const values = { series: "main", issuedOn: "2024-03-14", lastIssuedOn: "2024-03-15" };
    const refused = { rule: "ISSUED_BEFORE_LAST", field: "issuedOn", values } as const;
    await office.refuses("IssueInvoice", {}, { id: await draftOf(office) }, refused);
  });

  test("numbers are unique over all series: a number that is taken is refused in a foreign series, and passed over in others", async (t) => {
    const office = await open(t, { profile: { series: [MAIN, NOTES, IMPORT] as never } });
    const taken = { series: "import", number: "INV-00001", confirmNumber: true };
    const id = await issuedOf(office, {}, taken);
    const draft = await draftOf(office);
    const refused = { rule: "NUMBER_TAKEN", field: "number" } as const;
    const values = { number: "INV-00001", invoice: id, existing: "INV-00001" };
    await office.refuses("IssueInvoice", taken, { id: draft }, { ...refused, values });
    await office.run("VoidInvoice", { reason: "a void one keeps its number", neverDelivered: true }, { id });
    const { number, counter, passedOver } = await issue(office, draft);
    assert.deepEqual([number, counter], ["INV-00002", 2]);
    assert.deepEqual(passedOver, [{ counter: 1, number: "INV-00001", takenBy: id }]);
    assert.deepEqual((await issue(office, await draftOf(office))).passedOver, []);
  });

  test("a number of another system is refused if it is the same to people as any number; a series passes over it", async (t) => {
    const office = await open(t, { profile: { series: [MAIN, NOTES, IMPORT] as never } });
    const own = await issuedOf(office);
    const id = await issuedOf(office, {}, { series: "import", number: "x 7" });
    const draft = await draftOf(office);
    for (const [number, invoice, existing] of [
      ["inv-00001", own, "INV-00001"],
      ["INV–00001", own, "INV-00001"],
      ["ІNV-00001", own, "INV-00001"],
      ["X7", id, "x 7"],
      ["х 7", id, "x 7"],
    ] as const) {
      const taken = { rule: "NUMBER_TAKEN", field: "number", values: { number, invoice, existing } } as const;
      await office.refuses("IssueInvoice", { series: "import", number }, { id: draft }, taken);
    }
    await issue(office, draft, { series: "import", number: "inv 00002" });
    await issue(office, await draftOf(office), { series: "import", number: "inv-00002", confirmNumber: true });
    const { number, passedOver } = await issue(office, await draftOf(office));
    assert.equal(number, "INV-00003");
    assert.equal(passedOver[0]?.number, "INV-00002");
  });

  test("a number grows past its digits", async (t) => {
    const office = await open(t, { profile: { series: [{ ...MAIN, pattern: "INV-{0}" }] as never } });
    const clientId = await clientOf(office);
    let number = "";
    for (let n = 1; n <= 10; n++) number = (await issue(office, await draftOf(office, { clientId }))).number;
    assert.equal(number, "INV-10");
  });
}
