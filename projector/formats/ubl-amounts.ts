/** Amounts, allowances and charges, and VAT categories in UBL. */
import type { SemanticAdjustment, SemanticVat } from "../../events/einvoice/semantic.ts";
import { amount, millionths, thousandths } from "./decimals.ts";
import { VAT_SCHEME } from "./ubl-names.ts";
import { group, leaf, leafWith } from "./xml.ts";

/** An amount with its currency. */
export function ublAmount(name: string, minor: number, currency: string): string {
  return leafWith(name, amount(minor, currency), { currencyID: currency });
}

/** @param vat of an adjustment of the document */
export function ublAdjustment(adjustment: SemanticAdjustment, currency: string, vat: SemanticVat | null): string {
  const { kind, reasonCode, reason, percent6, amountMinor, baseMinor } = adjustment;
  return group(
    "cac:AllowanceCharge",
    leaf("cbc:ChargeIndicator", kind === "charge" ? "true" : "false"),
    leaf("cbc:AllowanceChargeReasonCode", reasonCode),
    leaf("cbc:AllowanceChargeReason", reason),
    leaf("cbc:MultiplierFactorNumeric", percent6 === null ? null : millionths(percent6)),
    ublAmount("cbc:Amount", amountMinor, currency),
    baseMinor === null ? "" : ublAmount("cbc:BaseAmount", baseMinor, currency),
    vat ? ublTaxCategory("cac:TaxCategory", vat) : "",
  );
}

/** @param exemption why there is no tax: elements */
export function ublTaxCategory(name: string, { vatCategory, vatRate3 }: SemanticVat, exemption = ""): string {
  return group(
    name,
    leaf("cbc:ID", vatCategory),
    leaf("cbc:Percent", vatRate3 === null ? null : thousandths(vatRate3)),
    exemption,
    group("cac:TaxScheme", leaf("cbc:ID", VAT_SCHEME)),
  );
}
