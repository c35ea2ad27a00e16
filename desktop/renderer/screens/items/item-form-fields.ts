/** The fields of an item's form: how each is shown, and how its text is read. */
import type { Item } from "../../../../events/business/item.ts";
import { decimalsOf } from "../../../../events/values/currency.ts";
import type { VatCategory } from "../../../../events/values/money.ts";
import type { ItemRow } from "../../../../projector/queries/small-lists.ts";
import { fieldsOf, required, type TypedIn } from "../../form/form-fields.ts";
import { readVat, vatCategoryIn } from "../../form/read-vat.ts";
import { ITEM_MORE } from "../../more/more-of-document.ts";
import { locale, organization } from "../../state/state.ts";
import { vatName } from "../../text/codes.ts";
import { readNumber } from "../../text/read-number.ts";
import { typedAmount } from "../../text/typed-amount.ts";

export const ITEM_FORM = fieldsOf<Item, ItemRow>()((field, group) => ({
  code: field("code", {
    label: "Code",
    input: { maxLength: 60, required: true },
    typed: ({ code }) => code,
    read: required,
  }),
  description: field("description", {
    label: "Description",
    input: { maxLength: 1000, required: true },
    typed: ({ description }) => description,
    read: required,
  }),
  unit: field("unit", {
    label: "Unit",
    begin: "C62",
    typed: ({ unit }) => unit,
    read: (text) => text,
  }),
  price: field("price6", {
    label: "Price",
    input: { inputMode: "decimal", required: true },
    typed: ({ price6 }) => typedAmount(price6, 6, locale.value, decimalsOf(organization.value?.currency ?? "EUR")),
    read(text, { wrong }) {
      const currency = organization.value?.currency ?? "EUR";
      const { value: price6, problem } = readNumber(text, { locale: locale.value, currency, decimals: 6 });
      if (price6 === null) wrong(problem);
      else if (price6 < 0) wrong("is below zero");
      return price6 ?? 0;
    },
  }),
  vatCategory: field("vatCategory", {
    label: "VAT",
    begin: "S",
    text: (category) => vatName(vatCategoryOf(category)),
    typed: ({ vat_category }) => vat_category,
    read: vatCategoryOf,
  }),
  vatRate: field("vatRate3", {
    label: "VAT rate",
    input: { inputMode: "decimal", required: true },
    typed: ({ vat_rate3 }) => (vat_rate3 === null ? "" : typedAmount(vat_rate3, 3, locale.value)),
    read(text, { typed, wrong }) {
      const vatCategory = vatCategoryOf(typed.vatCategory ?? "");
      const { value, errors } = readVat({ vatCategory, vatRate: text }, locale.value);
      for (const { message } of errors) wrong(message);
      return value.vatRate3;
    },
  }),
  more: group("more", {
    label: "More",
    group: ITEM_MORE,
    stored: ({ more }) => more,
  }),
}));

export type TypedItem = TypedIn<typeof ITEM_FORM>;

/** The chosen category. */
export function vatCategoryOf(typed: string): VatCategory {
  return vatCategoryIn(typed) ?? "S";
}
