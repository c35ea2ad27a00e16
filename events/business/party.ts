/** Sellers and buyers: addresses, and the copies that an issued invoice keeps. */
import { z } from "zod";
import { country, line } from "../values/schema.ts";

/** A postal address (EN 16931, BG-5 and BG-8). */
export const address = z.object({
  street: line(200).nullable().describe("Street and number (BT-35, BT-50)."),
  street2: line(200).nullable().describe("A second line of the street."),
  city: line(100).nullable().describe("Town."),
  postcode: line(20).nullable().describe("Post code."),
  region: line(100).nullable().describe("Part of the country, such as a state."),
  country: country().describe("ISO 3166-1 alpha-2; `ZZ` where an import does not know it."),
});
export type Address = z.infer<typeof address>;

/** The copy of a buyer on an issued invoice: later changes to the client do not affect it. */
export const buyer = z.object({
  name: line(200),
  address,
  vatId: line(20).nullable(),
  companyId: line(50).nullable(),
});
export type Buyer = z.infer<typeof buyer>;

/** The copy of a seller on an issued invoice. */
export const seller = z.object({
  name: line(200),
  address,
  vatId: line(20).nullable(),
  companyId: line(50).nullable(),
  iban: line(34).nullable(),
  bic: line(11).nullable(),
});
export type Seller = z.infer<typeof seller>;
