/** Unsent input in all forms. The frame always shows how many there are. */
import { effect, signal } from "@preact/signals";
import type { InputLabel } from "../../contract/contract.ts";
import { call } from "../state/bridge.ts";
import { path } from "../state/navigation.ts";
import { dataVersion, status } from "../state/state.ts";

export const unsent = signal<readonly InputLabel[]>([]);

/** Reads the list again, after a form has stored or discarded input. */
export async function refreshUnsent(): Promise<void> {
  const labels = await call("listInputs", {}).catch(() => []); // no user is logged in
  if (JSON.stringify(labels) !== JSON.stringify(unsent.peek())) unsent.value = labels;
}

effect(() => {
  path.value;
  dataVersion.value;
  if (status.value?.log) void refreshUnsent();
  else unsent.value = [];
});

/** The name that the write of a button, such as "Void", is stored under while it has no response. */
export function actionForm({ command, id = 0 }: { command: string; id?: number }): string {
  return `do/${command.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}/${id}`;
}

/** The pages of what the buttons change, by the last word of the command. */
const ACTION_PAGES: readonly (readonly [command: RegExp, to: string])[] = [
  [/-(?:invoice|draft)$/, "/invoices/:id"],
  [/-payment$/, "/payments/:id"],
  [/-client$/, "/clients/:id"],
  [/-item$/, "/items/:id"],
  [/-(?:user|role|sessions)$/, "/settings/users/:id"],
];

/** Each form by the name of its stored input: a label, and its address. `:id` stands for a number. */
const FORMS: readonly (readonly [name: string, label: string, to: string])[] = [
  ["invoice/new", "A new invoice", "/invoices/new"],
  ["invoice/for/:id", "A new invoice for a client", "/invoices/new?client=:id"],
  ["invoice/copy/:id", "A copy of an invoice", "/invoices/new?copy=:id"],
  ["invoice/:id", "Changes to a draft", "/invoices/:id/edit"],
  ["credit-note/new", "A new credit note", "/invoices/new?kind=credit_note"],
  ["credit-note/for/:id", "A new credit note for a client", "/invoices/new?kind=credit_note&client=:id"],
  ["credit-note/of/:id", "A credit note for an invoice", "/invoices/new?credit=:id"],
  ["cancel/:id", "An invoice to cancel", "/invoices/:id?cancel=now"],
  ["issue/:id", "A draft to issue", "/invoices/:id?issue=now"],
  ["credit/allocations/:id", "Invoices to apply a credit to", "/invoices/:id/apply"],
  ["payment/new", "A new payment", "/payments/new"],
  ["payment/new/client/:id", "A new payment from a client", "/payments/new?client=:id"],
  ["payment/new/invoice/:id", "A new payment for an invoice", "/payments/new?invoice=:id"],
  ["payment/allocations/:id", "Invoices to apply a payment to", "/payments/:id/reallocate"],
  ["payment/reversal/:id", "A payment to reverse", "/payments/:id?reverse=now"],
  ["refund/new", "A new refund", "/refunds/new"],
  ["refund/new/client/:id", "A new refund to a client", "/refunds/new?client=:id"],
  ["refund/new/payment/:id", "A new refund of a payment", "/refunds/new?payment=:id"],
  ["refund/new/document/:id", "A new refund of a document", "/refunds/new?document=:id"],
  ["refund/reversal/:id", "A refund to reverse", "/refunds/:id?reverse=now"],
  ["write-off/:id", "An invoice to write off", "/invoices/:id?write-off=now"],
  ["write-off/reversal/:id", "A write-off to reverse", "/invoices/:id?reverse-write-off=now"],
  ["client/new", "A new client", "/clients/new"],
  ["client/on-the-way", "A new client for an invoice", "/invoices/new"],
  ["client/:id", "Changes to a client", "/clients/:id/edit"],
  ["item/new", "A new item", "/items/new"],
  ["item/on-the-way", "A new item for an invoice", "/invoices/new"],
  ["item/:id", "Changes to an item", "/items/:id/edit"],
  ["vat-rate/on-the-way", "A new VAT rate", "/settings/vat-rates"],
  ["user/new", "An invitation", "/settings/users/new"],
  ["user/:id", "Changes to a user", "/settings/users/:id"],
  ["organization", "Changes to the organization", "/settings"],
  ["organization/lock", "A change of the locked periods", "/settings/periods"],
  ["organization/vat-rates", "Changes to the VAT rates", "/settings/vat-rates"],
  ["organization/series", "Changes to the number series", "/settings/series"],
];

/** The label and the address of stored input. Input of an unknown form, from another release, has no address. */
export function formOf(name: string): { label: string; to: string | null } {
  const [, id = ""] = /\/(\d+)$/.exec(name) ?? [];
  const [, command = ""] = /^do\/([a-z-]+)\/\d+$/.exec(name) ?? [];
  if (command !== "") {
    const words = command.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
    return { label: words, to: ACTION_PAGES.find(([one]) => one.test(command))?.[1].replace(":id", id) ?? null };
  }
  const pattern = id === "" ? name : name.replace(/\d+$/, ":id");
  const form = FORMS.find(([one]) => one === pattern);
  if (!form) return { label: name, to: null };
  const [, label, to] = form;
  return { label: label.replace(":id", id), to: to.replace(":id", id) };
}
