/** The rules of EN 16931 about what a document must state (BR-02 to BR-65, BR-CO-03 to BR-CO-26), without VAT. */
import type { SemanticAdjustment, SemanticInvoice, SemanticParty, SemanticPeriod } from "../semantic.ts";
import { allAdjustments } from "./amounts.ts";
import { blank, type Check, checkOf, each, lines, optional, type Part, type Rule, whole } from "./rule.ts";

const heading = checkOf<SemanticInvoice>("document", whole, [
  {
    rule: "BR-02",
    term: "BT-1",
    path: "number",
    where: "issue",
    text: "The document has no number.",
    broken: ({ number }) => blank(number),
  },
  {
    rule: "BR-16",
    term: "BG-25",
    path: "lines",
    text: "The document has no lines.",
    broken: ({ lines }) => lines.length === 0,
  },
  {
    rule: "BR-CO-18",
    term: "BG-23",
    path: "taxes",
    text: "The document has no VAT breakdown.",
    broken: ({ taxes }) => taxes.length === 0,
  },
  {
    rule: "BR-CO-03",
    term: "BT-7",
    path: "taxPointOn",
    text: "State either the date when VAT is due, or the moment, not both.",
    broken: ({ taxPointOn, taxPointCode }) => taxPointOn !== null && taxPointCode !== null,
  },
  {
    rule: "BR-53",
    term: "BT-6",
    path: "accounting.currency",
    where: "organization",
    text: "The currency of VAT must differ from the document's currency, or not be stated.",
    broken: ({ accounting, currency }) => accounting?.currency === currency,
  },
]);

function partyRules(who: "seller" | "buyer"): readonly Rule<SemanticParty>[] {
  const [name, country, electronic] = who === "seller" ? ["BT-27", "BT-40", "BT-34"] : ["BT-44", "BT-55", "BT-49"];
  return [
    {
      rule: who === "seller" ? "BR-06" : "BR-07",
      term: name,
      path: "name",
      text: who === "seller" ? "The name of your company is missing." : "The client's name is missing.",
      broken: (party) => blank(party.name),
    },
    {
      rule: who === "seller" ? "BR-09" : "BR-11",
      term: country,
      path: "address.country",
      text: who === "seller" ? "The country of your company is missing." : "The client's country is missing.",
      broken: ({ address }) => blank(address.country),
    },
    {
      rule: who === "seller" ? "BR-62" : "BR-63",
      term: electronic,
      path: "electronicAddress.scheme",
      text:
        who === "seller"
          ? "Your electronic address has no scheme. It says what kind of number the address is."
          : "The client's electronic address has no scheme. It says what kind of number the address is.",
      broken: ({ electronicAddress }) => electronicAddress !== null && blank(electronicAddress.scheme),
    },
  ];
}

const seller = checkOf<SemanticInvoice["seller"]>("organization", (document) => optional("seller", document.seller), [
  ...partyRules("seller"),
  {
    rule: "BR-CO-26",
    term: "BT-31",
    path: "vatId",
    text: "Your company has neither a VAT number, a registration number nor another identifier. One is needed.",
    broken: ({ identifiers, companyId, vatId }, document) =>
      identifiers.length === 0 && companyId === null && (vatId === null || outsideVat(document)),
  },
]);

const buyer = checkOf<SemanticParty>("client", (document) => optional("buyer", document.buyer), partyRules("buyer"));

/**
 * True for a document in category O. It must not state VAT numbers (BR-O-02 to BR-O-04), so files leave them out.
 */
export function outsideVat({ taxes }: SemanticInvoice): boolean {
  return taxes.some(({ vatCategory }) => vatCategory === "O");
}

const others = checkOf<SemanticInvoice>("document", whole, [
  {
    rule: "BR-17",
    term: "BT-59",
    path: "payee",
    text: "The payee is your own company. State a payee only if it is somebody else.",
    broken: ({ payee, seller }) => payee !== null && isSeller(payee, seller),
  },
  {
    rule: "BR-18",
    term: "BT-62",
    path: "taxRepresentative.name",
    where: "organization",
    text: "The name of your tax representative is missing.",
    broken: ({ taxRepresentative }) => taxRepresentative !== null && blank(taxRepresentative.name),
  },
  {
    rule: "BR-56",
    term: "BT-63",
    path: "taxRepresentative.vatId",
    where: "organization",
    text: "The VAT number of your tax representative is missing.",
    broken: ({ taxRepresentative }) => taxRepresentative !== null && blank(taxRepresentative.vatId),
  },
  {
    rule: "BR-20",
    term: "BT-69",
    path: "taxRepresentative.address.country",
    where: "organization",
    text: "The country of your tax representative is missing.",
    broken: ({ taxRepresentative }) => taxRepresentative !== null && blank(taxRepresentative.address.country),
  },
  {
    rule: "BR-57",
    term: "BT-80",
    path: "delivery.address.country",
    text: "The country of the delivery address is missing.",
    broken: ({ delivery }) => !!delivery?.address && blank(delivery.address.country),
  },
]);

function isSeller(payee: NonNullable<SemanticInvoice["payee"]>, seller: SemanticInvoice["seller"]): boolean {
  return (
    payee.name === seller.name ||
    payee.name === seller.tradingName ||
    seller.identifiers.some(({ id }) => id === payee.id?.id) ||
    (payee.companyId !== null && payee.companyId.id === seller.companyId?.id)
  );
}

const preceding = checkOf(
  "document",
  (document) => each("preceding", document.preceding, (n) => `Preceding invoice ${n}: `),
  [
    {
      rule: "BR-55",
      term: "BT-25",
      path: "number",
      text: "its number is missing.",
      broken: ({ number }) => blank(number),
    },
  ],
);

function order(rule: string, term: string): readonly Rule<SemanticPeriod>[] {
  return [
    {
      rule,
      term,
      path: "to",
      text: "the period ends before it begins.",
      broken: ({ from, to }) => from !== null && to !== null && to < from,
    },
  ];
}

const period = checkOf(
  "document",
  ({ period }) => optional("period", period, "Invoicing period: "),
  order("BR-29", "BT-74"),
);

const linePeriods = checkOf(
  "document",
  (document) => document.lines.flatMap((line, n) => optional(`lines.${n}.period`, line.period, `Line ${n + 1}: `)),
  order("BR-30", "BT-135"),
);

const lineRules = checkOf("document", lines, [
  {
    rule: "BR-25",
    term: "BT-153",
    path: "name",
    text: "its description is missing.",
    broken: ({ name }) => blank(name),
  },
  {
    rule: "BR-27",
    term: "BT-146",
    path: "price6",
    text: "a price cannot be below zero. Make the quantity negative.",
    broken: ({ price6 }) => price6 < 0,
  },
  {
    rule: "BR-28",
    term: "BT-148",
    path: "grossPrice6",
    text: "a price cannot be below zero.",
    broken: ({ grossPrice6 }) => grossPrice6 !== null && grossPrice6 < 0,
  },
  {
    rule: "BR-64",
    term: "BT-157",
    path: "standardItemId.scheme",
    text: "the item's standard identifier has no scheme, such as 0160 for a GTIN.",
    broken: ({ standardItemId }) => standardItemId !== null && blank(standardItemId.scheme),
  },
  {
    rule: "BR-65",
    term: "BT-158",
    path: "classifications",
    text: "a classification has no scheme.",
    broken: ({ classifications }) => classifications.some(({ scheme }) => blank(scheme)),
  },
  {
    rule: "BR-54",
    term: "BT-160",
    path: "attributes",
    text: "an attribute of the item lacks its name or its value.",
    broken: ({ attributes }) => attributes.some(({ name, value }) => blank(name) || blank(value)),
  },
]);

function documentsOwn(document: SemanticInvoice): Part<SemanticAdjustment>[] {
  return allAdjustments(document).filter(({ path }) => path.startsWith("adjustments."));
}

function ofLines(document: SemanticInvoice): Part<SemanticAdjustment>[] {
  return allAdjustments(document).filter(({ path }) => path.startsWith("lines."));
}

function reasonRules(allowance: [string, string], charge: [string, string]): readonly Rule<SemanticAdjustment>[] {
  return ([["allowance", ...allowance] as const, ["charge", ...charge] as const] as const).map(
    ([kind, rule, term]) => ({
      rule,
      term,
      path: "reason",
      text: "its reason is missing.",
      broken: (one) => one.kind === kind && blank(one.reason) && one.reasonCode === null,
    }),
  );
}

const CORE: readonly Check[] = [
  heading,
  seller,
  buyer,
  others,
  preceding,
  period,
  lineRules,
  linePeriods,
  checkOf("document", documentsOwn, reasonRules(["BR-33", "BT-97"], ["BR-38", "BT-104"])),
  checkOf("document", ofLines, reasonRules(["BR-42", "BT-139"], ["BR-44", "BT-144"])),
];

export const checkCore: Check = (document) => CORE.flatMap((check) => check(document));
