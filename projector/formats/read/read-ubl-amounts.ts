/** Reads allowances, charges and VAT categories in UBL. */
import type { SemanticAdjustment, SemanticVat } from "../../../events/einvoice/semantic.ts";
import { VAT_SCHEME } from "../ubl-names.ts";
import {
  amountIn,
  amountOf,
  codeIn,
  decimalIn,
  isTrue,
  takeConstant,
  textIn,
  vatCategoryOf,
  vatRateIn,
} from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

export function readUblAdjustment(element: XmlElement, currency: string): SemanticAdjustment {
  return {
    kind: isTrue(element.need("cbc:ChargeIndicator")) ? "charge" : "allowance",
    amountMinor: amountOf(element.need("cbc:Amount"), currency),
    baseMinor: amountIn(element, "cbc:BaseAmount", currency),
    percent6: decimalIn(element, "cbc:MultiplierFactorNumeric", 6),
    reason: textIn(element, "cbc:AllowanceChargeReason"),
    reasonCode: codeIn(element, "cbc:AllowanceChargeReasonCode"),
  };
}

/** Why there is no tax is left in the element: only the breakdown states it. */
export function readUblTaxCategory(element: XmlElement): SemanticVat {
  const vatCategory = vatCategoryOf(element.need("cbc:ID"));
  takeConstant(element.take("cac:TaxScheme"), "cbc:ID", VAT_SCHEME);
  return { vatCategory, vatRate3: vatRateIn(element, "cbc:Percent", vatCategory) };
}
