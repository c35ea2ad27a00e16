/** The fields of a client's form: how each is shown, and how its text is read. */
import type { Client } from "../../../../events/business/client.ts";
import { isLanguage } from "../../../../events/values/language.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import { type FieldReading, fieldsOf, optional, required, type TypedIn } from "../../form/form-fields.ts";
import { readDays } from "../../form/read-days.ts";
import { vatCategoryIn } from "../../form/read-vat.ts";
import { CLIENT_MORE, usualSchemes } from "../../more/more-of-parties.ts";
import { vatName } from "../../text/codes.ts";
import { codeOfText, countries, currencies, languages, type NamedCode, textOfCode } from "../../text/named-codes.ts";

/** The code of an unknown country. The field is empty then. */
const UNKNOWN_COUNTRY = "ZZ";

/** What the form is filled from. */
type ClientRow = Row<"client"> & { more: Client["more"] };

export const CLIENT_FORM = fieldsOf<Client, ClientRow>()((field, group) => ({
  name: field("name", {
    label: "Name",
    input: { maxLength: 200, required: true },
    typed: ({ name }) => name,
    read: required,
  }),
  contact: field("contact", {
    label: "Contact",
    input: { maxLength: 200 },
    typed: ({ contact }) => contact ?? "",
    read: optional,
  }),
  email: field("email", {
    label: "E-mail",
    input: { type: "email", maxLength: 254 },
    typed: ({ email }) => email ?? "",
    read: (text) => optional(text.toLowerCase()),
  }),
  phone: field("phone", {
    label: "Phone",
    input: { type: "tel", maxLength: 50 },
    typed: ({ phone }) => phone ?? "",
    read: optional,
  }),
  street: field("address.street", {
    label: "Street",
    input: { maxLength: 200 },
    typed: ({ street }) => street ?? "",
    read: optional,
  }),
  street2: field("address.street2", {
    label: "Address line 2",
    input: { maxLength: 200 },
    typed: ({ street2 }) => street2 ?? "",
    read: optional,
  }),
  postcode: field("address.postcode", {
    label: "Postcode",
    input: { maxLength: 20 },
    typed: ({ postcode }) => postcode ?? "",
    read: optional,
  }),
  city: field("address.city", {
    label: "City",
    input: { maxLength: 100 },
    typed: ({ city }) => city ?? "",
    read: optional,
  }),
  region: field("address.region", {
    label: "Region",
    input: { maxLength: 100 },
    typed: ({ region }) => region ?? "",
    read: optional,
  }),
  country: field("address.country", {
    label: "Country",
    input: { required: true },
    typed: ({ country }) => (country === UNKNOWN_COUNTRY ? "" : textOfCode(countries(), country)),
    read(text, reading) {
      // An imported client may have an unknown country and keep it; any other needs one.
      const isNew = reading.before.name === "";
      if (text.trim() === "" && (isNew || reading.before.country)) reading.wrong("is missing");
      return codeIn(text, countries(), { ...reading, what: "country", code: /^[A-Z]{2}$/ }) ?? UNKNOWN_COUNTRY;
    },
  }),
  vatId: field("vatId", {
    label: "VAT ID",
    input: { maxLength: 20, placeholder: "Such as DE123456789" },
    typed: ({ vat_id }) => vat_id ?? "",
    read: optional,
  }),
  companyId: field("companyId", {
    label: "Company number",
    input: { maxLength: 50 },
    typed: ({ company_id }) => company_id ?? "",
    read: optional,
  }),
  termsDays: field("termsDays", {
    label: "Days to pay",
    input: { inputMode: "numeric", maxLength: 3 },
    typed: ({ terms_days }) => (terms_days === null ? "" : String(terms_days)),
    read: readDays,
  }),
  currency: field("currency", {
    label: "Currency",
    typed: ({ currency }) => textOfCode(currencies(), currency),
    read: (text, reading) => codeIn(text, currencies(), { ...reading, what: "currency", code: /^[A-Z]{3}$/ }),
  }),
  vatCategory: field("vatCategory", {
    label: "VAT",
    text: clientVatName,
    typed: ({ vat_category }) => vat_category ?? "",
    read: vatCategoryIn,
  }),
  language: field("language", {
    label: "Language",
    typed: ({ language }) => textOfCode(languages(), language),
    read: readLanguage,
  }),
  note: field("note", {
    label: "Note",
    input: { maxLength: 2000 },
    typed: ({ note }) => note ?? "",
    read: optional,
  }),
  more: group("more", {
    label: "More",
    group: CLIENT_MORE,
    stored: ({ more }) => more,
    usual: ({ country = "" }) => usualSchemes(country),
  }),
}));

export type TypedClient = TypedIn<typeof CLIENT_FORM>;

/** @param category as typed; empty if none is chosen */
export function clientVatName(category: string): string {
  const known = vatCategoryIn(category);
  return known ? vatName(known) : "As set for each item";
}

/**
 * Reads a code or its name. A well-formed code that is not in the list is accepted, such as that of an old currency.
 * Null if nothing is typed.
 */
function codeIn(text: string, list: readonly NamedCode[], how: FieldReading & { what: string; code: RegExp }) {
  const value = text.trim();
  const code = codeOfText(list, value) ?? (how.code.test(value) ? value : null);
  if (value !== "" && code === null) how.wrong(`“${value}” is not a known ${how.what}.`);
  return code;
}

function readLanguage(text: string, { wrong }: FieldReading): string | null {
  const value = text.trim();
  if (value === "") return null;
  const tag = codeOfText(languages(), value) ?? value;
  if (isLanguage(tag)) return tag;
  wrong(`“${value}” is not a known language.`);
  return null;
}
