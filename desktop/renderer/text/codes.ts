/** Names for codes: units, VAT categories, countries, languages, payment methods and deliveries. */
import type { DeliveryWay } from "../../../events/business/delivery.ts";
import type { PAYMENT_METHODS } from "../../../events/business/payment.ts";
import type { VatCategory } from "../../../events/values/money.ts";
import { lazy } from "../state/lazy.ts";

/** The codes of UN/ECE Recommendation 20 that invoices use most. */
const UNITS: Readonly<Record<string, string>> = {
  C62: "piece",
  H87: "piece",
  EA: "each",
  HUR: "hour",
  MIN: "minute",
  DAY: "day",
  WEE: "week",
  MON: "month",
  ANN: "year",
  KGM: "kg",
  GRM: "g",
  TNE: "t",
  MTR: "m",
  CMT: "cm",
  KMT: "km",
  MTK: "m²",
  MTQ: "m³",
  LTR: "l",
  KWH: "kWh",
  SET: "set",
  PR: "pair",
  LS: "lump sum",
};

/** Units to choose from, each name once. */
export const UNIT_NAMES = Object.entries(UNITS).filter(([code]) => code !== "H87");

/** `hour` for HUR; an unknown code is returned as it is. */
export function unitName(code: string): string {
  return UNITS[code] ?? code;
}

/** Plurals of the units that are words. Symbols, such as kg, have none. */
const PLURALS: Readonly<Record<string, string>> = {
  piece: "pieces",
  hour: "hours",
  minute: "minutes",
  day: "days",
  week: "weeks",
  month: "months",
  year: "years",
  set: "sets",
  pair: "pairs",
};

/** The unit's name after a quantity in 10⁻⁶: `hour` after 1, `hours` after 7.5. */
export function unitBeside(code: string, quantity6: number): string {
  const name = unitName(code);
  return Math.abs(quantity6) === 1_000_000 ? name : (PLURALS[name] ?? name);
}

const VAT: { readonly [C in VatCategory]: string } = {
  S: "Standard rate",
  Z: "Zero rated",
  E: "Exempt",
  AE: "Reverse charge",
  K: "Intra-community supply",
  G: "Export outside the EU",
  O: "Outside the scope of VAT",
  L: "Canary Islands IGIC",
  M: "Ceuta and Melilla IPSI",
  B: "Split payment (Italy)",
};

/** VAT categories to choose from, where a rate is chosen too: reduced rates belong to the category S. */
export const VAT_NAMES = (Object.keys(VAT) as VatCategory[]).map(
  (category) => [category, category === "S" ? "Standard or reduced rate" : VAT[category]] as const,
);

export function vatName(category: VatCategory): string {
  return VAT[category];
}

const METHODS: { readonly [M in (typeof PAYMENT_METHODS)[number]]: string } = {
  bank_transfer: "Bank transfer",
  card: "Card",
  cash: "Cash",
  cheque: "Cheque",
  direct_debit: "Direct debit",
  other: "Other",
};

/** Payment methods, in the order of a select field. */
export const METHOD_NAMES = Object.entries(METHODS) as readonly (readonly [keyof typeof METHODS, string])[];

export function methodName(method: keyof typeof METHODS): string {
  return METHODS[method];
}

/** How a document left the company. */
export const DELIVERY_NAMES: Readonly<Record<DeliveryWay, string>> = {
  print: "Printed",
  export: "Exported",
  pdf: "Saved as PDF",
  sent: "Marked as sent",
};

const countries = lazy(() => new Intl.DisplayNames("en", { type: "region" }));
const languages = lazy(() => new Intl.DisplayNames("en", { type: "language" }));

/** `Germany` for DE; empty for ZZ, the code of an unknown country. */
export function countryName(code: string): string {
  return code === "ZZ" ? "" : (countries().of(code) ?? code);
}

/** `German (Switzerland)` for de-CH. */
export function languageName(tag: string): string {
  try {
    return languages().of(tag) ?? tag;
  } catch {
    return tag;
  }
}
