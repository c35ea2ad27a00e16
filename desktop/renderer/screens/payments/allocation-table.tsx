/** Open invoices, with the amount applied to each: typed, or oldest first by a key. */
import type { ComponentChild } from "preact";
import type { OpenInvoice, OpenInvoices } from "../../../../projector/queries/open-invoices.ts";
import type { Form } from "../../form/use-form.ts";
import { organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { amount, day, money } from "../../text/format.ts";
import { AmountCell, moveBetweenRows, OldestFirst } from "./amount-cell.tsx";
import {
  type AmountStyle,
  allocationsOf,
  errorOfRow,
  fieldOfInvoice,
  oldestFirst,
  parseMoney,
  sumOf,
  type TypedAllocations,
  typedMoney,
} from "./typed-allocations.ts";

interface AllocationTableProps<V extends object> {
  form: Form<V>;
  open: OpenInvoices;
  style: AmountStyle;
  allocations: TypedAllocations;
  /** The amount available to apply, minor units; null while it is unknown. */
  availableMinor: number | null;
  /** True if the amount available follows what is applied. */
  unlimited?: boolean;
  onType: (allocations: TypedAllocations) => void;
  /** Called by the key or the button with the available amount applied to the oldest invoices. */
  onOldest: (allocations: TypedAllocations) => void;
  /** True once the form was sent. */
  sent: boolean;
  /** True: the first amount gets the focus. */
  focus?: boolean;
}

export function AllocationTable<V extends object>(props: AllocationTableProps<V>): ComponentChild {
  const { form, open, style, allocations, availableMinor, unlimited = false, onType, onOldest, sent, focus } = props;
  const locked = form.unanswered || form.busy || sent;
  const fillOldest = () => {
    if (locked) return;
    const all = open.rows.reduce((sum, { balance_minor }) => sum + balance_minor, 0);
    onOldest(oldestFirst(open.rows, availableMinor ?? all, style));
  };
  const type = (id: number, text: string) => {
    const { [String(id)]: _, ...others } = allocations;
    onType(text === "" ? others : { ...others, [id]: text });
  };
  const typedIds = Object.keys(allocations).map(Number);
  const known = new Set(open.rows.map(({ id }) => id));
  const list = allocationsOf(allocations, [], style);
  const sum = sumOf(list);
  return (
    <>
      <div class="panel-head">
        <h2>Apply to</h2>
        <OldestFirst disabled={locked || open.rows.length === 0} onPress={fillOldest} />
      </div>
      {open.rows.length === 0 && typedIds.length === 0 ? (
        <p class="detail">No open invoices in {style.currency}.</p>
      ) : (
        <table class="table allocations" onKeyDown={moveBetweenRows}>
          <thead>
            <tr>
              <th scope="col">Invoice</th>
              <th scope="col" class="minor">
                Issued
              </th>
              <th scope="col">Due</th>
              <th scope="col" class="number">
                Balance
              </th>
              <th scope="col" class="number">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {open.rows.map((row, n) => (
              <OpenRow
                key={row.id}
                row={row}
                style={style}
                text={allocations[row.id] ?? ""}
                error={form.errorAt(fieldOfInvoice(row.id))}
                locked={form.unanswered}
                focus={focus === true && n === 0}
                onInput={type}
                onAll={() => {
                  const own = parseMoney(allocations[row.id] ?? "", style) ?? 0;
                  const left = unlimited || availableMinor === null ? row.balance_minor : availableMinor - sum + own;
                  const minor = Math.min(row.balance_minor, left);
                  if (minor > 0 && !locked) type(row.id, typedMoney(minor, style));
                }}
              />
            ))}
            <ClosedRows ids={typedIds.filter((id) => !known.has(id))} onClear={(id) => type(id, "")} />
          </tbody>
          <tfoot>
            <tr class="sum">
              <th scope="row">Total</th>
              <td class="minor" />
              <td />
              <td />
              <td class="number">{amount(sum, style.currency, style.locale)}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {open.shortened && <p class="detail">Showing only the oldest {open.rows.length} invoices.</p>}
      <Remainder availableMinor={availableMinor} sumMinor={sum} style={style} />
    </>
  );
}

interface OpenRowProps {
  row: OpenInvoice;
  style: AmountStyle;
  text: string;
  /** The server's error for this row. */
  error: string | null;
  locked: boolean;
  focus: boolean;
  onInput: (id: number, text: string) => void;
  /** Applies the balance, or what is available of it. */
  onAll: () => void;
}

function OpenRow({ row, style, text, error, locked, focus, onInput, onAll }: OpenRowProps): ComponentChild {
  const { id, number, issued_on, due_on, balance_minor } = row;
  const today = organization.value?.today ?? "";
  return (
    <tr>
      <th scope="row">{number}</th>
      <td class="minor">{day(issued_on, style.locale)}</td>
      <td>
        {day(due_on, style.locale)}{" "}
        {due_on !== null && due_on < today && (
          <span class="badge" data-tone="danger">
            Overdue
          </span>
        )}
      </td>
      <td class="number">{amount(balance_minor, style.currency, style.locale)}</td>
      <AmountCell
        name={fieldOfInvoice(id)}
        label={`Amount for ${number}`}
        all="the full balance"
        text={text}
        error={error ?? errorOfRow(text, balance_minor, style)}
        locked={locked}
        focus={focus}
        onInput={(typed) => onInput(id, typed)}
        onAll={onAll}
      />
    </tr>
  );
}

/** Amounts typed for invoices that were settled or voided in the meantime. */
function ClosedRows({ ids, onClear }: { ids: readonly number[]; onClear: (id: number) => void }): ComponentChild {
  const { value } = useCall("getInvoiceRows", ids.length === 0 ? null : { ids: ids.slice(0, 200) });
  return ids.map((id) => {
    const row = value?.find((one) => one.id === id);
    const number = row?.number ?? `Invoice ${id}`;
    return (
      <tr key={id}>
        <th scope="row">{number}</th>
        <td colSpan={3}>
          <p class="field-error">
            {row?.status === "void" ? "This invoice was voided." : "This invoice is fully settled."}
          </p>
        </td>
        <td class="number">
          <button type="button" class="plain" name={fieldOfInvoice(id)} onClick={() => onClear(id)}>
            Clear
          </button>
        </td>
      </tr>
    );
  });
}

/** What remains, or exceeds the available amount, in words. */
function Remainder(props: { availableMinor: number | null; sumMinor: number; style: AmountStyle }): ComponentChild {
  const { availableMinor, sumMinor, style } = props;
  const text = (minor: number) => money(minor, style.currency, style.locale);
  const left = availableMinor === null ? null : availableMinor - sumMinor;
  return (
    <p role="status" class={left !== null && left < 0 ? "left field-error" : "left"}>
      {left === null
        ? "Enter the amount, or the amounts to apply."
        : left > 0
          ? `${text(left)} remains as the client’s credit.`
          : left < 0
            ? `You applied ${text(-left)} too much. Only ${text(availableMinor ?? 0)} is available.`
            : "The full amount is applied."}
    </p>
  );
}
