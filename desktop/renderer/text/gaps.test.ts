/** What is told as required is what the decider refuses, for every combination; nothing else is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openMemoryOffice } from "../../../events/business/memory-office.suite.ts";
import { LINE } from "../../../events/business/office.suite.ts";
import { Refusal } from "../../../events/errors.ts";
import { PROFILE } from "../../../fixtures/data/events.ts";
import { type Buyer, buyerGaps, type Draft, gapsOf, type Seller, sellerGaps } from "./gaps.ts";

const CATEGORIES = ["S", "Z", "E", "AE", "K", "G", "O"] as const;
const rateOf = (category: string) => (category === "S" ? 20_000 : category === "O" ? null : 0);

const TAX_NUMBER: Seller["more"] = {
  ...{ identifiers: [], companyIdScheme: null, taxId: "12/345", legalInfo: null, electronicAddress: null },
  ...{ contact: null, accounts: [], creditorId: null, taxRepresentative: null, colour: null },
};

/** Refusals that the issue step shows at its own fields, or that these histories cannot bring about. */
const situation = fc.record({
  seller: fc.record({
    vatId: fc.constantFrom(null, "GB123"),
    more: fc.constantFrom(null, TAX_NUMBER),
    series: fc.constantFrom(
      PROFILE.series,
      [],
      PROFILE.series.map((one) => ({ ...one, kind: "credit_note" as const })),
    ),
  }),
  buyer: fc.record({
    vatId: fc.constantFrom(null, "DE1"),
    companyId: fc.constantFrom(null, "HRB 7"),
    archived: fc.boolean(),
  }),
  hasClient: fc.boolean(),
  category: fc.constantFrom(null, ...CATEGORIES),
  reason: fc.constantFrom(null, "Exempt by article 135"),
});

const WITHOUT_VAT_ID = { vatId: null, companyId: null, archived: false };
const COMPLETE = {
  seller: { vatId: "GB123" as const, more: null, series: PROFILE.series },
  buyer: { vatId: "DE1" as const, companyId: null, archived: false },
  hasClient: true,
  category: "S" as const,
  reason: null,
};

const ADDRESS = { street: "1 Street", street2: null, city: "Town", postcode: "1", region: null, country: "GB" };

const SELLER: Seller = {
  street: "1 Street",
  city: "Town",
  country: "GB",
  vat_id: "GB123",
  company_id: "7",
  iban: "GB33BUKB20201555555555",
  number_series: [{ kind: "both" }] as Seller["number_series"],
  more: null,
};
const BUYER: Buyer = {
  id: 7,
  name: "Ada Ltd",
  archived: 0,
  street: "1 Road",
  city: "Town",
  country: "GB",
  vat_id: "GB9",
  company_id: null,
  vat_category: null,
};
const DRAFT = {
  id: 9,
  kind: "invoice",
  client_id: 7,
  delivered_on: "2024-01-01",
  lines: [{}],
  taxes: [{ vat_category: "S", reason: null, reason_code: null }],
} as unknown as Draft;

test("gapsOf() says required exactly if issuing is refused", async (t) => {
  const refused = new Set<string>();
  await fc.assert(
    fc.asyncProperty(situation, async ({ seller, buyer, hasClient, category, reason }) => {
      const office = await openMemoryOffice(t, { profile: { ...seller, address: ADDRESS } });
      const details = { name: "Ada Ltd", address: { country: "GB" }, vatId: buyer.vatId, companyId: buyer.companyId };
      const clientId = (await office.run("RegisterClient", details)).stream;
      const lines = category === null ? [] : [{ ...LINE, vatCategory: category, vatRate3: rateOf(category) }];
      const reasons = reason !== null && category === "E" ? [{ vatCategory: "E", reason }] : [];
      const draft = { lines, reasons, clientId: hasClient ? clientId : null };
      const id = (await office.run("DraftInvoice", draft)).stream;
      if (buyer.archived) await office.run("ArchiveClient", {}, { id: clientId });
      const content = office.books.invoiceContent(id);
      assert.ok(content);
      const row = {
        ...DRAFT,
        id,
        client_id: content.clientId,
        lines: content.lines,
        taxes: content.taxes.map((tax) => ({ vat_category: tax.vatCategory, reason: tax.reason, reason_code: null })),
      } as unknown as Draft;
      const own = { ...SELLER, vat_id: seller.vatId, more: seller.more, number_series: seller.series as never };
      const client = { ...BUYER, vat_id: buyer.vatId, company_id: buyer.companyId, archived: Number(buyer.archived) };
      const gaps = gapsOf(row, own, hasClient ? client : null).filter((gap) => gap.refused);
      const failure = await office.run("IssueInvoice", {}, { id }).then(
        () => null,
        (error: unknown) => error,
      );
      assert.ok(failure === null || failure instanceof Refusal, String(failure));
      if (failure) refused.add(failure.rule);
      assert.equal(gaps.length > 0, failure !== null, `${failure?.message}: ${gaps.map(({ words }) => words)}`);
    }),
    // The rare refusals, so that none is left to chance.
    {
      numRuns: 500,
      examples: [[{ ...COMPLETE, category: "AE", buyer: WITHOUT_VAT_ID }], [{ ...COMPLETE, category: "E" }]],
    },
  );
  assert.deepEqual([...refused].sort(), [
    "BUYER_VAT_ID_MISSING",
    "CLIENT_ARCHIVED",
    "EXEMPTION_REASON_MISSING",
    "NO_BUYER",
    "NO_LINES",
    "SELLER_VAT_ID_MISSING",
    "UNKNOWN_SERIES",
  ]);
});

test("nothing is missing from a complete document; each missing part is told once, and leads to its field", () => {
  assert.deepEqual(gapsOf(DRAFT, SELLER, BUYER), []);
  const fields = (gaps: readonly { to: string }[]) =>
    gaps.map(({ to }) => new URLSearchParams(to.split("?")[1]).get("field"));
  const seller = (part: Partial<Seller>) => fields(gapsOf(DRAFT, { ...SELLER, ...part }, BUYER));
  assert.deepEqual(seller({ street: null, city: null }), ["address.street"]);
  assert.deepEqual(seller({ city: null }), ["address.city"]);
  assert.deepEqual(seller({ country: "ZZ" }), ["address.country"]);
  assert.deepEqual(seller({ iban: null }), ["iban"]);
  assert.deepEqual(seller({ vat_id: null }), ["vatId"]);
  assert.deepEqual(seller({ vat_id: null, more: TAX_NUMBER }), [], "a tax number will do");
  assert.deepEqual(seller({ vat_id: "123" }), ["vatId"]);
  assert.deepEqual(seller({ number_series: [] }), ["add"]);
  const buyer = (part: Partial<Buyer>) => fields(gapsOf(DRAFT, SELLER, { ...BUYER, ...part }));
  assert.deepEqual(buyer({ street: null }), ["address.street"]);
  assert.deepEqual(buyer({ city: null }), ["address.city"]);
  assert.deepEqual(buyer({ country: "ZZ" }), ["address.country"]);
  assert.deepEqual(buyer({ vat_id: null }), [], "domestic VAT needs none");
});

test("an organization and a client are told what they lack before there is a document", () => {
  assert.deepEqual(sellerGaps(SELLER, null), []);
  const bare = { ...SELLER, street: null, vat_id: null, iban: null, number_series: [] };
  assert.deepEqual(
    sellerGaps(bare, null).map(({ refused, of }) => [refused, of]),
    [
      [true, "organization"],
      [false, "organization"],
      [false, "organization"],
      [false, "organization"],
      [false, "organization"],
    ],
  );
  assert.deepEqual(buyerGaps({ ...BUYER, vat_id: null, vat_category: "S" }, null), []);
  for (const vat_category of ["AE", "K"] as const)
    assert.equal(buyerGaps({ ...BUYER, vat_id: null, vat_category }, null)[0]?.refused, true);
});
