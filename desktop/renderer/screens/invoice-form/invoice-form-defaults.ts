/** What a client or an item brings along: it fills what nobody has typed, and writes over nothing. */
import { decimalsOf } from "../../../../events/values/currency.ts";
import type { VatCategory } from "../../../../events/values/money.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import {
  hasRate,
  isBlank,
  NEW_LINE,
  nextKey,
  type TypedInvoice,
  type TypedLine,
  type TypedVat,
} from "../../form/typed-invoice.ts";
import { typedAmount } from "../../text/parse-amount.ts";
import { currencyTyped } from "./invoice-form-input.ts";

export type ClientDefaults = Pick<Row<"client">, "currency" | "terms_days" | "vat_category">;
export type ItemDefaults = Pick<
  Row<"item">,
  "id" | "code" | "description" | "unit" | "price6" | "vat_category" | "vat_rate_bp"
>;

/**
 * Another client: currency and days to pay that only say what the former one brought become this one's, which is what an
 * empty field stands for; and lines whose VAT nobody chose get this one's.
 */
export function withClient(
  typed: TypedInvoice,
  clientId: number | null,
  { before, after }: { before: ClientDefaults | null; after: ClientDefaults | null },
): TypedInvoice {
  const currency = before !== null && currencyTyped(typed.currency) === before.currency ? "" : typed.currency;
  const termsDays = before !== null && typed.termsDays === String(before.terms_days) ? "" : typed.termsDays;
  const category = after?.vat_category ?? null;
  const lines = typed.lines.map((line) => {
    const vat = line.ownVat ? null : vatByClient(category, line);
    return vat === null ? line : { ...line, ...vat };
  });
  return { ...typed, clientId, currency, termsDays, lines };
}

/**
 * The VAT of a line for such a client.
 *
 * @param own what the line or its item has
 * @returns null where it stays
 */
function vatByClient(category: VatCategory | null, own: TypedVat): TypedVat | null {
  if (category === null || category === own.vatCategory) return null;
  // A zero rated thing stays so for a client of the standard rate.
  if (category === "S") return null;
  return { vatCategory: category, vatRate: hasRate(category) ? own.vatRate : "" };
}

/** A line made from an item. @param inItemsCurrency false: its price is in another one, and stays to be typed */
export function withItem(
  line: TypedLine,
  item: ItemDefaults,
  given: { client: ClientDefaults | null; currency: string; home: string; locale: string },
): TypedLine {
  const own: TypedVat = {
    vatCategory: item.vat_category,
    vatRate:
      item.vat_rate_bp === null || !hasRate(item.vat_category) ? "" : typedAmount(item.vat_rate_bp, 2, given.locale),
  };
  const sameCurrency = given.currency === given.home;
  return {
    ...line,
    itemId: item.id,
    code: item.code,
    description: item.description,
    unit: item.unit,
    quantity: line.quantity.trim() === "" ? "1" : line.quantity,
    price: sameCurrency ? typedAmount(item.price6, 6, given.locale, decimalsOf(given.home)) : line.price,
    ...(vatByClient(given.client?.vat_category ?? null, own) ?? own),
    ownVat: false,
  };
}

/** An empty line for the end: its VAT is that of the line before, else the client's. */
export function lineAfter(lines: readonly TypedLine[], client: ClientDefaults | null): TypedLine {
  const before = lines.findLast((line) => !isBlank(line));
  const own = before ?? NEW_LINE;
  const { vatCategory, vatRate, ownVat } = own;
  const vat = before ? null : vatByClient(client?.vat_category ?? null, own);
  return { ...NEW_LINE, vatCategory, vatRate, ownVat, ...vat, key: nextKey(lines) };
}
