/** Values of elements: each is taken, and is null if the element is missing or empty. Numbers become integers. */
import type { Identifier } from "../../../events/einvoice/semantic.ts";
import { decimalsOf } from "../../../events/values/currency.ts";
import { isDate } from "../../../events/values/date.ts";
import { VAT_CATEGORIES, type VatCategory } from "../../../events/values/money.ts";
import { countryOfFile } from "../as-filed.ts";
import { parseDecimal } from "../decimals.ts";
import { FormatError } from "./format-error.ts";
import type { XmlElement } from "./xml-element.ts";

/** A text with its white space. */
export function textIn(parent: XmlElement | null | undefined, name: string): string | null {
  return parent?.take(name)?.text ?? null;
}

/** @throws FormatError MISSING */
export function textOf(element: XmlElement): string {
  if (element.text !== null) return element.text;
  throw new FormatError("MISSING", `${element.path} is empty`);
}

/** A text that must be there. @throws FormatError MISSING */
export function neededText(parent: XmlElement, name: string): string {
  return textOf(parent.need(name));
}

/** A code or a number: white space around it means nothing. */
export function codeIn(parent: XmlElement | null | undefined, name: string): string | null {
  return textIn(parent, name)?.trim() ?? null;
}

/** @throws FormatError MISSING */
export function neededCode(parent: XmlElement, name: string): string {
  return neededText(parent, name).trim();
}

/** Takes a child if it says what it always says. */
export function takeConstant(parent: XmlElement | null | undefined, name: string, text: string): boolean {
  return parent?.take(name, (child) => child.text?.trim() === text) != null;
}

export function identifierOf(element: XmlElement | null): Identifier | null {
  const id = element?.text ?? null;
  return element && id !== null ? { id, scheme: element.attribute("schemeID") } : null;
}

export function identifierIn(parent: XmlElement | null | undefined, name: string): Identifier | null {
  return identifierOf(parent?.take(name) ?? null);
}

/** @throws FormatError BAD_VALUE */
export function badValue(element: XmlElement, wanted: string): FormatError {
  return new FormatError("BAD_VALUE", `${element.path}: ${JSON.stringify(element.text)} is not ${wanted}`);
}

/** An integer, from a decimal number of at most `scale` decimals. @throws FormatError MISSING, BAD_VALUE */
export function decimalOf(element: XmlElement, scale: number): number {
  const value = parseDecimal(textOf(element).trim(), scale);
  if (value !== null) return value;
  throw badValue(element, `a decimal number with at most ${scale} decimals`);
}

export function decimalIn(parent: XmlElement | null | undefined, name: string, scale: number): number | null {
  const element = parent?.take(name);
  return element ? decimalOf(element, scale) : null;
}

/** An amount in minor units of the currency that it must be in. @throws FormatError MISSING, BAD_VALUE */
export function amountOf(element: XmlElement, currency: string): number {
  const stated = element.attribute("currencyID") ?? currency;
  if (stated !== currency) throw new FormatError("BAD_VALUE", `${element.path} is in ${stated}, not in ${currency}`);
  return decimalOf(element, decimalsOf(currency));
}

export function amountIn(parent: XmlElement | null | undefined, name: string, currency: string): number | null {
  const element = parent?.take(name);
  return element ? amountOf(element, currency) : null;
}

/** A price in millionths: it can have more decimals than its currency. @throws FormatError MISSING, BAD_VALUE */
export function priceOf(element: XmlElement, currency: string): number {
  const stated = element.attribute("currencyID") ?? currency;
  if (stated !== currency) throw new FormatError("BAD_VALUE", `${element.path} is in ${stated}, not in ${currency}`);
  return decimalOf(element, 6);
}

export function priceIn(parent: XmlElement | null | undefined, name: string, currency: string): number | null {
  const element = parent?.take(name);
  return element ? priceOf(element, currency) : null;
}

/**
 * The gross price (BT-148), from what a file states of it, the net price and the discount. A discount that contradicts
 * the two prices is left.
 */
export function grossPriceOf(
  prices: { price6: number; grossPrice6: number | null; currency: string },
  discount: XmlElement,
  name: string,
): number {
  const element = discount.child(name);
  const discount6 = element ? priceOf(element, prices.currency) : 0;
  const gross6 = prices.grossPrice6 ?? prices.price6 + discount6;
  if (gross6 - discount6 === prices.price6) discount.take(name);
  return gross6;
}

/** A day as UBL writes it. @throws FormatError BAD_VALUE */
export function dateIn(parent: XmlElement | null | undefined, name: string): string | null {
  const element = parent?.take(name);
  const text = element?.text?.trim();
  if (!element || text === undefined) return null;
  if (isDate(text)) return text;
  throw badValue(element, "a day, such as 2026-01-31");
}

/** A day that must be there. @throws FormatError MISSING, BAD_VALUE */
export function neededDate(parent: XmlElement, name: string): string {
  const date = dateIn(parent, name);
  if (date !== null) return date;
  throw new FormatError("MISSING", `${parent.path} has no ${name}`);
}

/** @throws FormatError BAD_VALUE */
export function vatCategoryOf(element: XmlElement): VatCategory {
  const code = textOf(element).trim();
  const category = VAT_CATEGORIES.find((each) => each === code);
  if (category) return category;
  throw badValue(element, `a VAT category: ${VAT_CATEGORIES.join(", ")}`);
}

export function countryIn(parent: XmlElement | null | undefined, name: string): string | null {
  const code = codeIn(parent, name);
  return code === null ? null : countryOfFile(code);
}

/** @throws FormatError MISSING */
export function neededCountry(parent: XmlElement, name: string): string {
  return countryOfFile(neededCode(parent, name));
}

/**
 * The rate of a category, which only category O has none of: a rate of 0 there says nothing.
 *
 * @throws FormatError MISSING, BAD_VALUE
 */
export function vatRateIn(parent: XmlElement, name: string, category: VatCategory): number | null {
  if (category !== "O") return decimalOf(parent.need(name), 3);
  parent.take(name, (rate) => rate.text !== null && parseDecimal(rate.text.trim(), 3) === 0);
  return null;
}

/** Null if all of its fields are. */
export function unlessEmpty<T extends object>(group: T): T | null {
  return Object.values(group).some((value) => value !== null) ? group : null;
}

/** An indicator (`xs:boolean`). @throws FormatError MISSING, BAD_VALUE */
export function isTrue(element: XmlElement): boolean {
  const text = textOf(element).trim();
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw badValue(element, "true or false");
}

/** @throws FormatError MISSING */
export function neededAttribute(element: XmlElement, name: string): string {
  const value = element.attribute(name);
  if (value !== null) return value;
  throw new FormatError("MISSING", `${element.path} has no ${name}`);
}
