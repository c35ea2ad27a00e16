/** An invoice as the user types it: the texts of its fields. */
import type { DraftInput, LineInput } from "../../../events/business/draft.ts";
import { decimalsOf } from "../../../events/values/currency.ts";
import type { Adjustment, Vat, VatCategory } from "../../../events/values/money.ts";
import type { InvoiceDetail } from "../../contract/contract.ts";
import { currencies, textOfCode } from "../text/named-codes.ts";
import { typedAmount } from "../text/typed-amount.ts";

export interface TypedVat {
  vatCategory: VatCategory;
  /** In percent; ignored if the category has no choice of rate. */
  vatRate: string;
}

export interface TypedAdjustment {
  kind: "allowance" | "charge";
  reason: string;
  /** An amount, or a percentage of what it applies to: `10 %`. */
  amount: string;
}

export type TypedDocumentAdjustment = TypedAdjustment & TypedVat;

export interface TypedLine extends TypedVat {
  /** Identifies the line while lines move. Never sent. */
  key: number;
  /** The item that the line was filled from. */
  itemId: number | null;
  code: string;
  description: string;
  quantity: string;
  unit: string;
  price: string;
  adjustments: readonly TypedAdjustment[];
  /** True if the user chose the VAT: a client's default no longer changes it. */
  ownVat: boolean;
}

export interface TypedInvoice {
  clientId: number | null;
  /** `Euro (EUR)`; empty means the client's currency or, if it has none, the organization's. */
  currency: string;
  termsDays: string;
  deliveredOn: string;
  buyerReference: string;
  orderReference: string;
  note: string;
  prepaid: string;
  lines: readonly TypedLine[];
  adjustments: readonly TypedDocumentAdjustment[];
  /** Why no VAT is charged, by category. */
  reasons: Readonly<Partial<Record<VatCategory, string>>>;
}

export const NEW_LINE: Omit<TypedLine, "key"> = {
  itemId: null,
  code: "",
  description: "",
  quantity: "",
  unit: "C62",
  price: "",
  vatCategory: "S",
  vatRate: "",
  adjustments: [],
  ownVat: false,
};

export const NEW_INVOICE: TypedInvoice = {
  clientId: null,
  currency: "",
  termsDays: "",
  deliveredOn: "",
  buyerReference: "",
  orderReference: "",
  note: "",
  prepaid: "",
  lines: [{ ...NEW_LINE, key: 1 }],
  adjustments: [],
  reasons: {},
};

/** True if the line is still empty. Empty lines are not sent. */
export function isBlank({ code, description, quantity, price, itemId, adjustments }: TypedLine): boolean {
  return itemId === null && adjustments.length === 0 && `${code}${description}${quantity}${price}`.trim() === "";
}

/** A key for a new line. */
export function nextKey(lines: readonly TypedLine[]): number {
  return lines.reduce((most, { key }) => Math.max(most, key), 0) + 1;
}

/** True for the categories with a choice of rate. The others' rate is zero, and O has none. */
export function hasRate(category: VatCategory): boolean {
  return category === "S" || category === "L" || category === "M";
}

/** The texts to type for a draft. @param locale of numbers */
export function typedOf(draft: DraftInput, locale: string): TypedInvoice {
  const { clientId, currency, termsDays, deliveredOn, buyerReference, orderReference, note, prepaidMinor } = draft;
  const decimals = decimalsOf(currency ?? "");
  const amount = (minor: number) => typedAmount(minor, decimals, locale, decimals);
  const adjustment = ({ kind, reason, amountMinor }: Adjustment): TypedAdjustment => {
    return { kind, reason, amount: amount(amountMinor) };
  };
  const vat = ({ vatCategory, vatRateBp }: Vat): TypedVat => {
    return { vatCategory, vatRate: hasRate(vatCategory) ? typedAmount(vatRateBp ?? 0, 2, locale) : "" };
  };
  const line = (input: LineInput, n: number): TypedLine => ({
    key: n + 1,
    itemId: input.itemId,
    code: input.code ?? "",
    description: input.description,
    quantity: typedAmount(input.quantity6, 6, locale),
    unit: input.unit,
    price: typedAmount(input.price6, 6, locale, decimals),
    ...vat(input),
    adjustments: input.adjustments.map(adjustment),
    ownVat: true,
  });
  return {
    clientId,
    currency: textOfCode(currencies(), currency),
    termsDays: termsDays === null ? "" : String(termsDays),
    deliveredOn: deliveredOn ?? "",
    buyerReference: buyerReference ?? "",
    orderReference: orderReference ?? "",
    note: note ?? "",
    prepaid: prepaidMinor === 0 ? "" : amount(prepaidMinor),
    lines: draft.lines.length === 0 ? NEW_INVOICE.lines : draft.lines.map(line),
    adjustments: draft.adjustments.map((input) => ({ ...adjustment(input), ...vat(input) })),
    reasons: Object.fromEntries(draft.reasons.map(({ vatCategory, reason }) => [vatCategory, reason])),
  };
}

/** A draft with the content of a stored document. */
export function draftOfStored(invoice: InvoiceDetail): DraftInput {
  const ofLine = Map.groupBy(invoice.adjustments, ({ line_n }) => line_n);
  const adjustment = ({ kind, reason, amount_minor }: InvoiceDetail["adjustments"][number]): Adjustment => {
    return { kind, reason, amountMinor: amount_minor };
  };
  return {
    clientId: invoice.client_id,
    currency: invoice.currency,
    termsDays: invoice.terms_days,
    deliveredOn: invoice.delivered_on,
    buyerReference: invoice.buyer_reference,
    orderReference: invoice.order_reference,
    note: invoice.note,
    lines: invoice.lines.map((line) => ({
      itemId: line.item_id,
      code: line.code,
      description: line.description,
      quantity6: line.quantity6,
      unit: line.unit,
      price6: line.price6,
      adjustments: (ofLine.get(line.n) ?? []).map(adjustment),
      vatCategory: line.vat_category,
      vatRateBp: line.vat_rate_bp,
    })),
    adjustments: (ofLine.get(null) ?? []).map((row) => ({
      ...adjustment(row),
      vatCategory: row.vat_category ?? "S",
      vatRateBp: row.vat_rate_bp,
    })),
    prepaidMinor: invoice.prepaid_minor,
    reasons: [...new Map(invoice.taxes.map((tax) => [tax.vat_category, tax.reason]))].flatMap(
      ([vatCategory, reason]) => (reason === null ? [] : [{ vatCategory, reason }]),
    ),
  };
}
