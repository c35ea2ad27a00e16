/** Files of others: other prefixes, more than the model has, contradictions, and what cannot be read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { termsInvoice } from "../../../fixtures/einvoice/terms-invoice.ts";
import { typicalInvoice } from "../../../fixtures/einvoice/typical-invoice.ts";
import { cii } from "../cii.ts";
import { ubl } from "../ubl.ts";
import { FormatError, type FormatErrorCode } from "./format-error.ts";
import { readCii } from "./read-cii.ts";
import { readUbl } from "./read-ubl.ts";

const DOCUMENT = typicalInvoice(3);
const UBL = ubl(DOCUMENT, "ubl");
const CII = cii(DOCUMENT, "cii");

/** Replaces one text that is there. */
function changed(xml: string, from: string | RegExp, to: string): string {
  const result = xml.replace(from, to);
  assert.notEqual(result, xml, String(from));
  return result;
}

test("prefixes, indentation, comments and CDATA are the file's own business", () => {
  const others = UBL.replaceAll("cbc:", "b:").replaceAll("cac:", "a:").replace("xmlns:cbc", "xmlns:b");
  const renamed = changed(others, "xmlns:cac", "xmlns:a").replaceAll(/^<(?=[ab]:)/gm, "\t<");
  const dressed = changed(renamed, "\t<b:ID>", "\t<!-- its number --><b:ID><![CDATA[").replace("</b:ID>", "]]></b:ID>");
  assert.deepEqual(readUbl(`\ufeff${dressed}`), readUbl(UBL));
  const prefixed = changed(CII, /xmlns:ram/, "xmlns:x").replaceAll("ram:", "x:");
  assert.deepEqual(readCii(prefixed), readCii(CII));
});

test("what the model has no place for is listed, with its place", () => {
  const uuid = changed(UBL, "<cbc:IssueDate>", "<cbc:UUID>u-1</cbc:UUID><cbc:IssueDate>");
  const line = changed(uuid, /(<cac:InvoiceLine>\n<cbc:ID>)2/, "$12</cbc:ID><cbc:UUID>u-2</cbc:UUID><cbc:ID>3");
  assert.deepEqual(readUbl(line).leftovers, [
    { path: "/Invoice/cbc:UUID", value: "u-1" },
    { path: "/Invoice/cac:InvoiceLine[2]/cbc:UUID", value: "u-2" },
    { path: "/Invoice/cac:InvoiceLine[2]/cbc:ID[2]", value: "3" },
  ]);
  const attached = changed(
    CII,
    "</ram:BuyerOrderReferencedDocument>",
    '</ram:BuyerOrderReferencedDocument><ram:AdditionalReferencedDocument><ram:IssuerAssignedID schemeID="s">plan</ram:IssuerAssignedID><ram:TypeCode>916</ram:TypeCode></ram:AdditionalReferencedDocument>',
  );
  const inAgreement =
    "/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement/ram:AdditionalReferencedDocument";
  assert.deepEqual(readCii(attached).leftovers, [
    { path: `${inAgreement}/ram:IssuerAssignedID`, value: "plan" },
    { path: `${inAgreement}/ram:IssuerAssignedID/@schemeID`, value: "s" },
    { path: `${inAgreement}/ram:TypeCode`, value: "916" },
  ]);
  const empty = changed(UBL, "<cbc:IssueDate>", "<cbc:UUID/><cbc:UUID> </cbc:UUID><cbc:IssueDate>");
  assert.deepEqual(readUbl(empty).leftovers, []);
});

test("a second way to pay is left, and a second account is read", () => {
  const means = (code: string) =>
    `<cac:PaymentMeans><cbc:PaymentMeansCode>${code}</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>x</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans><cac:PaymentTerms>`;
  const { document, leftovers } = readUbl(changed(UBL, "<cac:PaymentTerms>", means("30")));
  assert.deepEqual(document, DOCUMENT);
  assert.deepEqual(
    leftovers.map(({ value }) => value),
    ["30", "x"],
  );
  const accounts = readUbl(changed(UBL, "<cac:PaymentTerms>", means("58"))).document.payment?.accounts;
  assert.deepEqual(accounts?.[1], { account: "x", name: null, bic: null });
});

test("a discount that contradicts the two prices is left, and one without a gross price gives it", () => {
  const document = termsInvoice("invoice");
  const amount = /(<cbc:Amount currencyID="EUR">)2(<\/cbc:Amount>\n)(<cbc:BaseAmount.*\n)/;
  const contradicting = readUbl(changed(ubl(document, "ubl"), amount, "$13$2$3"));
  assert.equal(contradicting.document.lines[0]?.grossPrice6, 148_000_000);
  assert.deepEqual(
    contradicting.leftovers.map(({ value }) => value),
    ["3"],
  );
  const alone = readUbl(changed(ubl(document, "ubl"), amount, "$12$2"));
  assert.deepEqual(alone.document, document);
  const inCii = readCii(changed(cii(document, "cii"), "<ram:ActualAmount>2<", "<ram:ActualAmount>3<"));
  assert.deepEqual(
    inCii.leftovers.map(({ value }) => value),
    ["3"],
  );
});

test("a rate of 0 outside of VAT says nothing, and another one is left", () => {
  const outside = { ...DOCUMENT, lines: DOCUMENT.lines.map((line) => ({ ...line, vatCategory: "O", vatRate3: null })) };
  const file = ubl({ ...DOCUMENT, lines: outside.lines.slice(0, 1) as typeof DOCUMENT.lines }, "ubl");
  const withRate = (rate: string) =>
    readUbl(changed(file, "<cbc:ID>O</cbc:ID>", `<cbc:ID>O</cbc:ID><cbc:Percent>${rate}</cbc:Percent>`));
  assert.deepEqual([withRate("0.00").document.lines[0]?.vatRate3, withRate("0.00").leftovers], [null, []]);
  assert.deepEqual(
    withRate("19").leftovers.map(({ value }) => value),
    ["19"],
  );
});

function refuses(read: () => unknown, code: FormatErrorCode, message: RegExp): void {
  assert.throws(read, (error) => error instanceof FormatError && error.code === code && message.test(error.message));
}

test("what is no XML is refused, also what could do harm", () => {
  for (const xml of ["", "no", "<a>", "<a></b>", "<a>&unknown;</a>", "<a>\u0000</a>", "<a x='1' x='2'/>", "<p:a/>"])
    refuses(() => readUbl(xml), "NOT_XML", /XML|element/);
  refuses(() => readUbl('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'), "NOT_XML", /document type declaration/);
  refuses(() => readCii("<a>".repeat(100)), "NOT_XML", /64 levels/);
});

test("other documents are refused", () => {
  refuses(() => readUbl(CII), "UNKNOWN_DOCUMENT", /neither/);
  refuses(() => readCii(UBL), "UNKNOWN_DOCUMENT", /Cross Industry Invoice/);
  refuses(() => readUbl('<Invoice xmlns="urn:other"/>'), "UNKNOWN_DOCUMENT", /neither/);
});

test("what is missing is named with its place", () => {
  refuses(() => readUbl(changed(UBL, /<cbc:IssueDate>.*\n/, "")), "MISSING", /^\/Invoice has no cbc:IssueDate$/);
  refuses(
    () => readUbl(changed(UBL, / unitCode="C62"/, "")),
    "MISSING",
    /InvoiceLine\/cbc:InvoicedQuantity has no unit/,
  );
  refuses(() => readCii(changed(CII, /<ram:DuePayableAmount>.*\n/, "")), "MISSING", /has no ram:DuePayableAmount$/);
  refuses(
    () => readCii(changed(CII, /<ram:TypeCode>380<.*\n/, "<ram:TypeCode> </ram:TypeCode>")),
    "MISSING",
    /is empty/,
  );
});

test("a value that the model cannot hold is named with its place", () => {
  const payable = /(<cbc:PayableAmount currencyID=)"EUR">[\d.]*/;
  refuses(
    () => readUbl(changed(UBL, payable, '$1"EUR">1.005')),
    "BAD_VALUE",
    /PayableAmount: "1.005" is not a decimal/,
  );
  refuses(() => readUbl(changed(UBL, payable, '$1"USD">1.00')), "BAD_VALUE", /PayableAmount is in USD, not in EUR/);
  refuses(() => readUbl(changed(UBL, "2026-11-27", "2026-02-30")), "BAD_VALUE", /"2026-02-30" is not a day/);
  refuses(() => readUbl(changed(UBL, "<cbc:ID>S<", "<cbc:ID>X<")), "BAD_VALUE", /"X" is not a VAT category/);
  refuses(() => readCii(changed(CII, "20261127", "261127")), "BAD_VALUE", /"261127" is not a day/);
});
