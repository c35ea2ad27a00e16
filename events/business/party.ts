/** What sellers and buyers have in common: addresses, and the part of them that an issued invoice keeps. */
import { z } from "zod";
import { country, line } from "../values/schema.ts";

/** A postal address (EN 16931, BG-5 and BG-8). */
export const address = z.object({
  street: line(200).nullable(),
  street2: line(200).nullable(),
  city: line(100).nullable(),
  postcode: line(20).nullable(),
  region: line(100).nullable(),
  country: country(),
});
export type Address = z.infer<typeof address>;

/** A buyer as an issued invoice keeps it: what the client is called next year does not change it. */
export const buyer = z.object({
  name: line(200),
  address,
  vatId: line(20).nullable(),
  companyId: line(50).nullable(),
});
export type Buyer = z.infer<typeof buyer>;

/** A seller as an issued invoice keeps it. */
export const seller = z.object({
  name: line(200),
  address,
  vatId: line(20).nullable(),
  companyId: line(50).nullable(),
  iban: line(34).nullable(),
  bic: line(11).nullable(),
});
export type Seller = z.infer<typeof seller>;
