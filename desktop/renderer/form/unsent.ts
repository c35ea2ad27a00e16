/** What is typed and not sent yet, in whichever form: how many there are is always in sight. */
import { effect, signal } from "@preact/signals";
import type { InputLabel } from "../../contract/contract.ts";
import { call } from "../state/bridge.ts";
import { path } from "../state/navigation.ts";
import { dataVersion, status } from "../state/state.ts";

export const unsent = signal<readonly InputLabel[]>([]);

/** Looks again: a form has kept something, or forgotten it. */
export async function lookUnsent(): Promise<void> {
  const labels = await call("listInputs", {}).catch(() => []); // nobody is logged in
  if (JSON.stringify(labels) !== JSON.stringify(unsent.peek())) unsent.value = labels;
}

effect(() => {
  path.value;
  dataVersion.value;
  if (status.value?.log) void lookUnsent();
  else unsent.value = [];
});

/** Where a form is, by the name that it is kept under, and what it is. `:id` stands for a number. */
const FORMS: readonly (readonly [name: string, says: string, to: string])[] = [
  ["invoice/new", "A new invoice", "/invoices/new"],
  ["invoice/for/:id", "A new invoice for a client", "/invoices/new?client=:id"],
  ["invoice/copy/:id", "A copy of an invoice", "/invoices/new?copy=:id"],
  ["invoice/:id", "Changes of a draft", "/invoices/:id/edit"],
  ["credit-note/new", "A new credit note", "/invoices/new?kind=credit_note"],
  ["credit-note/for/:id", "A new credit note for a client", "/invoices/new?kind=credit_note&client=:id"],
  ["credit-note/of/:id", "A credit note for an invoice", "/invoices/new?credit=:id"],
  ["issue/:id", "The issue of a draft", "/invoices/:id?issue=now"],
  ["credit/allocations/:id", "What a credit note is put against", "/invoices/:id/apply"],
  ["payment/new", "A new payment", "/payments/new"],
  ["payment/new/client/:id", "A new payment of a client", "/payments/new?client=:id"],
  ["payment/new/invoice/:id", "A new payment for an invoice", "/payments/new?invoice=:id"],
  ["payment/allocations/:id", "What a payment is put against", "/payments/:id/reallocate"],
  ["client/new", "A new client", "/clients/new"],
  ["client/on-the-way", "A new client, made for an invoice", "/invoices/new"],
  ["client/:id", "Changes of a client", "/clients/:id/edit"],
  ["item/new", "A new item", "/items/new"],
  ["item/on-the-way", "A new item, made for an invoice", "/invoices/new"],
  ["item/:id", "Changes of an item", "/items/:id/edit"],
  ["user/new", "An invitation", "/settings/users/new"],
  ["user/:id", "Changes of a user", "/settings/users/:id"],
  ["organization", "Changes of the organization", "/settings"],
  ["organization/series", "Changes of the number series", "/settings/series"],
];

/** What a kept form is, and where; a form that another release kept has no place any more. */
export function formOf(name: string): { says: string; to: string | null } {
  const [, id = ""] = /\/(\d+)$/.exec(name) ?? [];
  const pattern = id === "" ? name : name.replace(/\d+$/, ":id");
  const form = FORMS.find(([one]) => one === pattern);
  if (!form) return { says: name, to: null };
  const [, says, to] = form;
  return { says: says.replace(":id", id), to: to.replace(":id", id) };
}
