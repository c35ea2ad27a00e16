/** Number series, which name documents: their patterns, their next numbers, and their gaps. */
import type { ComponentChild } from "preact";
import { OWNER } from "../../../../events/business/roles.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import { FormFrame } from "../../fields/form-frame.tsx";
import { FieldFromAddress, wayBack } from "../../fields/from-address.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { useForm } from "../../form/use-form.ts";
import { mayChange } from "../../parts/write-button.tsx";
import { go } from "../../state/navigation.ts";
import { organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import {
  type FormValue,
  fromEarlier,
  inputOf,
  KINDS,
  NEW_SERIES,
  type SeriesState,
  type TypedSeries,
  typedOf,
  typedSeries,
} from "./series-form-fields.ts";
import { SeriesNumbers } from "./series-numbers.tsx";
import { previewWords, SeriesRow, usedOf } from "./series-row.tsx";

const MAX_SERIES = 100;

const FIELDS: FieldsOf<FormValue> = {
  series: {
    label: "Number series",
    text: (series) => (
      <ul>
        {series.map(fromEarlier).map((one, n) => (
          <li key={`${n} ${one.name}`}>{`${one.name}: ${one.foreign ? "external" : one.pattern}`}</li>
        ))}
      </ul>
    ),
  },
};

export function SeriesSettings(): ComponentChild {
  const row = organization.value;
  const { value: states } = useCall("listSeries", {});
  if (!row) return <p class="waiting">Loading…</p>;
  return (
    <>
      {mayChange(OWNER) ? (
        <SeriesForm row={row} states={states ?? []} />
      ) : (
        <SeriesTable row={row} states={states ?? []} />
      )}
      <SeriesNumbers states={states ?? []} />
    </>
  );
}

interface SeriesProps {
  row: OrganizationRow;
  states: readonly SeriesState[];
}

function SeriesForm({ row, states }: SeriesProps): ComponentChild {
  const form = useForm("organization/series", FIELDS, typedOf(row));
  if (!form) return null;
  const series = form.value.series.map(fromEarlier);
  const typed = { ...form, value: { series } };
  const back = wayBack();
  const put = (next: TypedSeries[]) => form.change({ series: next });
  const refused = form.errorAt("series");
  return (
    <FormFrame
      form={form}
      submit="Save"
      send={() => form.submit({ command: "ChangeProfile", ...inputOf({ series }) })}
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
        <p class="detail">
          A pattern has a counter, such as {"{0000}"} for at least four digits, and can have the year, {"{YYYY}"} or{" "}
          {"{YY}"}, and the month, {"{MM}"}, of the issue date. A series that begins again starts each year or month
          with its first number. Once a series that never begins again has numbers, they go on as they are: for other
          numbers, add a series and move it above.
        </p>
        {series.map((one, n) => (
          <SeriesRow
            key={n}
            form={typed}
            n={n}
            stored={row.number_series.find(({ name, documents }) => name === one.name && documents > 0)}
            state={states.find(({ name }) => name === one.name)}
            change={(part) => put(series.map((other, place) => (place === n ? { ...other, ...part } : other)))}
            remove={() => put(series.filter((_, place) => place !== n))}
            {...(n > 0 && { moveUp: () => put(movedUp(series, n)) })}
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
            onClick={() => put([...series, NEW_SERIES])}
          >
            Add series
          </button>
        </div>
      </fieldset>
    </FormFrame>
  );
}

function movedUp(series: readonly TypedSeries[], n: number): TypedSeries[] {
  const moved = series.slice(n, n + 1);
  return [...series.slice(0, n - 1), ...moved, ...series.slice(n - 1, n), ...series.slice(n + 1)];
}

function SeriesTable({ row, states }: SeriesProps): ComponentChild {
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
          {row.number_series.map((one) => (
            <tr key={one.name}>
              <td>{one.name}</td>
              <td>{KINDS.find(([kind]) => kind === one.kind)?.[1]}</td>
              <td>
                {previewWords(
                  typedSeries(one),
                  states.find(({ name }) => name === one.name),
                ).replace("Next: ", "")}
              </td>
              <td>{one.documents > 0 && usedOf(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="detail">Only owners can change these.</p>
    </section>
  );
}
