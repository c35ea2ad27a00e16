/** The VAT rates that a form offers: those that the organization has saved, and those that it has used. */
import type { Vat } from "../../../events/values/money.ts";
import { checkVat } from "../../../events/values/vat.ts";
import type { Answers, OrganizationRow } from "../../contract/contract.ts";
import { vatName } from "../text/codes.ts";
import { rate } from "../text/format.ts";
import { typedAmount } from "../text/typed-amount.ts";
import { readVat } from "./read-vat.ts";
import { hasRate, type TypedVat } from "./typed-invoice.ts";

export interface VatRate extends Vat {
  /** What the organization calls it; null if it is not saved. */
  name: string | null;
  /** Why it has no VAT; null: the usual reason, or none. */
  reason: string | null;
}

export interface VatRates {
  /** In the organization's order. */
  saved: readonly VatRate[];
  /** The others that were used lately, the latest first. */
  used: readonly VatRate[];
  /** The rate of a new line that has no other: the last one with a rate that was used, else the first one. */
  usual: VatRate | null;
}

export const NO_RATES: VatRates = { saved: [], used: [], usual: null };

export function vatRatesOf(
  { vat_rates: rows }: Pick<OrganizationRow, "vat_rates">,
  lately: Answers["listVatRates"],
): VatRates {
  const saved = rows.map(({ name, vat_category: vatCategory, vat_rate3: vatRate3, reason }) => {
    return { name, vatCategory, vatRate3, reason };
  });
  const all = lately.map(({ vat_category: vatCategory, vat_rate3: vatRate3 }): VatRate => {
    return { name: null, vatCategory, vatRate3, reason: null };
  });
  const used = all.filter((one) => !saved.some((other) => isSameVat(one, other)));
  // A reverse charge or an export is a property of its client: only a rate is a habit.
  const last = all.find(({ vatCategory }) => hasRate(vatCategory));
  const offered = saved.length > 0 ? saved : used;
  const usual =
    offered.find((one) => last && isSameVat(one, last)) ??
    offered.find(({ vatCategory }) => hasRate(vatCategory)) ??
    null;
  return { saved, used, usual };
}

export function isSameVat(one: Vat, other: Vat): boolean {
  return one.vatCategory === other.vatCategory && one.vatRate3 === other.vatRate3;
}

/** `19% Standard` for a saved rate; `19%`, `7% Canary Islands IGIC` or `Reverse charge` for another one. */
export function vatRateText({ name, vatCategory, vatRate3 }: VatRate, locale: string): string {
  const percent = hasRate(vatCategory) ? rate(vatRate3, locale) : "";
  // The category S is called the standard rate, but it has the reduced rates too.
  const text = name ?? (vatCategory === "S" ? percent : vatName(vatCategory));
  return percent === "" || text.includes(percent) ? text : `${percent} ${text}`;
}

/** The text to type for a rate. */
export function typedVatOf({ vatCategory, vatRate3 }: Vat, locale: string): TypedVat {
  return { vatCategory, vatRate: hasRate(vatCategory) ? typedAmount(vatRate3 ?? 0, 3, locale) : "" };
}

/** What is typed, as a rate; null if it is none, such as an empty rate. */
export function vatTyped(typed: TypedVat, locale: string): Vat | null {
  const { value, errors } = readVat(typed, locale);
  if (errors.length > 0) return null;
  try {
    checkVat(value, "");
    return value;
  } catch {
    return null;
  }
}
