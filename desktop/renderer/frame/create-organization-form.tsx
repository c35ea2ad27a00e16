/** Creates an organization, on servers that let anyone do so: its name, and its owner. The rest has defaults. */
import type { ComponentChild } from "preact";
import type { Failure } from "../../contract/call-error.ts";
import { SelectField, TextField } from "../fields/fields.tsx";
import type { FieldsOf } from "../form/form-fields.ts";
import { atPasswordField, PASSWORD_HINT, passwordProblem } from "../form/password.ts";
import { inWords } from "../form/refusal-words.ts";
import { usePlainForm } from "../form/use-plain-form.ts";
import { FormEnd } from "../parts/form-end.tsx";
import { adviceFor } from "../parts/problem.tsx";
import { call } from "../state/bridge.ts";
import { countryOf, currencyIn } from "../text/countries.ts";
import { countries, currencies } from "../text/named-codes.ts";

const TERMS_DAYS = 30;

interface FormValue {
  legalName: string;
  country: string;
  /** Empty: the currency of the country. */
  currency: string;
  name: string;
  email: string;
  password: string;
  again: string;
}

const EMPTY: FormValue = { legalName: "", country: "", currency: "", name: "", email: "", password: "", again: "" };

const FIELDS: FieldsOf<FormValue> = {
  legalName: { label: "Organization name", input: { autocomplete: "organization" } },
  country: { label: "Country" },
  currency: { label: "Currency" },
  name: { label: "Your name", at: "owner.name", input: { autocomplete: "name" } },
  email: { label: "Your e-mail", at: "owner.email", input: { type: "email", autocomplete: "username" } },
  password: { label: "Password", at: "owner.password", input: { type: "password", autocomplete: "new-password" } },
  again: { label: "Confirm password", input: { type: "password", autocomplete: "new-password" } },
};

export function CreateOrganizationForm({ onBack }: { onBack: () => void }): ComponentChild {
  const form = usePlainForm(FIELDS, { ...EMPTY, country: countryOf(navigator.language) }, withField);
  const { country, password, again } = form.value;
  const currency = form.value.currency || currencyIn(country);
  const submit = () => {
    const problem = passwordProblem(password, again);
    return form.submit(problem && { ...problem, field: PASSWORD_FIELDS[problem.field] }, () =>
      call("createOrganization", organizationInput(form.value, currency)),
    );
  };
  return (
    <form
      class="login"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField form={form} name="legalName" focus />
      <div class="two-fields">
        <SelectField form={form} name="country" options={countries()} />
        <SelectField form={{ ...form, value: { ...form.value, currency } }} name="currency" options={currencies()} />
      </div>
      <p class="detail">The currency cannot be changed later. You can change everything else in Settings.</p>
      <TextField form={form} name="name" />
      <TextField form={form} name="email" />
      <TextField form={form} name="password" hint={PASSWORD_HINT} />
      <TextField form={form} name="again" />
      <FormEnd
        submit="Create organization"
        sending="Creating…"
        busy={form.busy}
        failure={form.failure}
        wordsOf={wordsOf}
        roles={null}
        inColumn
      >
        <button type="button" class="link" disabled={form.busy} onClick={onBack}>
          Back to login
        </button>
      </FormEnd>
    </form>
  );
}

const PASSWORD_FIELDS = { password: "owner.password", again: "again" } as const;

function wordsOf(failure: Failure): string {
  if (failure.code === "UNKNOWN_OUTCOME")
    return "The server did not respond, so the organization may already exist. Submit again: it is never created twice.";
  return adviceFor(failure) ?? failure.message;
}

/** Puts a failure at its field where the server does not name one. */
function withField(failure: Failure): Failure {
  if (failure.code !== "EMAIL_TAKEN") return atPasswordField(inWords(failure, navigator.language), "owner.password");
  return {
    ...failure,
    field: "owner.email",
    message: "An account with this e-mail address already exists. Log in instead.",
  };
}

function organizationInput({ legalName, country, name, email, password }: FormValue, currency: string) {
  return {
    profile: {
      legalName: legalName.trim(),
      address: { country },
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      language: navigator.language,
      currency,
      termsDays: TERMS_DAYS,
    },
    owner: { name: name.trim(), email, password },
  };
}
