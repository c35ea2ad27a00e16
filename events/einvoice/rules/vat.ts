/** The rules of EN 16931 for each category of VAT (BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF, BR-AG, BR-B). */
import type { VatCategory } from "../../values/money.ts";
import { isVatCountry } from "../code-lists/en16931.ts";
import type { Finding } from "../finding.ts";
import type { SemanticInvoice, SemanticVat } from "../semantic.ts";
import { outsideVat } from "./core.ts";
import { blank, type Check, checkOf, each, type Part, type Rule, whole } from "./rule.ts";

interface Category {
  /** The start of its rules' names. */
  rules: string;
  name: string;
  /** What its rate must be. `some`: any, also zero. */
  rate: "above zero" | "zero" | "some" | "none";
  /** The breakdown says why there is no VAT, or must not. */
  reason: boolean;
  /** How the seller is known to the tax office; null: must not be stated. */
  seller: "VAT or tax number" | "VAT number" | null;
  buyer: "VAT or registration number" | "VAT number" | null;
}

const ANY_SELLER = "VAT or tax number";
const CATEGORIES: Readonly<Record<VatCategory, Category>> = {
  S: { rules: "BR-S", name: "standard rate", rate: "above zero", reason: false, seller: ANY_SELLER, buyer: null },
  Z: { rules: "BR-Z", name: "zero rate", rate: "zero", reason: false, seller: ANY_SELLER, buyer: null },
  E: { rules: "BR-E", name: "exempt", rate: "zero", reason: true, seller: ANY_SELLER, buyer: null },
  AE: {
    rules: "BR-AE",
    name: "reverse charge",
    rate: "zero",
    reason: true,
    seller: ANY_SELLER,
    buyer: "VAT or registration number",
  },
  K: {
    rules: "BR-IC",
    name: "intra-community supply",
    rate: "zero",
    reason: true,
    seller: "VAT number",
    buyer: "VAT number",
  },
  G: { rules: "BR-G", name: "export", rate: "zero", reason: true, seller: "VAT number", buyer: null },
  O: { rules: "BR-O", name: "outside the scope of VAT", rate: "none", reason: true, seller: null, buyer: null },
  L: { rules: "BR-AF", name: "IGIC", rate: "some", reason: false, seller: ANY_SELLER, buyer: null },
  B: { rules: "BR-B", name: "split payment", rate: "some", reason: false, seller: null, buyer: null },
  M: { rules: "BR-AG", name: "IPSI", rate: "some", reason: false, seller: ANY_SELLER, buyer: null },
};

function uses(document: SemanticInvoice, category: VatCategory): boolean {
  const all: readonly SemanticVat[] = [...document.taxes, ...document.lines, ...document.adjustments];
  return all.some(({ vatCategory }) => vatCategory === category);
}

/** The number of the rule among those of its category: of a line, a deduction or a charge. */
function numberOf(document: SemanticInvoice, category: VatCategory, first: number): string {
  const has = (all: readonly SemanticVat[]) => all.some(({ vatCategory }) => vatCategory === category);
  const offset = has(document.lines) ? 0 : has(document.adjustments.filter(({ kind }) => kind === "allowance")) ? 1 : 2;
  return `0${first + offset}`;
}

/** Rules of who the parties must be. */
function partyFindings(document: SemanticInvoice, category: VatCategory, facts: Category): Finding[] {
  const { seller, buyer, taxRepresentative } = document;
  const rule = `${facts.rules}-${numberOf(document, category, 2)}`;
  const known =
    seller.vatId !== null || taxRepresentative !== null || (facts.seller === ANY_SELLER && seller.taxId !== null);
  const buyerKnown = buyer.vatId !== null || (facts.buyer === "VAT or registration number" && buyer.companyId !== null);
  const found: Finding[] = [];
  if (facts.seller !== null && !known) {
    const text = `Your ${facts.seller} is missing. Documents with VAT category ${category} (${facts.name}) state it.`;
    found.push({ rule, term: "BT-31", path: "seller.vatId", where: "organization", text });
  }
  if (facts.buyer !== null && !buyerKnown) {
    const text = `The client's ${facts.buyer} is missing. Documents with VAT category ${category} (${facts.name}) state it.`;
    found.push({ rule, term: "BT-48", path: "buyer.vatId", where: "client", text });
  }
  return found;
}

const parties: Check = (document) =>
  Object.entries(CATEGORIES).flatMap(([category, facts]) =>
    uses(document, category as VatCategory) ? partyFindings(document, category as VatCategory, facts) : [],
  );

function rateAllowed({ vatCategory, vatRate3 }: SemanticVat): boolean {
  const rate = CATEGORIES[vatCategory].rate;
  if (rate === "none") return vatRate3 === null;
  if (vatRate3 === null || vatRate3 < 0) return false;
  return rate === "zero" ? vatRate3 === 0 : rate !== "above zero" || vatRate3 > 0;
}

function rates(document: SemanticInvoice): Part<{ vat: SemanticVat; number: string; term: string }>[] {
  const adjustments = each("adjustments", document.adjustments, (n) => `Charge or deduction ${n}: `);
  const ofLines = each("lines", document.lines, (n) => `Line ${n}: `);
  return [
    ...ofLines.map(({ value, ...part }) => ({ ...part, value: { vat: value, number: "05", term: "BT-152" } })),
    ...adjustments.map(({ value, ...part }) => {
      const [number, term] = value.kind === "allowance" ? (["06", "BT-96"] as const) : (["07", "BT-103"] as const);
      return { ...part, value: { vat: value, number, term } };
    }),
  ];
}

const checkRates: Check = (document) =>
  rates(document)
    .filter(({ value }) => !rateAllowed(value.vat))
    .map(({ path, label, value: { vat, number, term } }) => ({
      rule: `${CATEGORIES[vat.vatCategory].rules}-${number}`,
      term,
      path: `${path}vatRate3`,
      where: "document",
      text: `${label}VAT category ${vat.vatCategory} does not go with this rate.`,
    }));

const reasons: Check = (document) =>
  each("taxes", document.taxes, (n) => `VAT breakdown, row ${n}: `).flatMap(({ path, label, value }) => {
    if (value.vatCategory === "B") return [];
    const { rules, reason, name } = CATEGORIES[value.vatCategory];
    const stated = !blank(value.reason) || value.reasonCode !== null;
    if (stated === reason) return [];
    const text = reason
      ? `${label}the reason why there is no VAT is missing (category ${value.vatCategory}, ${name}).`
      : `${label}category ${value.vatCategory} (${name}) has no reason.`;
    return [{ rule: `${rules}-10`, term: "BT-120", path: `${path}reason`, where: "document" as const, text }];
  });

function countriesOf({ seller, buyer, taxRepresentative, delivery, lines }: SemanticInvoice): string[] {
  return [
    seller.address.country,
    buyer.address.country,
    ...(taxRepresentative === null ? [] : [taxRepresentative.address.country]),
    ...(delivery?.address ? [delivery.address.country] : []),
    ...lines.flatMap(({ origin }) => (origin === null ? [] : [origin])),
  ];
}

const together: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "BR-IC-11",
    term: "BT-72",
    path: "delivery.deliveredOn",
    text: "The delivery date or the invoicing period is missing. An intra-community supply states one.",
    broken: (document) =>
      uses(document, "K") && !document.delivery?.deliveredOn && !document.period?.from && !document.period?.to,
  },
  {
    rule: "BR-IC-12",
    term: "BT-80",
    path: "delivery.address.country",
    text: "The country of delivery is missing. An intra-community supply states it.",
    broken: (document) => uses(document, "K") && !document.delivery?.address,
  },
  {
    rule: "BR-O-11",
    term: "BT-118",
    path: "taxes",
    text: "Lines outside the scope of VAT (category O) cannot stand beside others. Write two documents.",
    broken: (document) => uses(document, "O") && document.taxes.some(({ vatCategory }) => vatCategory !== "O"),
  },
  {
    rule: "BR-O-02",
    term: "BT-63",
    path: "taxRepresentative",
    where: "organization",
    text: "A document outside the scope of VAT (category O) cannot name a tax representative.",
    broken: (document) => uses(document, "O") && document.taxRepresentative !== null,
  },
  {
    rule: "BR-B-01",
    term: "BT-118",
    path: "taxes",
    text: "Split payment (VAT category B) is for documents within Italy only.",
    broken: (document) => uses(document, "B") && countriesOf(document).some((country) => country !== "IT"),
  },
  {
    rule: "BR-B-02",
    term: "BT-118",
    path: "taxes",
    text: "Split payment (VAT category B) cannot stand beside the standard rate (S). Write two documents.",
    broken: (document) => uses(document, "B") && uses(document, "S"),
  },
];

interface Numbered {
  vatId: string;
  path: string;
  term: string;
  where: Finding["where"];
  owner: string;
}

const numbers: Check = (document) => {
  const { seller, buyer, taxRepresentative } = document;
  // Files of documents outside the scope of VAT do not state those of the parties.
  const stated = !outsideVat(document);
  const all: (Omit<Numbered, "vatId"> & { vatId: string | null })[] = [
    {
      vatId: stated ? seller.vatId : null,
      path: "seller.vatId",
      term: "BT-31",
      where: "organization",
      owner: "Your VAT number",
    },
    {
      vatId: stated ? buyer.vatId : null,
      path: "buyer.vatId",
      term: "BT-48",
      where: "client",
      owner: "The client's VAT number",
    },
    {
      vatId: taxRepresentative?.vatId ?? null,
      path: "taxRepresentative.vatId",
      term: "BT-63",
      where: "organization",
      owner: "Your tax representative's VAT number",
    },
  ];
  return all
    .filter(({ vatId }) => vatId !== null && !isVatCountry(vatId.slice(0, 2)))
    .map(({ path, term, where, owner }) => ({
      rule: "BR-CO-09",
      term,
      path,
      where,
      text: `${owner} does not begin with the two letters of its country, such as FR (Greece: EL).`,
    }));
};

const VAT: readonly Check[] = [parties, checkRates, reasons, checkOf("document", whole, together), numbers];

export const checkVatRules: Check = (document) => VAT.flatMap((check) => check(document));
