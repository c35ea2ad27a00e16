/** Reads dates, periods, allowances, charges and VAT categories in CII. */
import type { SemanticAdjustment, SemanticPeriod, SemanticVat } from "../../../events/einvoice/semantic.ts";
import { isDate } from "../../../events/values/date.ts";
import { DAY_FORMAT, VAT } from "../cii-names.ts";
import { FormatError } from "./format-error.ts";
import {
  amountIn,
  amountOf,
  badValue,
  codeIn,
  decimalIn,
  isTrue,
  takeConstant,
  textIn,
  unlessEmpty,
  vatCategoryOf,
  vatRateIn,
} from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

/** A day. The element inside is named by its type. @throws FormatError BAD_VALUE */
export function ciiDateIn(parent: XmlElement | null, name: string): string | null {
  const outer = parent?.take(name);
  const inner = outer?.take("udt:DateTimeString") ?? outer?.take("qdt:DateTimeString") ?? outer?.take("udt:DateString");
  const text = inner?.text?.trim();
  if (!inner || text === undefined) return null;
  inner.takeAttribute("format", DAY_FORMAT);
  const date = text.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  if (isDate(date)) return date;
  throw badValue(inner, "a day, such as 20260131");
}

/** @throws FormatError MISSING, BAD_VALUE */
export function neededCiiDate(parent: XmlElement, name: string): string {
  const date = ciiDateIn(parent, name);
  if (date !== null) return date;
  throw new FormatError("MISSING", `${parent.path} has no ${name}`);
}

export function readCiiPeriod(parent: XmlElement): SemanticPeriod | null {
  const period = parent.take("ram:BillingSpecifiedPeriod");
  return unlessEmpty({ from: ciiDateIn(period, "ram:StartDateTime"), to: ciiDateIn(period, "ram:EndDateTime") });
}

export function readCiiAdjustment(element: XmlElement, currency: string): SemanticAdjustment {
  return {
    kind: isTrue(element.need("ram:ChargeIndicator").need("udt:Indicator")) ? "charge" : "allowance",
    amountMinor: amountOf(element.need("ram:ActualAmount"), currency),
    baseMinor: amountIn(element, "ram:BasisAmount", currency),
    percent6: decimalIn(element, "ram:CalculationPercent", 6),
    reason: textIn(element, "ram:Reason"),
    reasonCode: codeIn(element, "ram:ReasonCode"),
  };
}

export function readCiiVat(element: XmlElement): SemanticVat {
  takeConstant(element, "ram:TypeCode", VAT);
  const vatCategory = vatCategoryOf(element.need("ram:CategoryCode"));
  return { vatCategory, vatRate3: vatRateIn(element, "ram:RateApplicablePercent", vatCategory) };
}
