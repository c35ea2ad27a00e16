/** Decisions about the rest of EN 16931's terms: drafts, parties and credit notes. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILE } from "../../fixtures/data/events.ts";
import { inputOf } from "../commands/command-input.ts";
import { further, furtherOfLine } from "../document/further.ts";
import { furtherOfClient, furtherOfOrganization } from "../document/party.ts";
import { Refusal } from "../errors.ts";
import type { Rule } from "../rules.ts";
import { VAT_CATEGORIES, type VatCategory } from "../values/money.ts";
import {
  clientOf,
  draftOf,
  type Input,
  isRefusal,
  issuedOf,
  LINE,
  type Office,
  type OpenOffice,
} from "./office.suite.ts";

const ofOrganization = (fields: Input) => inputOf(furtherOfOrganization).parse(fields);
const ofClient = (fields: Input) => inputOf(furtherOfClient).parse(fields);
const ofDocument = (fields: Input) => inputOf(further).parse(fields);
const ofLine = (fields: Input) => inputOf(furtherOfLine).parse(fields);

const TEN_PERCENT = { kind: "allowance", reason: "Loyal", percent6: 10_000_000 };
const RATES: Readonly<Partial<Record<VatCategory, number | null>>> = { S: 20_000, B: 22_000, L: 7_000, O: null };
const lineIn = (vatCategory: VatCategory) => {
  const rate = RATES[vatCategory];
  return { ...LINE, vatCategory, vatRate3: rate === undefined ? 0 : rate };
};
const REASONS = [{ vatCategory: "E", reason: null, reasonCode: "VATEX-EU-132" }];

const REPRESENTATIVE = { name: "Fiscal Ltd", vatId: "IE1", address: { country: "IE" } };

/** What a seller has of: a VAT id, a registration for taxes, a representative. */
const SELLERS = {
  nothing: { vatId: null, more: null },
  "a VAT id": { vatId: "GB1", more: null },
  "a tax number": { vatId: null, more: ofOrganization({ taxId: "123/456" }) },
  "a representative": { vatId: null, more: ofOrganization({ taxRepresentative: REPRESENTATIVE }) },
} as const;
const BUYERS = {
  nothing: { vatId: null, companyId: null },
  "a VAT id": { vatId: "DE1", companyId: null },
  "a company number": { vatId: null, companyId: "7" },
} as const;

/** EN 16931: BR-S-2, BR-Z-2, BR-E-2, BR-AE-2, BR-IC-2, BR-G-2, BR-AF-2, BR-AG-2; split payment as a standard rate. */
const NEEDS: Readonly<Record<VatCategory, { seller: readonly string[] | null; buyer: readonly string[] | null }>> = {
  S: { seller: ["a VAT id", "a tax number", "a representative"], buyer: null },
  Z: { seller: ["a VAT id", "a tax number", "a representative"], buyer: null },
  E: { seller: ["a VAT id", "a tax number", "a representative"], buyer: null },
  AE: { seller: ["a VAT id", "a tax number", "a representative"], buyer: ["a VAT id", "a company number"] },
  K: { seller: ["a VAT id", "a representative"], buyer: ["a VAT id"] },
  G: { seller: ["a VAT id", "a representative"], buyer: null },
  O: { seller: null, buyer: null },
  L: { seller: ["a VAT id", "a tax number", "a representative"], buyer: null },
  M: { seller: ["a VAT id", "a tax number", "a representative"], buyer: null },
  B: { seller: ["a VAT id", "a tax number", "a representative"], buyer: null },
};

async function ruleOf(office: Office, id: number): Promise<Rule | null> {
  try {
    await office.run("IssueInvoice", {}, { id });
    return null;
  } catch (error) {
    return (error as Refusal).rule;
  }
}

/** Tries to issue a draft, which the rules of its format refuse. */
async function issueRefused(office: Office, id: number): Promise<Refusal> {
  try {
    await office.run("IssueInvoice", {}, { id });
  } catch (error) {
    if (error instanceof Refusal) {
      assert.ok(isRefusal(error, { rule: "FORMAT_RULES", field: error.field }));
      return error;
    }
    throw error;
  }
  throw new assert.AssertionError({ message: "it is issued" });
}

function partyDecisions(open: OpenOffice): void {
  for (const [what, { vatId, more }] of Object.entries(SELLERS))
    test(`IssueInvoice of a seller with ${what}: in the categories that EN 16931 allows`, async (t) => {
      const office = await open(t, { profile: { vatId, more } });
      for (const [whose, ids] of Object.entries(BUYERS)) {
        const clientId = await clientOf(office, ids);
        for (const vatCategory of VAT_CATEGORIES) {
          const { seller, buyer } = NEEDS[vatCategory];
          const draft = { clientId, lines: [lineIn(vatCategory)], reasons: REASONS };
          const sellerFits = seller?.includes(what) ?? true;
          const expected = sellerFits
            ? (buyer?.includes(whose) ?? true)
              ? null
              : "BUYER_VAT_ID_MISSING"
            : "SELLER_VAT_ID_MISSING";
          const rule = await ruleOf(office, await draftOf(office, draft));
          assert.equal(rule, expected, `${vatCategory}, to a buyer with ${whose}`);
        }
      }
    });

  test("IssueInvoice copies what organization and client state further, their language and format", async (t) => {
    const more = ofOrganization({ taxId: "7", contact: { name: "Billing" }, taxRepresentative: REPRESENTATIVE });
    const office = await open(t, { profile: { more } });
    const electronicAddress = { id: "b@example.com", scheme: "EM" };
    const client = { contact: "Ada", email: "ada@example.com", language: "de" };
    const clientId = await clientOf(office, {
      ...client,
      more: { electronicAddress, format: "pdf", buyerReference: "L" },
    });
    const issued = await issuedOf(office, { clientId });
    const { seller, buyer, language, format } = office.books.invoiceStatement(issued) ?? assert.fail();
    const contact = { name: "Billing", phone: PROFILE.phone, email: PROFILE.email };
    assert.deepEqual(seller.more, { tradingName: PROFILE.tradingName, ...more, contact });
    const ofBuyer = { tradingName: null, identifier: null, companyIdScheme: null, electronicAddress };
    assert.deepEqual(buyer.more, { ...ofBuyer, contact: { name: "Ada", phone: null, email: "ada@example.com" } });
    assert.deepEqual([language, format], ["de", "pdf"]);

    const outside = await issuedOf(office, { clientId, lines: [lineIn("O")] });
    const statement = office.books.invoiceStatement(outside) ?? assert.fail();
    assert.deepEqual([statement.seller.more?.taxRepresentative, statement.seller.more?.taxId], [null, "7"]);
  });

  test("IssueInvoice copies nothing further where the client wants a format alone", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office, { more: ofClient({ format: "pdf" }) });
    const statement = office.books.invoiceStatement(await issuedOf(office, { clientId })) ?? assert.fail();
    assert.deepEqual([statement.seller.more, statement.buyer.more, statement.format], [null, null, "pdf"]);
  });
}

export function furtherDecisions(open: OpenOffice): void {
  partyDecisions(open);

  for (const [what, draft, expected] of [
    [
      "no reason",
      { adjustments: [{ ...TEN_PERCENT, reason: null, vatCategory: "S", vatRate3: 20_000 }] },
      { rule: "ADJUSTMENT_REASON_MISSING", field: "adjustments.0.reason" },
    ],
    [
      "neither amount nor percentage",
      { lines: [{ ...LINE, adjustments: [{ ...TEN_PERCENT, percent6: null }] }] },
      { rule: "ADJUSTMENT_AMOUNT_MISSING", field: "lines.0.adjustments.0.amountMinor" },
    ],
    [
      "an amount that is not its percentage",
      { lines: [{ ...LINE, adjustments: [{ ...TEN_PERCENT, amountMinor: 999 }] }] },
      { rule: "ADJUSTMENT_NOT_PERCENT", field: "lines.0.adjustments.0.amountMinor" },
    ],
    [
      "a charge for the reason of an allowance",
      { lines: [{ ...LINE, adjustments: [{ ...TEN_PERCENT, kind: "charge", reasonCode: "95" }] }] },
      { rule: "UNKNOWN_CODE", field: "lines.0.adjustments.0.reasonCode" },
    ],
    [
      "a price above the one before its discount",
      { lines: [{ ...LINE, more: { grossPrice6: LINE.price6 - 1 } }] },
      { rule: "GROSS_PRICE_BELOW_PRICE", field: "lines.0.more.grossPrice6" },
    ],
    [
      "a period that ends before it begins",
      { more: { period: { from: "2024-02-01", to: "2024-01-31" } } },
      { rule: "PERIOD_ENDS_BEFORE_START", field: "more.period.to" },
    ],
    [
      "a period with a day that is not",
      { lines: [{ ...LINE, more: { period: { to: "2024-02-30" } } }] },
      { rule: "UNKNOWN_DATE", field: "lines.0.more.period.to" },
    ],
    [
      "a preceding invoice of a day that is not",
      { more: { preceding: [{ number: "1", issuedOn: "2024-02-30" }] } },
      { rule: "UNKNOWN_DATE", field: "more.preceding.0.issuedOn" },
    ],
  ] as const)
    test(`DraftInvoice, ReviseInvoice and DraftCreditNote refuse ${what}`, async (t) => {
      const office = await open(t);
      await office.refuses("DraftInvoice", draft, {}, expected);
      await office.refuses("ReviseInvoice", draft, { id: await draftOf(office) }, expected);
      await office.refuses("DraftCreditNote", { draft }, { id: await issuedOf(office) }, expected);
    });

  test("the type of a document is one of its kind", async (t) => {
    const office = await open(t);
    const refused = { rule: "UNKNOWN_CODE", field: "more.typeCode" } as const;
    const of = (typeCode: string) => ({ more: { typeCode } });
    await office.refuses("DraftInvoice", of("381"), {}, refused);
    await office.refuses("DraftInvoice", { kind: "credit_note", ...of("380") }, {}, refused);
    await office.refuses("ReviseInvoice", of("381"), { id: await draftOf(office, of("384")) }, refused);
    await office.refuses("DraftCreditNote", { draft: of("380") }, { id: await issuedOf(office) }, refused);
    await office.accepts("DraftInvoice", { kind: "credit_note", ...of("381") });
  });

  test("a percentage stays one: its amount follows the lines", async (t) => {
    const office = await open(t);
    const onDocument = { ...TEN_PERCENT, vatCategory: "S", vatRate3: 20_000 };
    const id = await draftOf(office, { lines: [{ ...LINE, adjustments: [TEN_PERCENT] }], adjustments: [onDocument] });
    const amounts = () => {
      const content = office.books.invoiceContent(id) ?? assert.fail();
      return [content.lines[0]?.adjustments[0]?.amountMinor, content.adjustments[0]?.amountMinor];
    };
    assert.deepEqual(amounts(), [1_000, 900]);
    await office.accepts("ReviseInvoice", { lines: [{ ...LINE, quantity6: -2 * LINE.quantity6 }] }, { id });
    assert.deepEqual(amounts(), [undefined, -2_000]);
  });

  test("IssueInvoice and CancelInvoice refuse what breaks the rules of the client's format, and pass what keeps them", async (t) => {
    const office = await open(t, { profile: { vatId: "GB123456789", iban: "GB33BUKB20201555555555" } });
    const client = { address: { country: "GB", city: "London", postcode: "N1" }, vatId: "GB9" };
    const clientId = await clientOf(office, { ...client, more: ofClient({ format: "ubl" }) });
    const outside = await draftOf(office, { clientId, lines: [lineIn("K")] });
    const { values, message } = await issueRefused(office, outside);
    assert.deepEqual([values.format, typeof values.text, Number(values.findings) > 0], ["ubl", "string", true]);
    assert.match(message, /BR-/);
    const id = await issuedOf(office, { clientId });
    assert.equal(office.books.invoiceStatement(id)?.format, "ubl");
    await office.accepts("CancelInvoice", { reason: "r" }, { id });
    // Another format, or none: the same draft is issued.
    await office.accepts("ChangeClientDetails", { more: null }, { id: clientId });
    await office.accepts("IssueInvoice", {}, { id: outside });
  });

  test("a due date may lie before the issue date", async (t) => {
    const office = await open(t);
    const event = await office.accepts("IssueInvoice", { dueOn: "2024-03-14" }, { id: await draftOf(office) });
    assert.ok(event.type === "InvoiceIssued");
    assert.equal(event.data.dueOn, "2024-03-14");
  });

  test("a credit note and a cancellation keep what the invoice states further, but not its type, notes and terms", async (t) => {
    const office = await open(t);
    const more = ofDocument({
      typeCode: "384",
      project: "P-1",
      preceding: [{ number: "OLD-1", issuedOn: "2024-01-01" }],
      terms: "2 % within 10 days",
      notes: [{ subject: null, text: "Thank you" }],
    });
    const lines = [{ ...LINE, more: ofLine({ note: "as agreed", baseQuantity6: 2_000_000 }) }];
    const draft = { more, lines, roundingMinor: 3, prepaidMinor: 100 };
    const kept = { ...more, typeCode: null, preceding: [], terms: null, notes: [] };
    const issued = await issuedOf(office, draft);
    const note =
      office.books.invoiceContent((await office.run("DraftCreditNote", {}, { id: issued })).stream) ?? assert.fail();
    const cancelling = await office.accepts("CancelInvoice", { reason: "r" }, { id: await issuedOf(office, draft) });
    assert.ok(cancelling.type === "InvoiceCancelled");
    for (const content of [note, cancelling.data.content]) {
      assert.deepEqual([content.more, content.lines[0]?.more], [kept, lines[0]?.more]);
      const { grossMinor, prepaidMinor, roundingMinor, payableMinor } = content.totals;
      assert.deepEqual([grossMinor, prepaidMinor, roundingMinor, payableMinor], [6_000, 0, 3, 6_003]);
    }
    assert.equal(cancelling.data.allocatedMinor, 5_903);
  });

  test("groups without content are as if they were absent", async (t) => {
    const office = await open(t);
    const empty = { more: ofDocument({ payee: null, period: {} }), lines: [{ ...LINE, more: ofLine({ period: {} }) }] };
    const content = office.books.invoiceContent(await draftOf(office, empty)) ?? assert.fail();
    assert.deepEqual([content.more, content.lines[0]?.more], [null, null]);
    const clientId = await clientOf(office, { more: {} });
    assert.equal(office.books.client(clientId)?.details.more, null);
    await office.decidesNothing("ChangeClientDetails", { more: {} }, { id: clientId });
    const item = await office.accepts("AddItem", { ...LINE_ITEM, more: { attributes: [] } });
    assert.equal((item.data as { more: unknown }).more, null);
    await office.decidesNothing("ChangeProfile", { more: { contact: {} } });
  });
}

const LINE_ITEM = { code: "EMPTY", description: "Nothing", unit: "C62", price6: 1, vatCategory: "Z", vatRate3: 0 };
