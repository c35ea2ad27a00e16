/** Columns that several tables have. */
import { DOCUMENT_FORMATS } from "../../events/einvoice/formats.ts";
import { VAT_CATEGORIES } from "../../events/values/money.ts";
import { type ComputedColumn, integer, nullable, oneOf, text } from "./table.ts";

export const address = {
  street: nullable(text("first line of the street address")),
  street2: nullable(text("second line of the street address")),
  city: nullable(text("city")),
  postcode: nullable(text("post code")),
  region: nullable(text("region, state or county")),
  country: text("ISO 3166-1 alpha-2; ZZ: unknown"),
};

export const documentFormat = (comment: string) => oneOf("format", DOCUMENT_FORMATS, comment);

export const vatCategory = () => oneOf("vat_category", VAT_CATEGORIES, "VAT category of EN 16931");
export const vatRate = () =>
  nullable(integer("VAT rate in thousandths of a per cent: 20000 is 20 %; NULL for category O, which has no rate"));

/** The name and unit of `vat_rate3` until 0.1, for one release. */
export const formerVatRate: readonly ComputedColumn[] = [
  {
    name: "vat_rate_bp",
    type: "INTEGER",
    sql: "CASE WHEN vat_rate3 % 10 = 0 THEN vat_rate3 / 10 END",
    comment: "vat_rate3 in basis points, NULL where it is not a whole number of them; kept for one release",
  },
];

/** Of the column of this name. Lists of these rows sort by it. */
export const sortKey = (name: string) =>
  text(`the ${name} as lists sort it: see events/values/sort-key.ts; not in the digest`, { derived: true });
