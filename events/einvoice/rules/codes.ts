/** BR-CL-*: every code is one of its list. */
import { currencyCodes } from "../../values/currency.ts";
import { VAT_CATEGORIES } from "../../values/money.ts";
import { isUnit } from "../../values/unit-codes.ts";
import { type CodeList, isCode, typesOf } from "../code-lists/code-lists.ts";
import { isCountryOfEn16931, isCurrencyOfEn16931 } from "../code-lists/en16931.ts";
import type { Finding } from "../finding.ts";
import type { Identifier, SemanticInvoice } from "../semantic.ts";
import { allAdjustments } from "./amounts.ts";
import type { Check } from "./rule.ts";

/** A code that a document states. */
interface Stated {
  rule: string;
  term: string;
  path: string;
  where: Finding["where"];
  /** What texts begin with. */
  label: string;
  code: string;
  list: string;
  known: boolean;
  /** True if only e-invoices have the rule: our own lists hold what documents could state before. */
  onlyEInvoices?: true;
}

const LIST_NAMES: Readonly<Record<CodeList, string>> = {
  uncl1001: "types of documents",
  uncl2005: "moments when VAT is due",
  uncl4451: "subjects of notes",
  uncl1153: "kinds of references",
  uncl4461: "means of payment",
  uncl5189: "reasons for deductions",
  uncl7161: "reasons for charges",
  uncl7143: "classifications of items",
  vatex: "reasons for no VAT",
  icd: "schemes of identifiers",
  eas: "schemes of electronic addresses",
};

type Place = Pick<Stated, "rule" | "term" | "path" | "where"> & { label?: string };

/** A code of one of our lists; nothing for null. */
function of(list: CodeList, code: string | null | undefined, place: Place): Stated[] {
  if (code === null || code === undefined) return [];
  return [{ label: "", ...place, code, list: LIST_NAMES[list], known: isCode(list, code) }];
}

function country(code: string | null | undefined, place: Omit<Place, "rule"> & { rule?: string }): Stated[] {
  if (code === null || code === undefined) return [];
  return [
    {
      rule: "BR-CL-14",
      label: "",
      ...place,
      code,
      list: "countries",
      known: isCountryOfEn16931(code),
      onlyEInvoices: true,
    },
  ];
}

function currency(code: string, place: Place): Stated {
  const known = currencyCodes().has(code) && isCurrencyOfEn16931(code);
  return { label: "", ...place, code, list: "currencies", known, onlyEInvoices: true };
}

function headingCodes(document: SemanticInvoice): Stated[] {
  const where = "document";
  return [
    {
      rule: "BR-CL-01",
      term: "BT-3",
      path: "typeCode",
      where,
      label: "",
      code: document.typeCode,
      list: document.kind === "invoice" ? "types of invoices" : "types of credit notes",
      known: typesOf(document.kind).has(document.typeCode),
    },
    currency(document.currency, { rule: "BR-CL-04", term: "BT-5", path: "currency", where }),
    ...(document.accounting === null
      ? []
      : [
          currency(document.accounting.currency, {
            rule: "BR-CL-05",
            term: "BT-6",
            path: "accounting.currency",
            where: "organization",
          }),
        ]),
    ...of("uncl2005", document.taxPointCode, { rule: "BR-CL-06", term: "BT-8", path: "taxPointCode", where }),
    ...of("uncl1153", document.object?.scheme, { rule: "BR-CL-07", term: "BT-18", path: "object.scheme", where }),
    ...document.notes.flatMap(({ subject }, n) =>
      of("uncl4451", subject, { rule: "BR-CL-08", term: "BT-21", path: `notes.${n}.subject`, where }),
    ),
    ...of("uncl4461", document.payment?.meansCode, {
      rule: "BR-CL-16",
      term: "BT-81",
      path: "payment.meansCode",
      where,
    }),
    ...document.taxes.flatMap(({ reasonCode }, n) =>
      of("vatex", reasonCode, { rule: "BR-CL-22", term: "BT-121", path: `taxes.${n}.reasonCode`, where }),
    ),
    ...document.taxes.map(({ vatCategory }, n) => ({
      rule: "BR-CL-17",
      term: "BT-118",
      path: `taxes.${n}.vatCategory`,
      where,
      label: "",
      code: vatCategory,
      list: "VAT categories",
      known: (VAT_CATEGORIES as readonly string[]).includes(vatCategory),
    })),
  ] as Stated[];
}

function identifierScheme(identifier: Identifier | null, place: Place): Stated[] {
  return of("icd", identifier?.scheme, { ...place, path: `${place.path}.scheme` });
}

function partyCodes(document: SemanticInvoice): Stated[] {
  const { seller, buyer, payee, taxRepresentative, delivery } = document;
  const parties = [
    { party: seller, path: "seller", where: "organization", terms: ["BT-34", "BT-29", "BT-30", "BT-40"] },
    { party: buyer, path: "buyer", where: "client", terms: ["BT-49", "BT-46", "BT-47", "BT-55"] },
  ] as const;
  return [
    ...parties.flatMap(({ party, path, where, terms: [electronic, identifier, company, land] }) => [
      ...of("eas", party.electronicAddress?.scheme, {
        rule: "BR-CL-25",
        term: electronic,
        path: `${path}.electronicAddress.scheme`,
        where,
      }),
      ...party.identifiers.flatMap((one, n) =>
        identifierScheme(one, { rule: "BR-CL-10", term: identifier, path: `${path}.identifiers.${n}`, where }),
      ),
      ...identifierScheme(party.companyId, { rule: "BR-CL-11", term: company, path: `${path}.companyId`, where }),
      ...country(party.address.country, { term: land, path: `${path}.address.country`, where }),
    ]),
    ...identifierScheme(payee?.id ?? null, { rule: "BR-CL-10", term: "BT-60", path: "payee.id", where: "document" }),
    ...identifierScheme(payee?.companyId ?? null, {
      rule: "BR-CL-11",
      term: "BT-61",
      path: "payee.companyId",
      where: "document",
    }),
    ...country(taxRepresentative?.address.country, {
      term: "BT-69",
      path: "taxRepresentative.address.country",
      where: "organization",
    }),
    ...identifierScheme(delivery?.location ?? null, {
      rule: "BR-CL-26",
      term: "BT-71",
      path: "delivery.location",
      where: "document",
    }),
    ...country(delivery?.address?.country, { term: "BT-80", path: "delivery.address.country", where: "document" }),
  ];
}

function lineCodes({ lines }: SemanticInvoice): Stated[] {
  return lines.flatMap((line, n) => {
    const at = (rule: string, term: string, path: string): Place => {
      return { rule, term, path: `lines.${n}.${path}`, where: "document", label: `Line ${n + 1}: ` };
    };
    return [
      ...of("uncl1153", line.object?.scheme, at("BR-CL-07", "BT-128", "object.scheme")),
      ...of("icd", line.standardItemId?.scheme, at("BR-CL-21", "BT-157", "standardItemId.scheme")),
      ...line.classifications.flatMap(({ scheme }, c) =>
        of("uncl7143", scheme, at("BR-CL-13", "BT-158", `classifications.${c}.scheme`)),
      ),
      ...country(line.origin, at("BR-CL-15", "BT-159", "origin")),
      {
        ...at("BR-CL-23", "BT-130", "unit"),
        label: `Line ${n + 1}: `,
        code: line.unit,
        list: "units",
        known: isUnit(line.unit),
      },
    ];
  });
}

function adjustmentCodes(document: SemanticInvoice): Stated[] {
  return allAdjustments(document).flatMap(({ path, label, value: { kind, reasonCode } }) => {
    const place = { path: `${path}reasonCode`, where: "document", label } as const;
    return kind === "allowance"
      ? of("uncl5189", reasonCode, { rule: "BR-CL-19", term: "BT-98", ...place })
      : of("uncl7161", reasonCode, { rule: "BR-CL-20", term: "BT-105", ...place });
  });
}

function unknown(document: SemanticInvoice): Stated[] {
  return [headingCodes, partyCodes, lineCodes, adjustmentCodes]
    .flatMap((codesOf) => codesOf(document))
    .filter(({ known }) => !known);
}

function findingsOf(codes: readonly Stated[]): Finding[] {
  return codes.map(({ rule, term, path, where, label, code, list }) => {
    return { rule, term, path, where, text: `${label}${code} is not in the list of ${list}.` };
  });
}

/** Checks codes of the lists that every document uses. What it finds refuses a document whatever its format. */
export const checkCodes: Check = (document) =>
  findingsOf(unknown(document).filter(({ onlyEInvoices }) => !onlyEInvoices));

/** Checks the currencies and countries that e-invoices know. */
export const checkCodesOfEInvoices: Check = (document) =>
  findingsOf(unknown(document).filter(({ onlyEInvoices }) => onlyEInvoices));
