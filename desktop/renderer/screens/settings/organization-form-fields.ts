/**
 * The fields of the organization's form: how each is shown, and how its text is read. Number series and
 * VAT rates have their own forms.
 */
import type { OrganizationProfile } from "../../../../events/business/organization.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import { fieldsOf, optional } from "../../form/form-fields.ts";
import { readDays } from "../../form/read-days.ts";
import { ORGANIZATION_MORE, usualSchemes } from "../../more/more-of-parties.ts";
import { bicProblem, formatIban, ibanProblem, normalizeAccount } from "../../text/bank-account.ts";
import { countryName, languageName } from "../../text/codes.ts";

type Input = Omit<OrganizationProfile, "currency" | "series" | "vatRates">;

export const ORGANIZATION_FORM = fieldsOf<Input, OrganizationRow & { more: Input["more"] }>()((field, group) => ({
  legalName: field("legalName", {
    label: "Legal name",
    input: { maxLength: 200, required: true },
    typed: ({ legal_name }) => legal_name,
    read: (text) => text.trim(),
  }),
  tradingName: field("tradingName", {
    label: "Trading name",
    input: { maxLength: 200 },
    typed: ({ trading_name }) => trading_name ?? "",
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
    text: countryName,
    typed: ({ country }) => country,
    read: (code) => code,
  }),
  vatId: field("vatId", {
    label: "VAT ID",
    input: { maxLength: 20 },
    typed: ({ vat_id }) => vat_id ?? "",
    read: optional,
  }),
  companyId: field("companyId", {
    label: "Company number",
    input: { maxLength: 50 },
    typed: ({ company_id }) => company_id ?? "",
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
  iban: field("iban", {
    label: "IBAN",
    input: { maxLength: 60 },
    typed: ({ iban }) => formatIban(iban ?? ""),
    read(text, { wrong }) {
      const iban = normalizeAccount(text);
      const problem = iban === "" ? null : ibanProblem(iban);
      if (problem !== null) wrong(problem);
      return optional(iban);
    },
  }),
  bic: field("bic", {
    label: "BIC",
    input: { maxLength: 20 },
    typed: ({ bic }) => bic ?? "",
    read(text, { wrong }) {
      const bic = normalizeAccount(text);
      const problem = bic === "" ? null : bicProblem(bic);
      if (problem !== null) wrong(problem);
      return optional(bic);
    },
  }),
  termsDays: field("termsDays", {
    label: "Days to pay",
    input: { inputMode: "numeric", required: true },
    typed: ({ terms_days }) => String(terms_days),
    read(text, { wrong }) {
      if (text.trim() === "") wrong("is missing");
      return readDays(text, { wrong }) ?? 0;
    },
  }),
  language: field("language", {
    label: "Language",
    text: languageName,
    typed: ({ language }) => language,
    read: (tag) => tag,
  }),
  timeZone: field("timeZone", {
    label: "Time zone",
    typed: ({ time_zone }) => time_zone,
    read: (zone) => zone,
  }),
  more: group("more", {
    label: "More",
    group: ORGANIZATION_MORE,
    stored: ({ more }) => more,
    usual: ({ country = "" }) => usualSchemes(country),
  }),
}));
