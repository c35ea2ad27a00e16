/** Columns that several tables have. */
import { VAT_CATEGORIES } from "../../events/values/money.ts";
import { integer, nullable, oneOf, text } from "./table.ts";

export const address = {
  street: nullable(text("first line of the street address")),
  street2: nullable(text("second line of the street address")),
  city: nullable(text("city")),
  postcode: nullable(text("post code")),
  region: nullable(text("region, state or county")),
  country: text("ISO 3166-1 alpha-2; ZZ: unknown"),
};

export const vatCategory = () => oneOf("vat_category", VAT_CATEGORIES, "VAT category of EN 16931");
export const vatRate = () => nullable(integer("VAT rate in basis points; NULL for category O, which has no rate"));

/** Of the column of this name. Lists of these rows sort by it. */
export const sortKey = (name: string) =>
  text(`the ${name} as lists sort it: see events/values/sort-key.ts; not in the digest`, { derived: true });
