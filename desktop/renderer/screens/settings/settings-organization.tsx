/**
 * The organization: what its invoices say of it, and what holds where an invoice says nothing. Only owners can change
 * this.
 */
import type { ComponentChild } from "preact";
import { OWNER } from "../../../../events/business/roles.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { FieldFromAddress, wayBack } from "../../fields/from-address.tsx";
import { GroupField } from "../../fields/group-field.tsx";
import { factsOfMore } from "../../fields/more.tsx";
import { useForm } from "../../form/use-form.ts";
import { ORGANIZATION_MORE, usualSchemes } from "../../more/more-of-parties.ts";
import { Facts } from "../../parts/facts.tsx";
import { mayChange } from "../../parts/write-button.tsx";
import { go } from "../../state/navigation.ts";
import { organization } from "../../state/state.ts";
import { formatIban } from "../../text/bank-account.ts";
import { languageName } from "../../text/codes.ts";
import { countries, languages, timeZones, withOwn } from "../../text/named-codes.ts";
import { addressLines } from "../../text/postal.ts";
import { ORGANIZATION_FORM } from "./organization-form-fields.ts";
import { SettingsLogo } from "./settings-logo.tsx";

export function OrganizationSettings(): ComponentChild {
  const row = organization.value;
  if (!row) return <p class="waiting">Loading…</p>;
  return (
    <>
      {mayChange(OWNER) ? <OrganizationForm row={row} /> : <OrganizationFacts row={row} />}
      <SettingsLogo row={row} />
    </>
  );
}

function OrganizationForm({ row }: { row: OrganizationRow }): ComponentChild {
  const start = { value: ORGANIZATION_FORM.typedOf(row), version: row.version };
  const form = useForm("organization", ORGANIZATION_FORM.fields, start);
  if (!form) return null;
  const back = wayBack();
  const { input, errors } = ORGANIZATION_FORM.inputOf(form.value, start.value);
  return (
    <FormFrame
      form={form}
      submit="Save"
      send={() => form.submit({ command: "ChangeProfile", input, errors })}
      cancel={back ?? "/settings"}
      {...(back !== null && { onSent: () => go(back) })}
      roles={OWNER}
    >
      <FieldFromAddress />
      <section class="panel fields">
        <h2 class="wide">Name and address</h2>
        <TextField form={form} name="legalName" />
        <TextField form={form} name="tradingName" hint="Optional. Shown on invoices and in the navigation." />
        <TextField form={form} name="street" />
        <TextField form={form} name="street2" />
        <TextField form={form} name="postcode" />
        <TextField form={form} name="city" />
        <TextField form={form} name="region" />
        <SelectField form={form} name="country" options={withOwn(countries(), row.country, "Unknown")} />
      </section>
      <section class="panel fields">
        <h2 class="wide">Registration and contact</h2>
        <TextField form={form} name="vatId" />
        <TextField form={form} name="companyId" />
        <TextField form={form} name="email" />
        <TextField form={form} name="phone" />
      </section>
      <section class="panel fields">
        <h2 class="wide">Bank account</h2>
        <TextField form={form} name="iban" hint="Its check digits are verified." />
        <TextField form={form} name="bic" />
      </section>
      <section class="panel fields">
        <h2 class="wide">Invoices</h2>
        <TextField form={form} name="termsDays" hint="Unless the client or the invoice has its own." />
        <SelectField
          form={form}
          name="language"
          options={withOwn(languages(), row.language, languageName(row.language))}
        />
        <SelectField
          form={form}
          name="timeZone"
          hint="Determines when a day begins and ends."
          options={withOwn(timeZones(), row.time_zone, row.time_zone)}
        />
        <div class="field">
          <span>Currency</span>
          <strong>{row.currency}</strong>
          <p class="detail">VAT is stated in this currency, so it cannot be changed.</p>
        </div>
      </section>
      <GroupField
        form={form}
        at="more"
        group={ORGANIZATION_MORE}
        typed={form.value.more}
        about="Tax number, legal information, identifiers, electronic address, contact, further accounts, tax representative and colour"
        usual={usualSchemes(form.value.country)}
        onChange={(more, at) => form.change({ more }, at)}
      />
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
          ["VAT ID", row.vat_id],
          ["Company number", row.company_id],
          ["E-mail", row.email],
          ["Phone", row.phone],
          ["IBAN", row.iban && formatIban(row.iban)],
          ["BIC", row.bic],
          ["Days to pay", row.terms_days],
          ["Language", languageName(row.language)],
          ["Time zone", row.time_zone],
          ["Currency", row.currency],
          ...factsOfMore(ORGANIZATION_MORE, row.more, row.currency),
        ]}
      />
      <p class="detail">Only owners can change this.</p>
    </section>
  );
}
