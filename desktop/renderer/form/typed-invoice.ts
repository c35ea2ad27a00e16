/** An invoice as the user types it: the texts of its fields. */
import type { DraftInput, LineInput } from "../../../events/document/draft.ts";
import { decimalsOf } from "../../../events/values/currency.ts";
import type { Vat, VatCategory } from "../../../events/values/money.ts";
import type { InvoiceDetail } from "../../contract/contract.ts";
import { isNothing, NOTHING_MORE, type TypedMore } from "../more/more.ts";
import { DOCUMENT_MORE, LINE_MORE } from "../more/more-of-document.ts";
import { typedMore } from "../more/read-more.ts";
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
  /** Code of the reason. Input of release 0.1 and adjustments without one have none. */
  reasonCode?: string;
  /** What a percentage is taken of, if it is not what it applies to. */
  base?: string;
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
  /** What is behind the line's "More"; absent: nothing, as on most lines. */
  more?: TypedMore | undefined;
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
  /** What is added to the amount due, to round it. */
  rounding: string;
  lines: readonly TypedLine[];
  adjustments: readonly TypedDocumentAdjustment[];
  /** Why no VAT is charged, by category. */
  reasons: Readonly<Partial<Record<VatCategory, string>>>;
  /** The same as codes of the VATEX list. */
  reasonCodes: Readonly<Partial<Record<VatCategory, string>>>;
  more: TypedMore;
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
  rounding: "",
  lines: [{ ...NEW_LINE, key: 1 }],
  adjustments: [],
  reasons: {},
  reasonCodes: {},
  more: NOTHING_MORE,
};

/** True if the line is still empty. Empty lines are not sent. */
export function isBlank({ code, description, quantity, price, itemId, adjustments, more }: TypedLine): boolean {
  const isUntyped = `${code}${description}${quantity}${price}`.trim() === "" && isNothing(more ?? NOTHING_MORE);
  return itemId === null && adjustments.length === 0 && isUntyped;
}

/** A key for a new line. */
export function nextKey(lines: readonly TypedLine[]): number {
  return lines.reduce((most, { key }) => Math.max(most, key), 0) + 1;
}

/** True for the categories with a choice of rate. The others' rate is zero, and O has none. */
export function hasRate(category: VatCategory): boolean {
  return category === "S" || category === "L" || category === "M" || category === "B";
}

type Adjustment = LineInput["adjustments"][number];

/** The texts to type for a draft. @param locale of numbers */
export function typedOf(draft: DraftInput, locale: string): TypedInvoice {
  const { clientId, currency, termsDays, deliveredOn, buyerReference, orderReference, note, prepaidMinor } = draft;
  const decimals = decimalsOf(currency ?? "");
  const amount = (minor: number) => typedAmount(minor, decimals, locale, decimals);
  const reading = { locale, currency: currency ?? "" };
  const adjustment = (one: Adjustment): TypedAdjustment => {
    const { kind, reason, amountMinor, reasonCode, percent6, baseMinor } = one;
    const typed = percent6 === null ? amount(amountMinor ?? 0) : `${typedAmount(percent6, 6, locale)}%`;
    return {
      ...{ kind, reason: reason ?? "", amount: typed },
      ...(reasonCode !== null && { reasonCode }),
      ...(baseMinor !== null && { base: amount(baseMinor) }),
    };
  };
  const vat = ({ vatCategory, vatRate3 }: Vat): TypedVat => {
    return { vatCategory, vatRate: hasRate(vatCategory) ? typedAmount(vatRate3 ?? 0, 3, locale) : "" };
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
    ...(input.more !== null && { more: typedMore(LINE_MORE, input.more, reading) }),
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
    rounding: draft.roundingMinor === 0 ? "" : amount(draft.roundingMinor),
    lines: draft.lines.length === 0 ? NEW_INVOICE.lines : draft.lines.map(line),
    adjustments: draft.adjustments.map((input) => ({ ...adjustment(input), ...vat(input) })),
    reasons: byCategory(draft.reasons.map(({ vatCategory, reason }) => [vatCategory, reason])),
    reasonCodes: byCategory(draft.reasons.map(({ vatCategory, reasonCode }) => [vatCategory, reasonCode])),
    more: typedMore(DOCUMENT_MORE, draft.more, reading),
  };
}

function byCategory(all: readonly (readonly [VatCategory, string | null])[]): Partial<Record<VatCategory, string>> {
  return Object.fromEntries(all.filter(([, text]) => text !== null));
}

/** A draft with the content of a stored document. */
export function draftOfStored(invoice: InvoiceDetail): DraftInput {
  const ofLine = Map.groupBy(invoice.adjustments, ({ line_n }) => line_n);
  const adjustment = (row: InvoiceDetail["adjustments"][number]): Adjustment => {
    const { kind, reason, amount_minor, reason_code: reasonCode, percent6, base_minor: baseMinor } = row;
    return { kind, reason, amountMinor: percent6 === null ? amount_minor : null, reasonCode, percent6, baseMinor };
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
      vatRate3: line.vat_rate3,
      more: line.more,
    })),
    adjustments: (ofLine.get(null) ?? []).map((row) => ({
      ...adjustment(row),
      vatCategory: row.vat_category ?? "S",
      vatRate3: row.vat_rate3,
    })),
    prepaidMinor: invoice.prepaid_minor,
    roundingMinor: invoice.rounding_minor,
    reasons: [...new Map(invoice.taxes.map((tax) => [tax.vat_category, tax]))].flatMap(
      ([vatCategory, { reason, reason_code: reasonCode }]) =>
        reason === null && reasonCode === null ? [] : [{ vatCategory, reason, reasonCode }],
    ),
    more: invoice.more,
  };
}
