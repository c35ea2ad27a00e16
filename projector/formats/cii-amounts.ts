/** Amounts, dates, periods, allowances and charges in CII. */
import type { SemanticAdjustment, SemanticPeriod, SemanticVat } from "../../events/einvoice/semantic.ts";
import { DAY_FORMAT, VAT } from "./cii-names.ts";
import { amount, millionths, thousandths } from "./decimals.ts";
import { group, leaf, leafWith } from "./xml.ts";

/** An amount. In CII only the VAT totals name their currency. */
export function ciiAmount(name: string, minor: number, currency: string): string {
  return leaf(name, amount(minor, currency));
}

/** @param inner the element that holds the date, by the type of the outer one */
export function ciiDate(
  name: string,
  date: string | null | undefined,
  inner: "udt:DateTimeString" | "qdt:DateTimeString" | "udt:DateString" = "udt:DateTimeString",
): string {
  return group(name, leafWith(inner, date?.replaceAll("-", "") ?? null, { format: DAY_FORMAT }));
}

export function ciiPeriod(period: SemanticPeriod | null): string {
  if (!period) return "";
  return group(
    "ram:BillingSpecifiedPeriod",
    ciiDate("ram:StartDateTime", period.from),
    ciiDate("ram:EndDateTime", period.to),
  );
}

export function ciiRate({ vatRate3 }: SemanticVat): string {
  return leaf("ram:RateApplicablePercent", vatRate3 === null ? null : thousandths(vatRate3));
}

/** A category and its rate, of a line or an adjustment. */
export function ciiVat(name: string, vat: SemanticVat): string {
  return group(name, leaf("ram:TypeCode", VAT), leaf("ram:CategoryCode", vat.vatCategory), ciiRate(vat));
}

/** @param vat of an adjustment of the document */
export function ciiAdjustment(adjustment: SemanticAdjustment, currency: string, vat: SemanticVat | null): string {
  const { kind, percent6, baseMinor, amountMinor, reasonCode, reason } = adjustment;
  return group(
    "ram:SpecifiedTradeAllowanceCharge",
    group("ram:ChargeIndicator", leaf("udt:Indicator", kind === "charge" ? "true" : "false")),
    leaf("ram:CalculationPercent", percent6 === null ? null : millionths(percent6)),
    baseMinor === null ? "" : ciiAmount("ram:BasisAmount", baseMinor, currency),
    ciiAmount("ram:ActualAmount", amountMinor, currency),
    leaf("ram:ReasonCode", reasonCode),
    leaf("ram:Reason", reason),
    vat ? ciiVat("ram:CategoryTradeTax", vat) : "",
  );
}
