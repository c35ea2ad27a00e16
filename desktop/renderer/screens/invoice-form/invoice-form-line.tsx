/** One line of the invoice form. It renders again only if it changed itself. */
import type { ComponentChild } from "preact";
import { useMemo } from "preact/hooks";
import type { Row } from "../../../../projector/tables/tables.ts";
import { SelectCell, TextCell } from "../../fields/cell-fields.tsx";
import { Field, type FieldsForm } from "../../fields/fields.tsx";
import { ItemBox } from "../../fields/item-picker.tsx";
import { baseOfLine, shareText } from "../../form/read-adjustment.ts";
import type { TypedLine } from "../../form/typed-invoice.ts";
import { UNIT_NAMES } from "../../text/codes.ts";
import { amount } from "../../text/format.ts";
import { AdjustmentFields, VatFields } from "./invoice-form-adjustments.tsx";
import { readLine } from "./invoice-form-input.ts";

/** What a line can do. These functions never change: they find the current line by its key. */
export interface LineActions {
  /** @param field the field within the line that was typed into */
  change(key: number, part: Partial<TypedLine>, field: string): void;
  takeItem(key: number, item: Row<"item">): void;
  createItem(key: number, code: string): void;
  move(key: number, by: -1 | 1): void;
  duplicate(key: number): void;
  remove(key: number): void;
  addAdjustment(key: number): void;
  focus(key: number, field: string): void;
}

interface LineProps {
  line: TypedLine;
  /** Its index, from 0. */
  n: number;
  netMinor: number | null;
  currency: string;
  locale: string;
  errorAt: FieldsForm["errorAt"];
  unanswered: boolean;
  actions: LineActions;
}

export function Line(props: LineProps): ComponentChild {
  const { line, n, netMinor, currency, locale, errorAt, unanswered, actions } = props;
  return useMemo(() => <LineContent {...props} />, [line, n, netMinor, currency, locale, errorAt, unanswered, actions]);
}

function LineContent({ line, n, netMinor, currency, locale, errorAt, unanswered, actions }: LineProps): ComponentChild {
  const form = { errorAt, unanswered };
  const { key } = line;
  const at = `lines.${n}`;
  const cell = { form, hideLabel: true };
  const type = (part: Partial<TypedLine>, field: string) => actions.change(key, part, field);
  return (
    <li class="line" data-line={key} aria-label={`Line ${n + 1}`}>
      <span class="line-number detail">{n + 1}</span>
      <Field {...cell} at={`${at}.code`} label="Item">
        {(attributes) => (
          <ItemBox
            label="Items"
            attributes={attributes}
            code={line.code}
            onType={(code) => type({ code, itemId: null }, "code")}
            onSelect={(item) => actions.takeItem(key, item)}
            onNoMatch={() => actions.focus(key, "description")}
            onCreate={(code) => actions.createItem(key, code)}
          />
        )}
      </Field>
      <TextCell
        {...cell}
        at={`${at}.description`}
        label="Description"
        maxLength={1000}
        value={line.description}
        onInput={(description) => type({ description }, "description")}
      />
      <TextCell
        {...cell}
        at={`${at}.quantity6`}
        label="Quantity"
        inputMode="decimal"
        value={line.quantity}
        onInput={(quantity) => type({ quantity }, "quantity6")}
      />
      <SelectCell
        {...cell}
        at={`${at}.unit`}
        label="Unit"
        value={line.unit}
        onInput={(unit) => type({ unit }, "unit")}
        options={unitsWith(line.unit)}
      />
      <TextCell
        {...cell}
        at={`${at}.price6`}
        label="Price"
        inputMode="decimal"
        value={line.price}
        onInput={(price) => type({ price }, "price6")}
      />
      <VatFields
        form={form}
        hideLabel
        at={at}
        vat={line}
        onChange={(vat, field) => type({ ...vat, ownVat: true }, field)}
      />
      <span class="line-net number">{netMinor === null ? "–" : amount(netMinor, currency, locale)}</span>
      <LineButtons lineKey={key} n={n} disabled={unanswered} actions={actions} />
      {line.adjustments.length > 0 && (
        <LineAdjustments line={line} at={at} form={form} currency={currency} locale={locale} type={type} />
      )}
    </li>
  );
}

function LineAdjustments(props: {
  line: TypedLine;
  at: string;
  form: FieldsForm;
  currency: string;
  locale: string;
  type: (part: Partial<TypedLine>, field: string) => void;
}): ComponentChild {
  const { line, at, form, currency, locale, type } = props;
  const { adjustments } = line;
  const reading = { currency, locale };
  const base = baseOfLine(readLine(line, reading).value, currency);
  return (
    <div class="line-adjustments">
      {adjustments.map((adjustment, n) => (
        <AdjustmentFields
          key={n}
          form={form}
          at={`${at}.adjustments.${n}`}
          adjustment={adjustment}
          currency={currency}
          share={shareText(adjustment, reading, base)}
          onChange={(part, field) =>
            type(
              { adjustments: adjustments.map((one, place) => (place === n ? { ...one, ...part } : one)) },
              `adjustments.${n}.${field}`,
            )
          }
          onRemove={() => type({ adjustments: adjustments.filter((_, place) => place !== n) }, "adjustments")}
        />
      ))}
    </div>
  );
}

/** Buttons for the mouse. Each has a keyboard shortcut, so Tab skips them. */
function LineButtons(props: { lineKey: number; n: number; disabled: boolean; actions: LineActions }): ComponentChild {
  const { lineKey, n, disabled, actions } = props;
  const button = (sign: string, name: string, keys: string, act: () => void) => (
    <button
      type="button"
      class="plain"
      tabIndex={-1}
      disabled={disabled}
      title={`${name} (${keys})`}
      aria-label={`${name}: line ${n + 1}`}
      onClick={act}
    >
      {sign}
    </button>
  );
  return (
    <span class="line-buttons">
      {button("↑", "Move up", "Alt+Up", () => actions.move(lineKey, -1))}
      {button("↓", "Move down", "Alt+Down", () => actions.move(lineKey, 1))}
      {button("±", "Allowance or charge", "Alt+A", () => actions.addAdjustment(lineKey))}
      {button("+", "Duplicate", "Ctrl+D", () => actions.duplicate(lineKey))}
      {button("×", "Delete", "Ctrl+Delete", () => actions.remove(lineKey))}
    </span>
  );
}

/** Keeps a unit that is not in the list. */
function unitsWith(unit: string): readonly (readonly [string, string])[] {
  return UNIT_NAMES.some(([code]) => code === unit) ? UNIT_NAMES : [...UNIT_NAMES, [unit, unit]];
}
