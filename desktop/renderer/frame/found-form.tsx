/** Founding an organization, where the server lets anybody: who it is, and who owns it. The rest has defaults. */
import type { ComponentChild } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { errorsIn, PlainField, passwordProblem, SHORTEST_PASSWORD } from "../fields/plain-field.tsx";
import { inWords } from "../form/refusal-words.ts";
import { useFocus } from "../form/use-focus.ts";
import { focusFirst } from "../form/use-form.ts";
import { adviceFor } from "../parts/problem.tsx";
import { call } from "../state/bridge.ts";
import { failureIn } from "../state/call-failed.ts";
import { countryOf, currencyIn } from "../text/countries.ts";
import { countries, currencies, type Named } from "../text/named-codes.ts";

const TERMS_DAYS = 30;
const SERIES = [
  { name: "Invoices", kind: "invoice", prefix: "INV-", digits: 4, foreign: false },
  { name: "Credit notes", kind: "credit_note", prefix: "CN-", digits: 4, foreign: false },
];

interface Typed {
  legalName: string;
  country: string;
  /** Empty: the country's. */
  currency: string;
  name: string;
  email: string;
  password: string;
  again: string;
}

export function FoundForm({ onBack }: { onBack: () => void }): ComponentChild {
  const [typed, setTyped] = useState<Typed>(() => ({
    legalName: "",
    country: countryOf(navigator.language),
    currency: "",
    name: "",
    email: "",
    password: "",
    again: "",
  }));
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const first = useFocus();
  const errors = errorsIn(failure);
  useEffect(() => {
    if (errors.size > 0) focusFirst();
  }, [failure]);
  const currency = typed.currency || currencyIn(typed.country);
  const change = (part: Partial<Typed>) => {
    setTyped({ ...typed, ...part });
    setFailure(null);
  };
  const submit = async () => {
    const problem = passwordProblem(typed.password, typed.again);
    if (problem) return setFailure({ code: "NOT_VALID", ...problem, field: PASSWORD_FIELDS[problem.field] });
    setBusy(true);
    setFailure(null);
    try {
      await call("createOrganization", foundingOf(typed, currency));
    } catch (error) {
      setFailure(placed(failureIn(error)));
      setBusy(false);
    }
  };
  const field = (name: keyof Typed, at: string, label: string, more: object = {}) => (
    <PlainField
      label={label}
      name={at}
      value={typed[name]}
      onInput={(value) => change({ [name]: value })}
      error={errors.get(at) ?? null}
      disabled={busy}
      {...more}
    />
  );
  return (
    <form
      class="login"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      {field("legalName", "legalName", "Name of the organization", { field: first, autocomplete: "organization" })}
      <div class="two-fields">
        <Choose
          label="Country"
          options={countries()}
          value={typed.country}
          onChange={(country) => change({ country })}
          disabled={busy}
        />
        <Choose
          label="Currency"
          options={currencies()}
          value={currency}
          onChange={(chosen) => change({ currency: chosen })}
          disabled={busy}
        />
      </div>
      <p class="detail">The currency stays. All the rest can be changed later, in the settings.</p>
      {field("name", "owner.name", "Your name", { autocomplete: "name" })}
      {field("email", "owner.email", "Your e-mail", { type: "email", autocomplete: "username" })}
      {field("password", "owner.password", "Password", {
        type: "password",
        autocomplete: "new-password",
        hint: `At least ${SHORTEST_PASSWORD} letters.`,
      })}
      {field("again", "again", "Password again", { type: "password", autocomplete: "new-password" })}
      {failure && errors.size === 0 && (
        <p class="field-error" role="alert">
          {wordsOf(failure)}
        </p>
      )}
      <button type="submit" disabled={busy}>
        {busy ? "Founding…" : "Found the organization"}
      </button>
      <button type="button" class="link" disabled={busy} onClick={onBack}>
        Back to the login
      </button>
    </form>
  );
}

const PASSWORD_FIELDS = { password: "owner.password", again: "again" } as const;

function wordsOf(failure: Failure): string {
  if (failure.code === "UNKNOWN_OUTCOME")
    return "The server did not answer: it may be founded already. Send it again; it is never founded twice.";
  return adviceFor(failure) ?? failure.message;
}

/** At the field that it is about, where the server does not say. */
function placed(failure: Failure): Failure {
  if (failure.code !== "EMAIL_TAKEN") return inWords(failure, navigator.language);
  return {
    ...failure,
    field: "owner.email",
    message: "Somebody has an account with this address already: log in with it.",
  };
}

function foundingOf({ legalName, country, name, email, password }: Typed, currency: string) {
  return {
    profile: {
      legalName: legalName.trim(),
      address: { country },
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      language: navigator.language,
      currency,
      termsDays: TERMS_DAYS,
      series: SERIES,
    },
    owner: { name: name.trim(), email, password },
  };
}

interface ChooseProps {
  label: string;
  options: readonly Named[];
  value: string;
  onChange: (value: string) => void;
  disabled: boolean;
}

function Choose({ label, options, value, onChange, disabled }: ChooseProps): ComponentChild {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} disabled={disabled} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
