/** Addresses as written on an envelope. */
import type { Row } from "../../../projector/tables/tables.ts";
import { countryName } from "./codes.ts";

type Address = Pick<Row<"client">, "street" | "street2" | "city" | "postcode" | "region" | "country">;

/** The lines of an address, without empty ones. */
export function addressLines({ street, street2, city, postcode, region, country }: Address): string[] {
  const town = [postcode, city].filter(Boolean).join(" ");
  return [street, street2, town, region, countryName(country)].filter(
    (line) => line !== null && line !== "",
  ) as string[];
}
