/** One number series in the form: what its numbers look like, and the next ones as they are typed. */
import type { ComponentChild } from "preact";
import { Field } from "../../fields/fields.tsx";
import { errorIdInRow, RowErrors } from "../../fields/row-errors.tsx";
import type { Form } from "../../form/use-form.ts";
import { locale, organization } from "../../state/state.ts";
import { count, day } from "../../text/format.ts";
import {
  type FormValue,
  KINDS,
  NEW_SERIES,
  previewOf,
  RESET_NAMES,
  type SeriesState,
  type StoredSeries,
  type TypedSeries,
} from "./series-form-fields.ts";

/** The fields of a row whose errors are shown below it. */
const ROW_FIELDS = [
  ["name", "Name"],
  ["kind", "For"],
  ["pattern", "Pattern"],
  ["first", "First number"],
  ["reset", "Begins again"],
  ["foreign", "External"],
] as const;

interface SeriesRowProps {
  form: Form<FormValue>;
  n: number;
  /** The stored series, if it has numbered a document. */
  stored: StoredSeries | undefined;
  state: SeriesState | undefined;
  change: (part: Partial<TypedSeries>) => void;
  remove: () => void;
  /** Absent: it is the first one. */
  moveUp?: () => void;
}

export function SeriesRow({ form, n, stored, state, change, remove, moveUp }: SeriesRowProps): ComponentChild {
  const one = form.value.series[n] ?? NEW_SERIES;
  const place = `series.${n}`;
  const cells = { ...form, errorIdOf: errorIdInRow };
  const isFrozen = stored !== undefined && stored.reset === "never" && !one.foreign;
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
          readOnly={name === "name" ? stored !== undefined : isFrozen}
          disabled={attributes.disabled || (name !== "name" && one.foreign)}
          onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <fieldset class="series-row">
      <legend class="for-screen-readers">{one.name === "" ? "New series" : `Series ${one.name}`}</legend>
      {text("name", "Name", 40)}
      <Choice
        form={cells}
        at={`${place}.kind`}
        label="For"
        value={one.kind}
        options={KINDS}
        change={(kind) => change({ kind })}
      />
      {text("pattern", "Pattern", 40)}
      {text("first", "First number", 12)}
      <Choice
        form={cells}
        at={`${place}.reset`}
        label="Begins again"
        value={one.reset}
        options={RESET_NAMES}
        disabled={stored !== undefined || one.foreign}
        change={(reset) => change({ reset })}
      />
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
      <p class="detail" role="status">
        {[previewWords(one, state), ...(stored ? [usedOf(stored), frozenWords(one)] : [])].filter(Boolean).join(" · ")}
      </p>
      <div class="series-buttons">
        {moveUp && (
          <button type="button" class="plain" disabled={form.unanswered} onClick={moveUp}>
            Move up<span class="for-screen-readers"> series {one.name}</span>
          </button>
        )}
        {!stored && (
          <button type="button" class="plain" disabled={form.unanswered} onClick={remove}>
            Remove<span class="for-screen-readers"> series {one.name}</span>
          </button>
        )}
      </div>
      <RowErrors at={place} fields={ROW_FIELDS} errorAt={form.errorAt} />
    </fieldset>
  );
}

interface ChoiceProps<Value extends string> {
  form: Parameters<typeof Field>[0]["form"];
  at: string;
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  disabled?: boolean;
  change: (value: Value) => void;
}

function Choice<Value extends string>(props: ChoiceProps<Value>): ComponentChild {
  const { form, at, label, value, options, disabled = false, change } = props;
  return (
    <Field form={form} at={at} label={label}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          disabled={attributes.disabled || disabled}
          onChange={({ currentTarget }) => {
            const chosen = options.find(([one]) => one === currentTarget.value);
            if (chosen) change(chosen[0]);
          }}
        >
          {options.map(([one, says]) => (
            <option key={one} value={one}>
              {says}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** `Next: RE-2026-0007 · From 2027: RE-2027-0001` */
export function previewWords(one: TypedSeries, state: SeriesState | undefined): string {
  if (one.foreign) return "You enter the numbers";
  const preview = previewOf(one, state, organization.value?.today ?? "");
  if (preview === null) return "";
  const { next, passedOver, later } = preview;
  const over = passedOver === 0 ? "" : `, ${numbers(passedOver)} before it ${passedOver === 1 ? "is" : "are"} taken`;
  return [`Next: ${next}${over}`, ...(later ? [`From ${later.period}: ${later.number}`] : [])].join(" · ");
}

export function usedOf({ documents, last_issued_on }: Pick<StoredSeries, "documents" | "last_issued_on">): string {
  return `${numbers(documents)} used, last on ${day(last_issued_on, locale.value)}`;
}

function numbers(documents: number): string {
  return documents === 1 ? "1 number" : `${count(documents, locale.value)} numbers`;
}

/** What of a series in use stays. */
function frozenWords({ foreign, reset }: TypedSeries): string {
  if (foreign) return "Cannot be removed";
  if (reset === "never") return "Cannot be removed, and its pattern and first number are fixed";
  return `Cannot be removed. Changes of its pattern and first number begin with the next ${reset === "yearly" ? "year" : "month"}`;
}
