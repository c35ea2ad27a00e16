/** Defaults from a client or an item. They fill fields that nobody has typed in, and overwrite nothing. */

import type { FurtherOfItem } from "../../../../events/document/further.ts";
import type { FurtherOfClient } from "../../../../events/document/party.ts";
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
import { NO_RATES, typedVatOf, type VatRates } from "../../form/vat-rates.ts";
import { fieldsOfGroup, listsOfGroup, NOTHING_MORE, type TypedMore, withMore } from "../../more/more.ts";
import { ITEM_MORE } from "../../more/more-of-document.ts";
import { typedMore } from "../../more/read-more.ts";
import { typedAmount } from "../../text/typed-amount.ts";
import { currencyTyped } from "./invoice-form-input.ts";

export type ClientDefaults = Pick<Row<"client">, "currency" | "terms_days" | "vat_category"> & {
  more: Pick<FurtherOfClient, "buyerReference"> | null;
};
type ItemDefaults = Pick<
  Row<"item">,
  "id" | "code" | "description" | "unit" | "price6" | "vat_category" | "vat_rate3"
> & { more: FurtherOfItem | null };

interface ClientChange {
  before: ClientDefaults | null;
  after: ClientDefaults | null;
  rates?: VatRates;
  locale?: string;
}

/**
 * Changes the client: a currency or days to pay equal to the previous client's default become empty, which stands for
 * the new client's default. Lines whose VAT nobody chose get the new client's, and so does a reference that nobody typed.
 */
export function withClient(
  typed: TypedInvoice,
  clientId: number | null,
  { before, after, rates = NO_RATES, locale = "en" }: ClientChange,
): TypedInvoice {
  const currency = before !== null && currencyTyped(typed.currency) === before.currency ? "" : typed.currency;
  const termsDays = before !== null && typed.termsDays === String(before.terms_days) ? "" : typed.termsDays;
  const isFree = ["", before?.more?.buyerReference ?? ""].includes(typed.buyerReference.trim());
  const buyerReference = isFree ? (after?.more?.buyerReference ?? "") : typed.buyerReference;
  const category = after?.vat_category ?? null;
  const lines = typed.lines.map((line) => {
    const vat = line.ownVat ? null : vatByClient(category, line, { rates, locale });
    return vat === null ? line : { ...line, ...vat };
  });
  return { ...typed, clientId, currency, termsDays, buyerReference, lines };
}

/**
 * The VAT of a line for a client with this category.
 *
 * @param own the VAT of the line or its item
 * @returns null if the VAT stays as it is
 */
function vatByClient(
  category: VatCategory | null,
  own: TypedVat,
  { rates, locale }: { rates: VatRates; locale: string },
): TypedVat | null {
  if (category === null || category === own.vatCategory) return null;
  // A zero-rated item stays zero-rated for a client with the standard rate.
  if (category === "S") return null;
  if (!hasRate(category)) return { vatCategory: category, vatRate: "" };
  const known = [...rates.saved, ...rates.used].find(({ vatCategory }) => vatCategory === category);
  return known ? typedVatOf(known, locale) : { vatCategory: category, vatRate: own.vatRate };
}

/** Fills a line from an item. If the document is in another currency, the price stays as typed. */
export function withItem(
  line: TypedLine,
  item: ItemDefaults,
  context: { client: ClientDefaults | null; currency: string; home: string; rates: VatRates; locale: string },
): TypedLine {
  const own: TypedVat = {
    vatCategory: item.vat_category,
    vatRate:
      item.vat_rate3 === null || !hasRate(item.vat_category) ? "" : typedAmount(item.vat_rate3, 3, context.locale),
  };
  const sameCurrency = context.currency === context.home;
  return {
    ...line,
    itemId: item.id,
    code: item.code,
    description: item.description,
    unit: item.unit,
    quantity: line.quantity.trim() === "" ? "1" : line.quantity,
    price: sameCurrency ? typedAmount(item.price6, 6, context.locale, decimalsOf(context.home)) : line.price,
    ...(vatByClient(context.client?.vat_category ?? null, own, context) ?? own),
    ownVat: false,
    more: withGoods(line.more ?? NOTHING_MORE, item.more, context.locale),
  };
}

const GOODS: ReadonlySet<string> = new Set(
  [...fieldsOfGroup(ITEM_MORE), ...listsOfGroup(ITEM_MORE)].map(([path]) => path),
);

/** What a line says of its item. */
export function goodsOf(typed: TypedMore): TypedMore {
  return Object.fromEntries(Object.entries(typed).filter(([path]) => GOODS.has(path)));
}

/** What a line says of itself stays; what it says of its item is that of the item. */
function withGoods(typed: TypedMore, goods: FurtherOfItem | null, locale: string): TypedMore | undefined {
  const own = Object.entries(typed).filter(([path]) => !GOODS.has(path));
  const all = [...own, ...Object.entries(typedMore(ITEM_MORE, goods, { locale, currency: "" }))];
  return all.length === 0 ? undefined : all.reduce((more, [path, value]) => withMore(more, path, value), NOTHING_MORE);
}

/** An empty line to append. Its VAT is that of the line before, otherwise the client's, otherwise the usual rate. */
export function lineAfter(
  lines: readonly TypedLine[],
  client: ClientDefaults | null,
  rates: VatRates,
  locale: string,
): TypedLine {
  const before = lines.findLast((line) => !isBlank(line));
  const own = before ?? { ...NEW_LINE, ...(rates.usual && typedVatOf(rates.usual, locale)) };
  const { vatCategory, vatRate, ownVat } = own;
  const vat = before ? null : vatByClient(client?.vat_category ?? null, own, { rates, locale });
  return { ...NEW_LINE, vatCategory, vatRate, ownVat, ...vat, key: nextKey(lines) };
}
