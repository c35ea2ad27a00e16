/** Creates an organization, on servers that let anyone do so: its name, and its owner. The rest has defaults. */
import type { ComponentChild } from "preact";
import { useRef } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { SelectField, TextField } from "../fields/fields.tsx";
import { type FieldsOf, optional } from "../form/form-fields.ts";
import { atPasswordField, PASSWORD_HINT, passwordProblem } from "../form/password.ts";
import { inWords } from "../form/refusal-words.ts";
import { usePlainForm } from "../form/use-plain-form.ts";
import { FormEnd } from "../parts/form-end.tsx";
import { adviceFor } from "../parts/problem.tsx";
import { call } from "../state/bridge.ts";
import { languageName } from "../text/codes.ts";
import { countryOf, currencyIn } from "../text/countries.ts";
import { deviceLanguage, deviceTimeZone } from "../text/device-locale.ts";
import { countries, currencies, languages, timeZones, withOwn } from "../text/named-codes.ts";

const TERMS_DAYS = 30;

interface FormValue {
  legalName: string;
  country: string;
  /** Empty: the currency of the country. */
  currency: string;
  street: string;
  postcode: string;
  city: string;
  vatId: string;
  language: string;
  timeZone: string;
  name: string;
  email: string;
  password: string;
  again: string;
}

const EMPTY: FormValue = {
  ...{ legalName: "", country: "", currency: "", street: "", postcode: "", city: "", vatId: "" },
  ...{ language: "", timeZone: "", name: "", email: "", password: "", again: "" },
};
/** Fields that may stay as they are. */
const OPTIONAL = ["street", "postcode", "city", "vatId", "language", "timeZone"] as const;

/** Fields without a usual value. */
const REQUIRED = ["legalName", "name", "email"] as const;

const FIELDS: FieldsOf<FormValue> = {
  legalName: { label: "Organization name", input: { autocomplete: "organization" } },
  country: { label: "Country" },
  currency: { label: "Currency" },
  street: { label: "Street", at: "address.street", input: { maxLength: 200 } },
  postcode: { label: "Postcode", at: "address.postcode", input: { maxLength: 20 } },
  city: { label: "City", at: "address.city", input: { maxLength: 100 } },
  vatId: { label: "VAT ID", input: { maxLength: 20 } },
  language: { label: "Language of invoices" },
  timeZone: { label: "Time zone" },
  name: { label: "Your name", at: "owner.name", input: { autocomplete: "name" } },
  email: { label: "Your e-mail", at: "owner.email", input: { type: "email", autocomplete: "username" } },
  password: { label: "Password", at: "owner.password", input: { type: "password", autocomplete: "new-password" } },
  again: { label: "Confirm password", input: { type: "password", autocomplete: "new-password" } },
};

export function CreateOrganizationForm({ onBack }: { onBack: () => void }): ComponentChild {
  const start = {
    ...EMPTY,
    country: countryOf(deviceLanguage()),
    language: deviceLanguage(),
    timeZone: deviceTimeZone(),
  };
  const form = usePlainForm(FIELDS, start, withField);
  const { country, password, again } = form.value;
  const currency = form.value.currency || currencyIn(country);
  const submit = () => {
    const problem = passwordProblem(password, again);
    const missing = REQUIRED.filter((name) => form.value[name].trim() === "");
    const problems = [
      ...missing.map((name) => ({ field: FIELDS[name].at ?? name, message: "is missing" })),
      ...(problem ? [{ ...problem, field: PASSWORD_FIELDS[problem.field] }] : []),
    ];
    return form.submit(problems, () => call("createOrganization", organizationInput(form.value, currency)));
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
      <OptionalFields form={form} />
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

type FoundingForm = ReturnType<typeof usePlainForm<FormValue>>;

/** Closed at first: invoices need some of it, but a user can add it later. Open while a field in it has an error. */
function OptionalFields({ form }: { form: FoundingForm }): ComponentChild {
  const { language, timeZone } = form.value;
  const opened = useRef(false);
  // It stays open, also while the error is being corrected.
  opened.current ||= OPTIONAL.some((name) => form.errorAt(FIELDS[name].at ?? name) !== null);
  return (
    <details open={opened.current || undefined}>
      <summary>Address, VAT ID, language and time zone (optional)</summary>
      <div class="login">
        <p class="detail">
          Invoices state your address. Without your VAT ID, you can only issue invoices without VAT. You can add both
          later.
        </p>
        <TextField form={form} name="street" />
        <div class="two-fields">
          <TextField form={form} name="postcode" />
          <TextField form={form} name="city" />
        </div>
        <TextField form={form} name="vatId" />
        <SelectField form={form} name="language" options={withOwn(languages(), language, languageName(language))} />
        <SelectField
          form={form}
          name="timeZone"
          hint="Determines when a day begins and ends."
          options={withOwn(timeZones(), timeZone, timeZone)}
        />
      </div>
    </details>
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

function organizationInput(value: FormValue, currency: string) {
  const { legalName, country, street, postcode, city, vatId, language, timeZone, name, email, password } = value;
  return {
    profile: {
      legalName: legalName.trim(),
      address: { street: optional(street), postcode: optional(postcode), city: optional(city), country },
      vatId: optional(vatId),
      timeZone,
      language,
      currency,
      termsDays: TERMS_DAYS,
    },
    owner: { name: name.trim(), email, password },
  };
}
