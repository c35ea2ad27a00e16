/** The VAT rates that the organization saves. Users pick them by name, in this order. */
import type { ComponentChild } from "preact";
import type { OrganizationProfile } from "../../../../events/business/organization.ts";
import { OWNER } from "../../../../events/business/roles.ts";
import { MAX_VAT_RATES } from "../../../../events/values/size-limits.ts";
import { needsReason, usualReason } from "../../../../events/values/vat.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import { SelectCell, TextCell } from "../../fields/cell-fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { type FieldsOf, optional } from "../../form/form-fields.ts";
import { readVat, vatCategoryIn } from "../../form/read-vat.ts";
import type { Start } from "../../form/stored-input.ts";
import { hasRate, type TypedVat } from "../../form/typed-invoice.ts";
import { type Form, useForm } from "../../form/use-form.ts";
import { useVatRates } from "../../form/use-vat-rates.ts";
import { typedVatOf, type VatRate, vatRateText, vatTyped } from "../../form/vat-rates.ts";
import { Icon } from "../../parts/icon.tsx";
import { mayChange } from "../../parts/write-button.tsx";
import { locale, organization } from "../../state/state.ts";
import { VAT_NAMES } from "../../text/codes.ts";

interface TypedRate extends TypedVat {
  name: string;
  reason: string;
}

interface FormValue {
  vatRates: readonly TypedRate[];
}

const NEW: TypedRate = { name: "", vatCategory: "S", vatRate: "", reason: "" };

const FIELDS: FieldsOf<FormValue> = {
  vatRates: {
    label: "VAT rates",
    text: (rates) => (
      <ul>
        {rates.map((one, n) => (
          <li key={`${n} ${one.name}`}>{textOf(one)}</li>
        ))}
      </ul>
    ),
  },
};

export function VatRateSettings(): ComponentChild {
  const row = organization.value;
  const rates = useVatRates();
  if (!row || !rates) return <p class="waiting">Loading…</p>;
  return mayChange(OWNER) ? <RatesForm row={row} used={rates.used} /> : <RatesTable rates={rates.saved} />;
}

function RatesForm({ row, used }: { row: OrganizationRow; used: readonly VatRate[] }): ComponentChild {
  const form = useForm("organization/vat-rates", FIELDS, startOf(row));
  if (!form) return null;
  const { vatRates: rates } = form.value;
  const put = (next: readonly TypedRate[]) => form.change({ vatRates: next });
  const unlisted = used.filter((one) => {
    const { vatCategory, vatRate } = typedVatOf(one, locale.value);
    return !rates.some((other) => other.vatCategory === vatCategory && other.vatRate === vatRate);
  });
  const addUsed = () => put([...rates, ...unlisted.map(typedRate)].slice(0, MAX_VAT_RATES));
  return (
    <FormFrame
      form={form}
      submit="Save"
      send={() => form.submit({ command: "ChangeProfile", ...inputOf(form.value) })}
      cancel="/settings/vat-rates"
      roles={OWNER}
    >
      <fieldset class="panel series" name="vatRates">
        <legend class="for-screen-readers">VAT rates</legend>
        <p class="detail">
          Lines and items pick a rate from this list. A new line starts with the rate that was used last. Documents keep
          the rates that they have.
        </p>
        {rates.map((_, n) => (
          <RateRow key={n} form={form} n={n} put={put} />
        ))}
        {rates.length === 0 && <p class="empty">No VAT rates are saved.</p>}
        <div class="form-actions">
          <button
            type="button"
            class="plain"
            disabled={form.unanswered || rates.length >= MAX_VAT_RATES}
            onClick={() => put([...rates, NEW])}
          >
            Add VAT rate
          </button>
          {unlisted.length > 0 && (
            <button
              type="button"
              class="plain"
              disabled={form.unanswered || rates.length >= MAX_VAT_RATES}
              onClick={addUsed}
            >
              {`Add those used before: ${unlisted.map((one) => vatRateText(one, locale.value)).join(", ")}`}
            </button>
          )}
          {rates.length >= MAX_VAT_RATES && <p class="detail">{`At most ${MAX_VAT_RATES} rates can be saved.`}</p>}
        </div>
      </fieldset>
    </FormFrame>
  );
}

interface RateRowProps {
  form: Form<FormValue>;
  n: number;
  put: (next: readonly TypedRate[]) => void;
}

function RateRow({ form, n, put }: RateRowProps): ComponentChild {
  const { vatRates: rates } = form.value;
  const one = rates[n] ?? NEW;
  const at = `vatRates.${n}`;
  const change = (part: Partial<TypedRate>, field: string) =>
    form.change(
      { vatRates: rates.map((other, place) => (place === n ? { ...one, ...part } : other)) },
      `${at}.${field}`,
    );
  const move = (by: -1 | 1) => put(rates.toSpliced(n, 1).toSpliced(n + by, 0, one));
  const title = one.name === "" ? `VAT rate ${n + 1}` : one.name;
  return (
    <fieldset class="rate-row">
      <legend class="for-screen-readers">{title}</legend>
      <TextCell
        form={form}
        at={`${at}.name`}
        label="Name"
        maxLength={60}
        value={one.name}
        onInput={(name) => change({ name }, "name")}
      />
      <SelectCell
        form={form}
        at={`${at}.vatCategory`}
        label="VAT category"
        value={one.vatCategory}
        options={VAT_NAMES}
        onInput={(text) => change({ vatCategory: vatCategoryIn(text) ?? one.vatCategory }, "vatCategory")}
      />
      {hasRate(one.vatCategory) ? (
        <TextCell
          form={form}
          at={`${at}.vatRate3`}
          label="Rate in %"
          inputMode="decimal"
          value={one.vatRate}
          onInput={(vatRate) => change({ vatRate }, "vatRate3")}
        />
      ) : (
        <div class="field" />
      )}
      {needsReason(one.vatCategory) ? (
        <TextCell
          form={form}
          at={`${at}.reason`}
          label="VAT exemption reason"
          maxLength={200}
          placeholder={usualReason(one.vatCategory) ?? "Such as the article of the law"}
          value={one.reason}
          onInput={(reason) => change({ reason }, "reason")}
        />
      ) : (
        <div class="field" />
      )}
      <RateButtons
        title={title}
        unanswered={form.unanswered}
        up={n === 0 ? null : () => move(-1)}
        down={n === rates.length - 1 ? null : () => move(1)}
        remove={() => put(rates.toSpliced(n, 1))}
      />
    </fieldset>
  );
}

interface RateButtonsProps {
  title: string;
  unanswered: boolean;
  /** Null at the top. */
  up: (() => void) | null;
  /** Null at the bottom. */
  down: (() => void) | null;
  remove: () => void;
}

function RateButtons({ title, unanswered, up, down, remove }: RateButtonsProps): ComponentChild {
  const button = (name: "up" | "down" | "delete", label: string, act: (() => void) | null) => (
    <button
      type="button"
      class="plain icon"
      title={label}
      aria-label={`${label}: ${title}`}
      disabled={unanswered || act === null}
      onClick={() => act?.()}
    >
      <Icon name={name} />
    </button>
  );
  return (
    <span class="row-buttons">
      {button("up", "Move up", up)}
      {button("down", "Move down", down)}
      {button("delete", "Remove", remove)}
    </span>
  );
}

function RatesTable({ rates }: { rates: readonly VatRate[] }): ComponentChild {
  return (
    <section class="panel">
      <h2>VAT rates</h2>
      {rates.length === 0 ? (
        <p class="empty">No VAT rates are saved.</p>
      ) : (
        <ul>
          {rates.map((one, n) => (
            <li key={n}>{[vatRateText(one, locale.value), one.reason].filter(Boolean).join(" · ")}</li>
          ))}
        </ul>
      )}
      <p class="detail">Only owners can change these.</p>
    </section>
  );
}

function textOf(typed: TypedRate): string {
  const vat = vatTyped(typed, locale.value);
  return vat ? vatRateText({ ...vat, name: typed.name, reason: null }, locale.value) : `${typed.name} ${typed.vatRate}`;
}

function typedRate(rate: VatRate): TypedRate {
  const name = rate.name ?? vatRateText(rate, locale.value);
  return { name, ...typedVatOf(rate, locale.value), reason: rate.reason ?? "" };
}

function startOf({ vat_rates: rows, version }: OrganizationRow): Start<FormValue> {
  const vatRates = rows.map(({ name, vat_category: vatCategory, vat_rate3: vatRate3, reason }) =>
    typedRate({ name, vatCategory, vatRate3, reason }),
  );
  return { value: { vatRates }, version };
}

function inputOf({ vatRates }: FormValue): { input: Pick<OrganizationProfile, "vatRates">; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const rates = vatRates.map((one, n) => {
    const name = one.name.trim();
    if (name === "") errors.push({ field: `vatRates.${n}.name`, message: "is missing" });
    const vat = readVat(one, locale.value);
    for (const { field, message } of vat.errors) errors.push({ field: `vatRates.${n}.${field}`, message });
    return { name, ...vat.value, reason: needsReason(one.vatCategory) ? optional(one.reason) : null };
  });
  return { input: { vatRates: rates }, errors };
}
