/** What the list adds up to, if it is in one currency. */
import type { ComponentChild } from "preact";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { money } from "../../text/format.ts";
import { addressOf, filterOf, type Words } from "./invoice-words.ts";

/** Adding up a longer list takes longer than a user waits. */
const MAX_ADDED = 10_000;

/** @param length the documents of the list; null: not known yet */
export function InvoiceListTotals({ words, length }: { words: Words; length: number | null }): ComponentChild {
  // The list of everything has no figure that anybody asks for.
  const isNarrowed = addressOf({ ...words, sort: "" }) !== "/invoices";
  const isWanted = isNarrowed && length !== null && length > 0 && length <= MAX_ADDED;
  const { value, waiting } = useCall("getInvoiceTotals", isWanted ? filterOf(words) : null);
  const [total, another] = value ?? [];
  if (!isWanted || waiting || !total || another) return null;
  const { currency, net_minor, gross_minor, balance_minor } = total;
  const text = (minor: number) => money(minor, currency, locale.value);
  const why = (column: "net" | "gross" | "balance", minor: number) => (
    <Why figure={{ figure: `list_${column}`, currency, list: filterOf(words) }}>{text(minor)}</Why>
  );
  return (
    <p class="detail totals">
      Net {why("net", net_minor)} · with VAT {why("gross", gross_minor)} · balance {why("balance", balance_minor)}
    </p>
  );
}
