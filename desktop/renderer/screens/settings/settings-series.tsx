/** Number series, which name documents. A series that is in use cannot be removed. */
import type { ComponentChild } from "preact";
import type { OrganizationProfile } from "../../../../events/business/organization.ts";
import { OWNER } from "../../../../events/business/roles.ts";
import { formatNumber, PATTERN_FAULTS, patternFault } from "../../../../events/values/number-pattern.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import { Field } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { FieldFromAddress, wayBack } from "../../fields/from-address.tsx";
import { errorIdInRow, RowErrors } from "../../fields/row-errors.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { readWhole } from "../../form/read-days.ts";
import type { Start } from "../../form/stored-input.ts";
import { type Form, useForm } from "../../form/use-form.ts";
import { mayWrite } from "../../parts/write-button.tsx";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { count, day } from "../../text/format.ts";

interface TypedSeries {
  name: string;
  kind: StoredSeries["kind"];
  pattern: string;
  first: string;
  reset: StoredSeries["reset"];
  foreign: boolean;
}

interface FormValue {
  series: TypedSeries[];
}

type StoredSeries = OrganizationRow["number_series"][number];

const KINDS = [
  ["both", "Both"],
  ["invoice", "Invoices"],
  ["credit_note", "Credit notes"],
] as const;

/** The fields of a row whose errors are shown below it. */
const ROW_FIELDS = [
  ["name", "Name"],
  ["kind", "For"],
  ["pattern", "Pattern"],
  ["first", "First number"],
  ["reset", "Begins again"],
  ["foreign", "External"],
] as const;

const NEW: TypedSeries = { name: "", kind: "both", pattern: "{0000}", first: "1", reset: "never", foreign: false };
const MAX_SERIES = 100;
const MAX_FIRST = 999_999_999_999;

const FIELDS: FieldsOf<FormValue> = {
  series: {
    label: "Number series",
    text: (series) => (
      <ul>
        {series.map((one, n) => (
          <li key={`${n} ${one.name}`}>
            {one.name}: {nextOf(one, 0)}
          </li>
        ))}
      </ul>
    ),
  },
};

export function SeriesSettings(): ComponentChild {
  const row = organization.value;
  if (!row) return <p class="waiting">Loading…</p>;
  return mayWrite(OWNER) ? <SeriesForm row={row} /> : <SeriesTable rows={row.number_series} />;
}

function SeriesForm({ row }: { row: OrganizationRow }): ComponentChild {
  const form = useForm("organization/series", FIELDS, typedOf(row));
  if (!form) return null;
  const { series } = form.value;
  const back = wayBack();
  const put = (next: TypedSeries[]) => form.change({ series: next });
  const refused = form.errorAt("series");
  return (
    <FormFrame
      form={form}
      submit="Save"
      send={() => form.submit({ command: "ChangeProfile", ...inputOf(form.value) })}
      cancel={back ?? "/settings/series"}
      {...(back !== null && { onSent: () => go(back) })}
      roles={OWNER}
    >
      <FieldFromAddress />
      <fieldset class="panel series" name="series" aria-describedby={refused ? "series-refused" : undefined}>
        <legend class="for-screen-readers">Number series</legend>
        <p class="detail">
          A document takes its number from the first series for its type, unless you choose another one. In an external
          series, you enter numbers from another system.
        </p>
        {series.map((one, n) => (
          <SeriesRow
            key={n}
            form={form}
            n={n}
            stored={row.number_series.find(({ name, documents }) => name === one.name && documents > 0)}
            change={(part) => put(series.map((other, place) => (place === n ? { ...other, ...part } : other)))}
            remove={() => put(series.filter((_, place) => place !== n))}
          />
        ))}
        {refused !== null && (
          <p id="series-refused" class="field-error">
            {refused}
          </p>
        )}
        <div>
          <button
            type="button"
            name="add"
            class="plain"
            disabled={form.unanswered || series.length >= MAX_SERIES}
            onClick={() => put([...series, NEW])}
          >
            Add series
          </button>
        </div>
      </fieldset>
    </FormFrame>
  );
}

interface SeriesRowProps {
  form: Form<FormValue>;
  n: number;
  /** The stored series, if it has numbered a document. */
  stored: StoredSeries | undefined;
  change: (part: Partial<TypedSeries>) => void;
  remove: () => void;
}

function SeriesRow({ form, n, stored, change, remove }: SeriesRowProps): ComponentChild {
  const one = form.value.series[n] ?? NEW;
  const place = `series.${n}`;
  const cells = { ...form, errorIdOf: errorIdInRow };
  const text = (name: "name" | "pattern" | "first", label: string, maxLength: number) => (
    <Field form={cells} at={`${place}.${name}`} label={label}>
      {(attributes) => (
        <input
          {...attributes}
          autocomplete="off"
          spellcheck={false}
          inputMode={name === "first" ? "numeric" : "text"}
          maxLength={maxLength}
          value={one[name]}
          readOnly={name === "name" && stored !== undefined}
          disabled={attributes.disabled || (name === "first" && one.foreign)}
          onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <fieldset class="series-row">
      <legend class="for-screen-readers">{one.name === "" ? "New series" : `Series ${one.name}`}</legend>
      {text("name", "Name", 40)}
      <Field form={cells} at={`${place}.kind`} label="For">
        {(attributes) => (
          <select
            {...attributes}
            value={one.kind}
            onChange={({ currentTarget }) => change({ kind: kindOf(currentTarget.value) })}
          >
            {KINDS.map(([value, says]) => (
              <option key={value} value={value}>
                {says}
              </option>
            ))}
          </select>
        )}
      </Field>
      {text("pattern", "Pattern", 40)}
      {text("first", "First number", 12)}
      <Field form={cells} at={`${place}.foreign`} label="External">
        {(attributes) => (
          <input
            {...attributes}
            type="checkbox"
            checked={one.foreign}
            disabled={attributes.disabled || stored !== undefined}
            onChange={({ currentTarget }) => change({ foreign: currentTarget.checked })}
          />
        )}
      </Field>
      <p class="detail">
        {one.foreign ? "You enter the numbers" : `Next: ${nextOf(one, stored?.last_number ?? 0)}`}
        {stored && ` · ${usedOf(stored)} · Cannot be removed`}
      </p>
      {!stored && (
        <button type="button" class="plain" disabled={form.unanswered} onClick={remove}>
          Remove<span class="for-screen-readers"> series {one.name}</span>
        </button>
      )}
      <RowErrors at={place} fields={ROW_FIELDS} errorAt={form.errorAt} />
    </fieldset>
  );
}

function SeriesTable({ rows }: { rows: readonly StoredSeries[] }): ComponentChild {
  return (
    <section class="panel">
      <h2>Number series</h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">For</th>
            <th scope="col">Next number</th>
            <th scope="col">Used</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <td>{row.name}</td>
              <td>{KINDS.find(([kind]) => kind === row.kind)?.[1]}</td>
              <td>{row.is_foreign === 1 ? "You enter it" : nextOf(typedSeries(row), row.last_number)}</td>
              <td>{row.documents > 0 && usedOf(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="detail">Only owners can change these.</p>
    </section>
  );
}

function nextOf({ pattern }: TypedSeries, last: number): string {
  return formatNumber(pattern, organization.value?.today ?? "", last + 1);
}

function usedOf({ documents, last_issued_on }: StoredSeries): string {
  const numbers = documents === 1 ? "1 number" : `${count(documents, locale.value)} numbers`;
  return `${numbers} used, last on ${day(last_issued_on, locale.value)}`;
}

function kindOf(typed: string): StoredSeries["kind"] {
  return KINDS.find(([kind]) => kind === typed)?.[0] ?? "both";
}

function typedSeries({ name, kind, pattern, first, reset, is_foreign }: StoredSeries): TypedSeries {
  return { name, kind, pattern, first: String(first), reset, foreign: is_foreign === 1 };
}

function typedOf({ number_series, version }: OrganizationRow): Start<FormValue> {
  return { value: { series: number_series.map(typedSeries) }, version };
}

function inputOf({ series }: FormValue): { input: Pick<OrganizationProfile, "series">; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const input = series.map(({ name, kind, pattern, first, reset, foreign }, n) => {
    const number = readWhole(first, 1, MAX_FIRST);
    if (number === null) errors.push({ field: `series.${n}.first`, message: "must be a number from 1" });
    const fault = patternFault(pattern.trim());
    if (fault) errors.push({ field: `series.${n}.pattern`, message: PATTERN_FAULTS[fault] });
    return { name: name.trim(), kind, pattern: pattern.trim(), first: number ?? 1, reset, foreign };
  });
  return { input: { series: input }, errors };
}
