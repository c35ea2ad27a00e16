/** Records as options of the palette: what they are called, and what tells them apart. */
import type { InvoiceRow, PaymentRow, RefundRow } from "../../contract/contract.ts";
import { locale, organization } from "../state/state.ts";
import { day, money, price } from "../text/format.ts";
import { documentName, kindName } from "../text/invoice-name.ts";
import { signOf, statusLabelOf } from "../text/invoice-status.ts";
import { type Option, opening } from "./commands.ts";

export function invoiceOption(row: InvoiceRow): Option {
  const { id, number, buyer_name, currency, gross_minor } = row;
  return {
    ...opening(`/invoices/${id}`, number === null ? kindName(row) : documentName(row)),
    group: "Invoices",
    names: [number],
    detail: joined(
      buyer_name,
      money(signOf(row) * gross_minor, currency, locale.value),
      statusLabelOf(row, organization.value?.today ?? "").word,
    ),
  };
}

export function clientOption(client: {
  id: number;
  name: string;
  city: string | null;
  email: string | null;
  archived: number;
}): Option {
  const { id, name, city, email, archived } = client;
  return {
    ...opening(`/clients/${id}`, name),
    group: "Clients",
    names: [name],
    detail: joined(city, email, archived === 1 ? "Archived" : null),
  };
}

export function itemOption(item: {
  id: number;
  code: string;
  description: string;
  price6: number;
  archived: number;
}): Option {
  const { id, code, description, price6, archived } = item;
  return {
    ...opening(`/items/${id}`, `${code} ${description}`),
    group: "Items",
    names: [code, description],
    detail: joined(price(price6, organization.value?.currency ?? "", locale.value), archived === 1 ? "Archived" : null),
  };
}

export function paymentOption(row: Omit<PaymentRow, "client_name"> & { client_name?: string }): Option {
  const { id, reference, client_name, amount_minor, currency, received_on, reversed } = row;
  return {
    ...opening(`/payments/${id}`, reference === null ? "Payment" : `Payment ${reference}`),
    group: "Payments",
    names: [reference],
    detail: joined(
      client_name ?? null,
      money(amount_minor, currency, locale.value),
      day(received_on, locale.value),
      reversed === 1 ? "Reversed" : null,
    ),
  };
}

export function refundOption(row: Omit<RefundRow, "client_name"> & { client_name?: string }): Option {
  const { id, reference, client_name, amount_minor, currency, paid_on, reversed } = row;
  return {
    ...opening(`/refunds/${id}`, reference === null ? "Refund" : `Refund ${reference}`),
    group: "Refunds",
    names: [reference],
    detail: joined(
      client_name ?? null,
      money(amount_minor, currency, locale.value),
      day(paid_on, locale.value),
      reversed === 1 ? "Reversed" : null,
    ),
  };
}

function joined(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" · ");
}
