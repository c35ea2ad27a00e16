/** What is typed of a client, and the command's input that it makes. */
import type { Client } from "../../../../events/business/client.ts";
import { isLanguage } from "../../../../events/values/language.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import { same } from "../../form/merge.ts";
import { codeOfText, countries, currencies, languages, type Named, textOfCode } from "../../text/named-codes.ts";

const ADDRESS = ["street", "street2", "city", "postcode", "region", "country"] as const;
const PLAIN = ["name", "contact", "email", "phone", "vatId", "companyId", "note"] as const;

/** As it is typed. */
export type TypedClient = Record<
  (typeof ADDRESS)[number] | (typeof PLAIN)[number] | "termsDays" | "currency" | "vatCategory" | "language",
  string
>;

export const NEW_CLIENT: TypedClient = {
  name: "",
  contact: "",
  email: "",
  phone: "",
  street: "",
  street2: "",
  postcode: "",
  city: "",
  region: "",
  country: "",
  vatId: "",
  companyId: "",
  termsDays: "",
  currency: "",
  vatCategory: "",
  language: "",
  note: "",
};

/** The country that nobody knows: a field that may stay empty. */
const UNKNOWN_COUNTRY = "ZZ";

export function typedOf(client: Row<"client">): TypedClient {
  return {
    name: client.name,
    contact: client.contact ?? "",
    email: client.email ?? "",
    phone: client.phone ?? "",
    street: client.street ?? "",
    street2: client.street2 ?? "",
    postcode: client.postcode ?? "",
    city: client.city ?? "",
    region: client.region ?? "",
    country: client.country === UNKNOWN_COUNTRY ? "" : textOfCode(countries(), client.country),
    vatId: client.vat_id ?? "",
    companyId: client.company_id ?? "",
    termsDays: client.terms_days === null ? "" : String(client.terms_days),
    currency: textOfCode(currencies(), client.currency),
    vatCategory: client.vat_category ?? "",
    language: textOfCode(languages(), client.language),
    note: client.note ?? "",
  };
}

/** What has no code in a list, but is one: an old currency, say. */
const CODES = { country: /^[A-Z]{2}$/, currency: /^[A-Z]{3}$/ };

/**
 * The whole client. Where something is wrong, `errors` say where.
 *
 * @param before what the form began with: a country that was known stays known
 */
export function inputOf(typed: TypedClient, before: TypedClient): { input: Client; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const text = (value: string) => value.trim() || null;
  const plain = Object.fromEntries(PLAIN.map((name) => [name, text(typed[name])])) as Record<string, string | null>;
  const parts = Object.fromEntries(ADDRESS.map((name) => [name, text(typed[name])])) as Record<string, string | null>;
  const code = (name: "country" | "currency", list: readonly Named[], field: string) => {
    const value = typed[name].trim();
    const found = codeOfText(list, value) ?? (CODES[name].test(value) ? value : null);
    if (value !== "" && found === null) errors.push({ field, message: `There is no ${name} “${value}”.` });
    return found;
  };
  if (plain.name === null) errors.push({ field: "name", message: "is missing" });
  if (parts.country === null && before.country !== "") errors.push({ field: "address.country", message: "is missing" });
  const input = {
    ...plain,
    email: plain.email?.toLowerCase() ?? null,
    address: { ...parts, country: code("country", countries(), "address.country") ?? UNKNOWN_COUNTRY },
    termsDays: daysOf(typed.termsDays, errors),
    currency: code("currency", currencies(), "currency"),
    vatCategory: text(typed.vatCategory),
    language: languageOf(typed.language, errors),
  };
  return { input: input as Client, errors };
}

function daysOf(typed: string, errors: FieldError[]): number | null {
  const value = typed.trim();
  if (value === "") return null;
  const days = /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN;
  if (days <= 365) return days;
  errors.push({ field: "termsDays", message: "is not a number of days from 0 to 365" });
  return null;
}

function languageOf(typed: string, errors: FieldError[]): string | null {
  const value = typed.trim();
  if (value === "") return null;
  const tag = codeOfText(languages(), value) ?? value;
  if (isLanguage(tag)) return tag;
  errors.push({ field: "language", message: `There is no language “${value}”.` });
  return null;
}

/** Only what is other than it was: what somebody else changes meanwhile is not written over. */
export function changesOf(before: TypedClient, input: Client): Partial<Client> {
  const old = inputOf(before, before).input;
  const changed = (Object.keys(input) as (keyof Client)[]).filter((name) => !same(input[name], old[name]));
  return Object.fromEntries(changed.map((name) => [name, input[name]]));
}
