/** The filters of the list of invoices. The address holds all of them. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { decimalsOf } from "../../../../events/values/currency.ts";
import { ClientPicker } from "../../fields/client-picker.tsx";
import { SearchBox } from "../../lists/search-box.tsx";
import { go, reword } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { amount } from "../../text/format.ts";
import { readNumber, sentenceOf } from "../../text/read-number.ts";
import { addressOf, STATUSES, statusIn, type Words, withStatus } from "./invoice-words.ts";

/** The filters that are folded away. */
const FOLDED = [
  "kind",
  "owed",
  "client",
  "issued_from",
  "issued_to",
  "due_from",
  "due_to",
  "gross_min",
  "gross_max",
] as const;

/** The filters stay open when the user comes back from an invoice. */
let leftOpen = false;

/** @param props.children more of the filter's first row */
export function InvoiceFilters({ words, children }: { words: Words; children?: ComponentChildren }): ComponentChild {
  const folded = FOLDED.filter((name) => words[name] !== undefined).length;
  const [open, setOpen] = useState(folded > 0 || leftOpen);
  leftOpen = open;
  const change = (change: Words) => go(addressOf({ ...words, ...change }));
  // A date is valid many times while it is typed, so it adds no entry to the history.
  const changeQuietly = (change: Words) => reword(addressOf({ ...words, ...change }));
  const status = statusIn(words);
  return (
    <search class="filters">
      <div class="filters-row">
        <SearchBox label="Search invoices" hint="Number, client, line, amount…" />
        <fieldset class="tabs">
          <legend class="for-screen-readers">Status</legend>
          {STATUSES.map(({ name }) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === status}
              onClick={() => go(addressOf(withStatus(words, name)))}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <Currency words={words} change={change} />
        {children}
        <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
          Filters{folded > 0 ? ` (${folded})` : ""}
        </button>
        {addressOf(words) !== "/invoices" && (
          <button type="button" class="link" onClick={() => go("/invoices")}>
            Clear all
          </button>
        )}
      </div>
      {open && (
        <div class="filters-row fields">
          <label>
            Type
            <select value={words.kind ?? ""} onChange={(event) => change({ kind: event.currentTarget.value })}>
              <option value="">All</option>
              <option value="invoice">Invoices</option>
              <option value="credit_note">Credit notes</option>
            </select>
          </label>
          <label>
            Balance
            <select value={words.owed ?? ""} onChange={(event) => change({ owed: event.currentTarget.value })}>
              <option value="">All</option>
              <option value="true">Owed by the client</option>
              <option value="false">Credit of the client</option>
            </select>
          </label>
          <ClientPicker
            label="Client"
            client={words.client === undefined ? null : Number(words.client)}
            onChoose={(client) => change({ client: client === null ? "" : String(client) })}
          />
          <Period words={words} change={changeQuietly} />
          <AmountFields words={words} change={change} />
        </div>
      )}
    </search>
  );
}

interface FieldsProps {
  words: Words;
  change: (change: Words) => void;
}

/** Filters by the date of issue or the due date. */
function Period({ words, change }: FieldsProps): ComponentChild {
  const [of, setOf] = useState<"issued" | "due">(words.due_from || words.due_to ? "due" : "issued");
  const from = words[`${of}_from`] ?? "";
  const to = words[`${of}_to`] ?? "";
  const dates = (which: "issued" | "due", start: string, end: string): Words => ({
    issued_from: "",
    issued_to: "",
    due_from: "",
    due_to: "",
    [`${which}_from`]: start,
    [`${which}_to`]: end,
  });
  return (
    <>
      <label>
        Date
        <select
          value={of}
          onChange={(event) => {
            const which = event.currentTarget.value === "due" ? "due" : "issued";
            setOf(which);
            if (from !== "" || to !== "") change(dates(which, from, to));
          }}
        >
          <option value="issued">Issue date</option>
          <option value="due">Due date</option>
        </select>
      </label>
      <label>
        From
        <input type="date" value={from} onChange={(event) => change(dates(of, event.currentTarget.value, to))} />
      </label>
      <label>
        To
        <input type="date" value={to} onChange={(event) => change(dates(of, from, event.currentTarget.value))} />
      </label>
    </>
  );
}

/** The currency of the list. Limits of amounts without one are in the organization's. */
function currencyIn({ currency, gross_min, gross_max }: Words): string | undefined {
  const isLimited = gross_min !== undefined || gross_max !== undefined;
  return currency ?? (isLimited ? organization.value?.currency : undefined);
}

/** A choice if there are several currencies. */
function Currency({ words, change }: FieldsProps): ComponentChild {
  const { value: currencies } = useCall("listCurrencies", {});
  const currency = currencyIn(words);
  const codes = [...new Set([...(currencies ?? []), ...(currency === undefined ? [] : [currency])])];
  if (codes.length < 2 && words.currency === undefined) return null;
  return (
    <label class="choice">
      Currency
      <select
        value={currency ?? ""}
        onChange={(event) => change({ currency: event.currentTarget.value, gross_min: "", gross_max: "" })}
      >
        <option value="">All</option>
        {codes.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </select>
    </label>
  );
}

/** An amount needs a currency: otherwise a thousand yen would equal ten pounds. */
function AmountFields({ words, change }: FieldsProps): ComponentChild {
  const currency = currencyIn(words) ?? organization.value?.currency ?? "EUR";
  const field = (name: "gross_min" | "gross_max", label: string) => (
    <AmountField
      key={`${name} ${words[name] ?? ""} ${currency}`}
      label={label}
      minor={words[name]}
      currency={currency}
      onChange={(minor) => change({ [name]: minor, ...(minor !== "" && { currency }) })}
    />
  );
  return (
    <>
      {field("gross_min", "Amount from")}
      {field("gross_max", "Amount to")}
    </>
  );
}

interface AmountFieldProps {
  label: string;
  minor: string | undefined;
  currency: string;
  /** Minor units, as text; empty: none. */
  onChange: (minor: string) => void;
}

function AmountField({ label, minor, currency, onChange }: AmountFieldProps): ComponentChild {
  const [problem, setProblem] = useState<string | null>(null);
  const errorId = useId();
  const shown = minor !== undefined && /^-?\d{1,15}$/.test(minor) ? amount(Number(minor), currency, locale.value) : "";
  const take = (text: string) => {
    if (text.trim() === "") {
      setProblem(null);
      return onChange("");
    }
    const read = readNumber(text, { locale: locale.value, currency, decimals: decimalsOf(currency) });
    setProblem(read.problem);
    if (read.value !== null) onChange(String(read.value));
  };
  return (
    <label>
      {label}
      <input
        type="text"
        inputMode="decimal"
        placeholder={currency}
        defaultValue={shown}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : errorId}
        onChange={(event) => take(event.currentTarget.value)}
      />
      {problem !== null && (
        <span id={errorId} class="field-error" role="alert">
          {sentenceOf(label, problem)}
        </span>
      )}
    </label>
  );
}
