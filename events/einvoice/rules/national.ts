/** What Peppol asks of sellers in single countries (release 2026.5). Rules of which it only warns pass. */
import type { SemanticInvoice } from "../semantic.ts";
import { outsideVat } from "./core.ts";
import { checkDenmark } from "./denmark.ts";
import { checkGermany } from "./germany.ts";
import { addressLacks, inCountry, type National } from "./in-country.ts";
import { checkNetherlands } from "./netherlands.ts";
import { within } from "./peppol.ts";
import { type Check, checkOf, whole } from "./rule.ts";
import { isGreek, isNorwegian, isSwedish } from "./schemes.ts";

/** The seller's country as Peppol reads it: of the VAT number, else of the address. */
function taxCountry(document: SemanticInvoice): string {
  const { seller, taxRepresentative } = document;
  const vatId = (outsideVat(document) ? null : seller.vatId) ?? taxRepresentative?.vatId ?? null;
  return (vatId?.slice(0, 2) ?? seller.address.country).toUpperCase();
}

function buyerTaxCountry(document: SemanticInvoice): string {
  const vatId = outsideVat(document) ? null : document.buyer.vatId;
  return (vatId?.slice(0, 2) ?? document.buyer.address.country).toUpperCase();
}

const norway: Check = (document) => (taxCountry(document) === "NO" ? norwegian(document) : []);
const norwegian = checkOf("organization", whole, [
  {
    rule: "NO-R-001",
    term: "BT-31",
    path: "seller.vatId",
    text: "A Norwegian VAT number is written NO, the organization number, MVA: NO123456785MVA.",
    broken: ({ seller: { vatId } }) =>
      (vatId?.startsWith("NO") ?? false) &&
      !(/^NO[0-9]{9}MVA$/.test(vatId ?? "") && isNorwegian(vatId?.slice(2, 11) ?? "")),
  },
] satisfies National[]);

const italy: Check = (document) => (taxCountry(document) === "IT" ? italian(document) : []);
const italian = checkOf("organization", whole, [
  {
    rule: "IT-R-001",
    term: "BT-32",
    path: "seller.taxId",
    text: "An Italian tax number has 11 to 16 capital letters and digits.",
    broken: ({ seller: { taxId } }) => taxId !== null && !/^[A-Z0-9]{11,16}$/.test(taxId.trim()),
  },
  {
    rule: "IT-R-002",
    term: "BT-35",
    path: "seller.address.street",
    text: "The street of your company is missing.",
    broken: ({ seller }) => addressLacks(seller.address, "street"),
  },
  {
    rule: "IT-R-003",
    term: "BT-37",
    path: "seller.address.city",
    text: "The city of your company is missing.",
    broken: ({ seller }) => addressLacks(seller.address, "city"),
  },
  {
    rule: "IT-R-004",
    term: "BT-38",
    path: "seller.address.postcode",
    text: "The postcode of your company is missing.",
    broken: ({ seller }) => addressLacks(seller.address, "postcode"),
  },
] satisfies National[]);

const SWEDISH_RATES = [25_000, 12_000, 6_000];

function hasSwedishVatId(document: SemanticInvoice): boolean {
  return !outsideVat(document) && (document.seller.vatId?.startsWith("SE") ?? false);
}

const sweden = inCountry("SE", [
  {
    rule: "SE-R-001",
    term: "BT-31",
    path: "seller.vatId",
    text: "A Swedish VAT number is SE and 12 digits.",
    broken: (document) => hasSwedishVatId(document) && !/^SE[0-9]{12}$/.test(document.seller.vatId?.trim() ?? ""),
  },
  {
    rule: "SE-R-004",
    term: "BT-30",
    path: "seller.companyId",
    text: "A Swedish organization number has 10 digits, the last of which is a check digit.",
    broken: ({ seller: { companyId } }) => companyId !== null && !isSwedish(companyId.id.trim()),
  },
  {
    rule: "SE-R-005",
    term: "BT-32",
    path: "seller.taxId",
    text: "Swedish companies state “Godkänd för F-skatt” as their tax registration.",
    broken: ({ seller: { companyId, taxId } }) =>
      companyId !== null && taxId !== null && taxId.trim().toUpperCase() !== "GODKÄND FÖR F-SKATT",
  },
  {
    rule: "SE-R-006",
    term: "BT-119",
    path: "taxes",
    where: "document",
    text: "Swedish companies use the standard rates 25 %, 12 % and 6 % only.",
    broken: (document) =>
      hasSwedishVatId(document) &&
      document.taxes.some(({ vatCategory, vatRate3 }) => vatCategory === "S" && !SWEDISH_RATES.includes(vatRate3 ?? 0)),
  },
]);

const iceland = inCountry("IS", [
  {
    rule: "IS-R-002",
    term: "BT-30",
    path: "seller.companyId",
    text: "The kennitala of your company is missing: its registration number, with the scheme 0196.",
    broken: ({ seller }) => seller.companyId?.scheme !== "0196",
  },
  {
    rule: "IS-R-003",
    term: "BG-5",
    path: "seller.address",
    text: "The address of your company needs a street and a postcode.",
    broken: ({ seller }) => addressLacks(seller.address, "street", "postcode"),
  },
  {
    rule: "IS-R-004",
    term: "BT-47",
    path: "buyer.companyId",
    where: "client",
    text: "The client's kennitala is missing: its registration number, with the scheme 0196.",
    broken: (document) => within(document, "IS") && document.buyer.companyId?.scheme !== "0196",
  },
  {
    rule: "IS-R-005",
    term: "BG-8",
    path: "buyer.address",
    where: "client",
    text: "The client's address needs a street and a postcode.",
    broken: (document) => within(document, "IS") && addressLacks(document.buyer.address, "street", "postcode"),
  },
  ...(["9", "42"] as const).map((code) => ({
    rule: code === "9" ? "IS-R-006" : "IS-R-007",
    term: "BT-84",
    path: "payment.accounts",
    where: "document" as const,
    text: `With the means of payment ${code}, an Icelandic account number has 12 characters.`,
    broken: ({ payment }: SemanticInvoice) =>
      payment?.meansCode === code && payment.accounts[0]?.account.trim().length !== 12,
  })),
]);

/** A Greek invoice names its registration at myDATA (MARK) in a document reference, which ours cannot state. */
const greece: Check = (document) => (["EL", "GR"].includes(taxCountry(document)) ? greek(document) : []);
const greek = checkOf("organization", whole, [
  {
    rule: "GR-R-001-1",
    term: "BT-1",
    path: "number",
    where: "issue",
    text: "Numbers of Greek sellers have six parts in Peppol, with | between them.",
    broken: ({ number }) => number.split("|").length !== 6,
  },
  {
    rule: "GR-R-004-1",
    term: "BG-24",
    path: "seller.address.country",
    text: "Peppol asks for the MARK number of myDATA of Greek sellers. This program cannot state it.",
    broken: ({ seller }) => seller.address.country === "GR",
  },
  {
    rule: "GR-R-009",
    term: "BT-34",
    path: "seller.electronicAddress",
    text: "The electronic address of a Greek seller is its tax number, with the scheme 9933.",
    broken: ({ seller: { electronicAddress } }) =>
      electronicAddress !== null && !(electronicAddress.scheme === "9933" && isGreek(electronicAddress.id)),
  },
  {
    rule: "GR-R-003",
    term: "BT-31",
    path: "seller.vatId",
    text: "A Greek VAT number is EL and 9 digits, the last of which is a check digit.",
    broken: ({ seller: { vatId } }) => vatId !== null && !(vatId.startsWith("EL") && isGreek(vatId.slice(2))),
  },
  {
    rule: "GR-R-006",
    term: "BT-48",
    path: "buyer.vatId",
    where: "client",
    text: "The VAT number of a Greek client is EL and 9 digits. Greek sellers state it.",
    broken: (document) =>
      ["EL", "GR"].includes(buyerTaxCountry(document)) &&
      !(document.buyer.vatId?.startsWith("EL") && isGreek(document.buyer.vatId.slice(2))),
  },
] satisfies National[]);

const germany: Check = (document) =>
  within(document, "DE")
    ? checkGermany(document).map((finding) => ({ ...finding, rule: nameInPeppol(finding.rule) }))
    : [];

/** BR-DE-23-a is DE-R-023-1 there. */
function nameInPeppol(rule: string): string {
  const [, number = "", part] = /^BR-DE-(\d+)(?:-([ab]))?$/.exec(rule) ?? [];
  return `DE-R-${number.padStart(3, "0")}${part === undefined ? "" : part === "a" ? "-1" : "-2"}`;
}

const NATIONAL: readonly Check[] = [norway, checkDenmark, italy, sweden, checkNetherlands, iceland, greece, germany];

export const checkNational: Check = (document) => NATIONAL.flatMap((check) => check(document));
