/** Rules of sellers in one country. */
import type { SemanticAddress, SemanticInvoice } from "../semantic.ts";
import { blank, type Check, checkOf, type Rule, whole } from "./rule.ts";

export type National = Rule<SemanticInvoice>;

/** Rules of which most are about the organization. */
export function inCountry(country: string, rules: readonly National[]): Check {
  const check = checkOf("organization", whole, rules);
  return (document) => (document.seller.address.country === country ? check(document) : []);
}

/** True if a part of an address is missing. */
export function addressLacks(address: SemanticAddress, ...parts: ("street" | "city" | "postcode")[]): boolean {
  return parts.some((part) => blank(address[part]));
}
