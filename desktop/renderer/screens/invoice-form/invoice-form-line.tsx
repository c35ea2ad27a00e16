/** One line of the invoice form. It renders again only if it changed itself. */
import type { ComponentChild } from "preact";
import { useMemo, useReducer, useRef } from "preact/hooks";
import type { ItemRow } from "../../../../projector/queries/small-lists.ts";
import { SelectCell, TextCell } from "../../fields/cell-fields.tsx";
import { Field, type FieldsForm } from "../../fields/fields.tsx";
import { ItemBox } from "../../fields/item-picker.tsx";
import { hasErrorIn } from "../../fields/more-fields.tsx";
import { errorIdInRow, RowErrors } from "../../fields/row-errors.tsx";
import { VatField } from "../../fields/vat-field.tsx";
import { baseOfLine, shareText } from "../../form/read-adjustment.ts";
import type { TypedLine, TypedVat } from "../../form/typed-invoice.ts";
import type { VatRate, VatRates } from "../../form/vat-rates.ts";
import { NOTHING_MORE } from "../../more/more.ts";
import { LINE_MORE } from "../../more/more-of-document.ts";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { word } from "../../state/address.ts";
import { UNIT_NAMES } from "../../text/codes.ts";
import { amount } from "../../text/format.ts";
import { AdjustmentFields } from "./invoice-form-adjustments.tsx";
import { readLine } from "./invoice-form-input.ts";
import { LineMore } from "./invoice-form-more.tsx";

/** What a line can do. These functions never change: they find the current line by its key. */
export interface LineActions {
  /** @param field the field within the line that was typed into */
  change(key: number, part: Partial<TypedLine>, field: string): void;
  takeItem(key: number, item: ItemRow): void;
  createItem(key: number, code: string): void;
  move(key: number, by: -1 | 1): void;
  duplicate(key: number): void;
  remove(key: number): void;
  addAdjustment(key: number): void;
  /** @param rate the picked rate; null if it was typed */
  changeVat(key: number, vat: TypedVat, field: string, rate: VatRate | null): void;
  saveRate(vat: TypedVat): void;
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
  rates: VatRates;
  /** The document's reason for this line's VAT category. */
  reason: string | undefined;
  /** True if the user may save a VAT rate. */
  savesRates: boolean;
  actions: LineActions;
}

/** The fields of a line whose errors are shown below it, over its whole width. */
const FIELDS = [
  ["code", "Item"],
  ["description", "Description"],
  ["quantity6", "Quantity"],
  ["unit", "Unit"],
  ["price6", "Price"],
  ["vatCategory", "VAT"],
  ["vatRate3", "VAT rate"],
] as const;

export function Line(props: LineProps): ComponentChild {
  return useMemo(() => <LineContent {...props} />, Object.values(props));
}

function LineContent(props: LineProps): ComponentChild {
  const { line, n, netMinor, currency, locale, errorAt, unanswered, rates, reason, savesRates, actions } = props;
  const form = { errorAt, unanswered, errorIdOf: errorIdInRow };
  const { key } = line;
  const at = `lines.${n}`;
  const cell = { form, hideLabel: true };
  const type = (part: Partial<TypedLine>, field: string) => actions.change(key, part, field);
  const more = useLineMore(`${at}.more`, hasErrorIn(errorAt, `${at}.more`, LINE_MORE, line.more ?? NOTHING_MORE));
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
      <div class="field">
        <VatField
          form={form}
          hideLabel
          at={at}
          vat={line}
          reason={reason}
          rates={rates}
          onChange={(vat, field, rate) => actions.changeVat(key, vat, field, rate)}
          onSave={savesRates ? actions.saveRate : undefined}
        />
      </div>
      <span class="line-net number">{netMinor === null ? "–" : amount(netMinor, currency, locale)}</span>
      <LineButtons
        lineKey={key}
        n={n}
        disabled={unanswered}
        actions={actions}
        more={more.isOpen}
        onMore={() => (more.isOpen ? closeMore(key, more, actions) : more.set(true))}
      />
      <RowErrors at={at} fields={FIELDS} errorAt={errorAt} />
      <LineMore
        form={{ errorAt, unanswered }}
        at={at}
        line={line}
        locale={locale}
        isOpen={more.isOpen}
        takesFocus={more.isOfUser}
        onOpen={() => more.set(true)}
        onChange={type}
      />
      {line.adjustments.length > 0 && (
        <LineAdjustments
          line={line}
          at={at}
          form={{ errorAt, unanswered }}
          currency={currency}
          locale={locale}
          type={type}
        />
      )}
    </li>
  );
}

/** Whether the line's "More" is open: closed at first, so that two thousand lines stay quick, and opened by an error. */
function useLineMore(
  at: string,
  hasError: boolean,
): { isOpen: boolean; isOfUser: boolean; set: (isOpen: boolean) => void } {
  const [, redraw] = useReducer<number, void>((turn) => turn + 1, 0);
  const state = useRef({ isOpen: word("field").startsWith(`${at}.`), isOfUser: false, hadError: false });
  const { current } = state;
  if (hasError && !current.hadError) Object.assign(current, { isOpen: true, isOfUser: false });
  current.hadError = hasError;
  const set = (isOpen: boolean) => {
    Object.assign(current, { isOpen, isOfUser: true });
    redraw();
  };
  return { isOpen: current.isOpen, isOfUser: current.isOfUser, set };
}

/** The focus of a field that goes away returns to the line. */
function closeMore(key: number, more: ReturnType<typeof useLineMore>, actions: LineActions): void {
  const isInside = document.activeElement?.closest(".line-more") !== null;
  more.set(false);
  if (isInside) actions.focus(key, "description");
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
function LineButtons(props: {
  lineKey: number;
  n: number;
  disabled: boolean;
  actions: LineActions;
  /** True: the line's "More" is open. */
  more: boolean;
  onMore: () => void;
}): ComponentChild {
  const { lineKey, n, disabled, actions, more, onMore } = props;
  const button = (icon: IconName, name: string, keys: string, act: () => void) => (
    <button
      type="button"
      class="plain icon"
      tabIndex={-1}
      disabled={disabled}
      title={`${name} (${keys})`}
      aria-label={`${name}: line ${n + 1}`}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <span class="line-buttons">
      {button("up", "Move up", "Alt+Up", () => actions.move(lineKey, -1))}
      {button("down", "Move down", "Alt+Down", () => actions.move(lineKey, 1))}
      {button("percent", "Allowance or charge", "Alt+A", () => actions.addAdjustment(lineKey))}
      <button
        type="button"
        class="plain icon line-more-toggle"
        tabIndex={-1}
        title="More (Alt+M)"
        aria-label={`More: line ${n + 1}`}
        aria-expanded={more}
        onClick={onMore}
      >
        <Icon name="more" />
      </button>
      {button("duplicate", "Duplicate", "Ctrl+D", () => actions.duplicate(lineKey))}
      {button("delete", "Delete", "Ctrl+Delete", () => actions.remove(lineKey))}
    </span>
  );
}

/** Keeps a unit that is not in the list. */
function unitsWith(unit: string): readonly (readonly [string, string])[] {
  return UNIT_NAMES.some(([code]) => code === unit) ? UNIT_NAMES : [...UNIT_NAMES, [unit, unit]];
}
