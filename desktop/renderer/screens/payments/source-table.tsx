/** A client's credit, with how much of each part is refunded. */
import type { ComponentChild } from "preact";
import type { CreditSources } from "../../../../projector/queries/credit-sources.ts";
import type { Form } from "../../form/use-form.ts";
import { creditName } from "../../text/credit-name.ts";
import { amount, day, money } from "../../text/format.ts";
import { AmountCell, moveBetweenRows, OldestFirst } from "./amount-cell.tsx";
import { creditOf, errorOfSource, fieldOfSource, tooMuch } from "./refund-form-input.ts";
import { type AmountStyle, allocationsOf, sumOf, type TypedAllocations, typedMoney } from "./typed-allocations.ts";

interface SourceTableProps<V extends object> {
  form: Form<V>;
  credit: CreditSources;
  style: AmountStyle;
  sources: TypedAllocations;
  /** The amount to refund, minor units; null if it follows from the sources. */
  amountMinor: number | null;
  onType: (sources: TypedAllocations) => void;
  /** Called by the key or the button: the amount, or the whole credit, is taken from the oldest. */
  onOldest: () => void;
  /** True once the form was sent. */
  sent: boolean;
}

export function SourceTable<V extends object>(props: SourceTableProps<V>): ComponentChild {
  const { form, credit, style, sources, amountMinor, onType, onOldest, sent } = props;
  const locked = form.unanswered || form.busy || sent;
  const text = (minor: number) => amount(minor, style.currency, style.locale);
  const type = (id: number, typed: string) => {
    const { [String(id)]: _, ...others } = sources;
    onType(typed === "" ? others : { ...others, [id]: typed });
  };
  const sum = sumOf(allocationsOf(sources, [], style));
  const known = new Set(credit.rows.map(({ id }) => id));
  const gone = Object.keys(sources)
    .map(Number)
    .filter((id) => !known.has(id));
  return (
    <>
      <div class="panel-head">
        <h2>Refund from</h2>
        <OldestFirst disabled={locked || credit.rows.length === 0} onPress={() => !locked && onOldest()} />
      </div>
      {credit.rows.length === 0 && gone.length === 0 ? (
        <p class="detail">The client has no credit in {style.currency}.</p>
      ) : (
        <table class="table allocations sources" onKeyDown={moveBetweenRows}>
          <thead>
            <tr>
              <th scope="col">Credit</th>
              <th scope="col" class="minor">
                Date
              </th>
              <th scope="col" class="number">
                Left
              </th>
              <th scope="col" class="number">
                Refund
              </th>
            </tr>
          </thead>
          <tbody>
            {credit.rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">{creditName(row)}</th>
                <td class="minor">{day(row.on, style.locale)}</td>
                <td class="number">{text(row.credit_minor)}</td>
                <AmountCell
                  name={fieldOfSource(row.id)}
                  label={`Refund from ${creditName(row)}`}
                  all="all that is left"
                  text={sources[row.id] ?? ""}
                  error={
                    form.errorAt(fieldOfSource(row.id)) ?? errorOfSource(sources[row.id] ?? "", row.credit_minor, style)
                  }
                  locked={form.unanswered}
                  focus={false}
                  onInput={(typed) => type(row.id, typed)}
                  onAll={() => !locked && type(row.id, typedMoney(row.credit_minor, style))}
                />
              </tr>
            ))}
            {gone.map((id) => (
              <tr key={id}>
                <th scope="row">Credit {id}</th>
                <td class="minor" />
                <td>
                  <p class="field-error">Nothing of this is left.</p>
                </td>
                <td class="number">
                  <button type="button" class="plain" name={fieldOfSource(id)} onClick={() => type(id, "")}>
                    Clear
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr class="sum">
              <th scope="row">Total</th>
              <td class="minor" />
              <td class="number">{text(creditOf(credit.rows))}</td>
              <td class="number">{text(sum)}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {credit.shortened && <p class="detail">Showing only the oldest {credit.rows.length} credits.</p>}
      {credit.rows.length > 0 && (
        <Rest creditMinor={creditOf(credit.rows)} sumMinor={amountMinor ?? sum} style={style} />
      )}
    </>
  );
}

/** What the client's credit is after the refund, in words. */
function Rest(props: { creditMinor: number; sumMinor: number; style: AmountStyle }): ComponentChild {
  const { creditMinor, sumMinor, style } = props;
  const left = creditMinor - sumMinor;
  return (
    <p role="status" class={left < 0 ? "left field-error" : "left"}>
      {left < 0
        ? tooMuch(creditMinor, style)
        : left === 0 && sumMinor > 0
          ? "The whole credit is refunded."
          : `${money(left, style.currency, style.locale)} remains as the client’s credit.`}
    </p>
  );
}
