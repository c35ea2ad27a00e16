/** The organization: what its invoices say of it, and what holds where an invoice says nothing. Owners change it. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import type { Described } from "../../fields/conflict.tsx";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { type Start, useForm } from "../../form/use-form.ts";
import { Facts } from "../../parts/facts.tsx";
import { mayWrite } from "../../parts/write-button.tsx";
import { lazy } from "../../state/lazy.ts";
import { organization } from "../../state/state.ts";
import { bicProblem, ibanProblem, plainAccount, shownIban } from "../../text/bank-account.ts";
import { countryName, languageName } from "../../text/codes.ts";
import { countries, languages, type Named } from "../../text/named-codes.ts";
import { addressLines } from "../../text/postal.ts";
import { SettingsLogo } from "./settings-logo.tsx";

/** As it is typed. */
interface Typed {
  legalName: string;
  tradingName: string;
  street: string;
  street2: string;
  city: string;
  postcode: string;
  region: string;
  country: string;
  vatId: string;
  companyId: string;
  email: string;
  phone: string;
  iban: string;
  bic: string;
  timeZone: string;
  language: string;
  termsDays: string;
}

const DESCRIBED: Described<Typed> = {
  legalName: { label: "Legal name" },
  tradingName: { label: "Trading name" },
  street: { label: "Street" },
  street2: { label: "Street, second line" },
  city: { label: "City" },
  postcode: { label: "Postcode" },
  region: { label: "Region" },
  country: { label: "Country", text: countryName },
  vatId: { label: "VAT id" },
  companyId: { label: "Company number" },
  email: { label: "E-mail" },
  phone: { label: "Phone" },
  iban: { label: "IBAN" },
  bic: { label: "BIC" },
  timeZone: { label: "Time zone" },
  language: { label: "Language", text: languageName },
  termsDays: { label: "Days to pay" },
};

const timeZones = lazy(() => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")]);

export function OrganizationSettings(): ComponentChild {
  const row = organization.value;
  if (!row) return <p class="waiting">Reading…</p>;
  return (
    <>
      {mayWrite(OWNER) ? <OrganizationForm row={row} /> : <OrganizationFacts row={row} />}
      <SettingsLogo row={row} />
    </>
  );
}

function OrganizationForm({ row }: { row: OrganizationRow }): ComponentChild {
  const form = useForm("organization", typedOf(row));
  const [saved, setSaved] = useState(false);
  if (!form) return null;
  const submit = async () => {
    const { input, errors } = inputOf(form.value);
    if (errors.length > 0) return form.refuse(errors);
    const { version: ifMatch } = form;
    setSaved((await form.submit({ command: "ChangeProfile", input, ...(ifMatch !== null && { ifMatch }) })) !== null);
  };
  const text = (name: keyof Typed, at: string = name, more: object = {}) => (
    <TextField form={form} name={name} at={at} label={DESCRIBED[name].label} {...more} />
  );
  return (
    <FormFrame
      form={form}
      submit="Save"
      onSubmit={() => void submit()}
      onAnswered={() => setSaved(true)}
      cancel="/settings"
      more={saved && !form.dirty && <span role="status">Saved.</span>}
      described={DESCRIBED}
      roles={OWNER}
    >
      <section class="panel fields">
        <h2 class="wide">Name and address</h2>
        {text("legalName", "legalName", { maxLength: 200, required: true })}
        {text("tradingName", "tradingName", {
          maxLength: 200,
          hint: "On invoices and in the navigation, where there is one.",
        })}
        {text("street", "address.street", { maxLength: 200 })}
        {text("street2", "address.street2", { maxLength: 200 })}
        {text("postcode", "address.postcode", { maxLength: 20 })}
        {text("city", "address.city", { maxLength: 100 })}
        {text("region", "address.region", { maxLength: 100 })}
        <SelectField
          form={form}
          name="country"
          at="address.country"
          label="Country"
          options={withOwn(countries(), row.country, "Not known")}
        />
      </section>
      <section class="panel fields">
        <h2 class="wide">Registration and contact</h2>
        {text("vatId", "vatId", { maxLength: 20 })}
        {text("companyId", "companyId", { maxLength: 50 })}
        {text("email", "email", { type: "email", maxLength: 254 })}
        {text("phone", "phone", { type: "tel", maxLength: 50 })}
      </section>
      <section class="panel fields">
        <h2 class="wide">Where clients pay to</h2>
        {text("iban", "iban", { maxLength: 60, hint: "Its check digits are looked at." })}
        {text("bic", "bic", { maxLength: 20 })}
      </section>
      <section class="panel fields">
        <h2 class="wide">Invoices</h2>
        {text("termsDays", "termsDays", {
          inputMode: "numeric",
          required: true,
          hint: "From issue to due, unless the client or the invoice says otherwise.",
        })}
        <SelectField
          form={form}
          name="language"
          label="Language"
          options={withOwn(languages(), row.language, languageName(row.language))}
        />
        <SelectField
          form={form}
          name="timeZone"
          label="Time zone"
          hint="Days begin and end in it."
          options={withOwn(timeZones().map(zoneOption), row.time_zone, row.time_zone)}
        />
        <div class="field">
          <span>Currency</span>
          <strong>{row.currency}</strong>
          <p class="detail">VAT is stated in it, so it stays.</p>
        </div>
      </section>
    </FormFrame>
  );
}

function OrganizationFacts({ row }: { row: OrganizationRow }): ComponentChild {
  return (
    <section class="panel">
      <h2>{row.legal_name}</h2>
      <Facts
        facts={[
          ["Trading name", row.trading_name],
          ["Address", addressLines(row).join(", ")],
          ["VAT id", row.vat_id],
          ["Company number", row.company_id],
          ["E-mail", row.email],
          ["Phone", row.phone],
          ["IBAN", row.iban && shownIban(row.iban)],
          ["BIC", row.bic],
          ["Days to pay", row.terms_days],
          ["Language", languageName(row.language)],
          ["Time zone", row.time_zone],
          ["Currency", row.currency],
        ]}
      />
      <p class="detail">Owners change it.</p>
    </section>
  );
}

const zoneOption = (zone: string): Named => [zone, zone.replaceAll("_", " ")];

/** What is chosen is always among the choices. */
function withOwn(options: readonly Named[], code: string, name: string): readonly Named[] {
  return options.some(([one]) => one === code) ? options : [[code, name], ...options];
}

function typedOf(row: OrganizationRow): Start<Typed> {
  return {
    value: {
      legalName: row.legal_name,
      tradingName: row.trading_name ?? "",
      street: row.street ?? "",
      street2: row.street2 ?? "",
      city: row.city ?? "",
      postcode: row.postcode ?? "",
      region: row.region ?? "",
      country: row.country,
      vatId: row.vat_id ?? "",
      companyId: row.company_id ?? "",
      email: row.email ?? "",
      phone: row.phone ?? "",
      iban: shownIban(row.iban ?? ""),
      bic: row.bic ?? "",
      timeZone: row.time_zone,
      language: row.language,
      termsDays: String(row.terms_days),
    },
    version: row.version,
  };
}

function inputOf(typed: Typed) {
  const errors: FieldError[] = [];
  const { street, street2, city, postcode, region, country, timeZone, language } = typed;
  const [iban, bic] = [plainAccount(typed.iban), plainAccount(typed.bic)];
  const wrong = { iban: iban === "" ? null : ibanProblem(iban), bic: bic === "" ? null : bicProblem(bic) };
  for (const [field, message] of Object.entries(wrong)) if (message !== null) errors.push({ field, message });
  const days = typed.termsDays.trim();
  if (!/^\d{1,3}$/.test(days) || Number(days) > 365)
    errors.push({ field: "termsDays", message: "is a number of days, from 0 to 365" });
  const address = { street, street2, city, postcode, region };
  return {
    input: {
      legalName: typed.legalName.trim(),
      tradingName: orNull(typed.tradingName),
      address: { ...Object.fromEntries(Object.entries(address).map(([name, text]) => [name, orNull(text)])), country },
      vatId: orNull(typed.vatId),
      companyId: orNull(typed.companyId),
      email: orNull(typed.email.toLowerCase()),
      phone: orNull(typed.phone),
      iban: orNull(iban),
      bic: orNull(bic),
      timeZone,
      language,
      termsDays: Number(days),
    },
    errors,
  };
}

function orNull(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}
