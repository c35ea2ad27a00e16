/** What unsent input is, in words: of whom, how much, and whether it can still be sent. */
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import type { PaymentWithAllocations } from "../../../../projector/queries/payments.ts";
import type { RefundWithSources } from "../../../../projector/queries/refunds.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { isBlank, NEW_INVOICE, type TypedInvoice } from "../../form/typed-invoice.ts";
import { formOf } from "../../form/unsent.ts";
import { money } from "../../text/format.ts";
import { documentName } from "../../text/invoice-name.ts";
import { dueOf } from "../../text/invoice-status.ts";
import { currencyTyped } from "../invoice-form/invoice-form-input.ts";
import { sumsOf } from "../invoice-form/invoice-form-sums.ts";

/** Unsent input as its form stored it: the typed value. Another release may have stored it, so any part may be missing. */
type Typed = Readonly<Record<string, unknown>>;

/** What the input is about: ids to look up; null if there is nothing to look up. */
interface Subjects {
  client: number | null;
  document: number | null;
  payment: number | null;
  refund: number | null;
  item: number | null;
}

/** The rows of the subjects, as far as they are there. */
interface Found {
  client: Pick<ClientWithBalances, "name" | "archived" | "currency"> | null;
  document: InvoiceDetail | null;
  payment: PaymentWithAllocations | null;
  refund: RefundWithSources | null;
  item: Pick<Row<"item">, "code" | "archived"> | null;
}

export interface Description {
  /** `Invoice for Jäger Marine` */
  what: string;
  /** `3 lines, €1,240.00`; empty if there is no more to say. */
  details: string;
  /** Why it can no longer be sent as it is; null if it can. */
  problem: string | null;
}

const idIn = (name: string, pattern: RegExp): number | null => {
  const id = pattern
    .exec(name)
    ?.slice(1)
    .find((one) => one !== undefined);
  return id === undefined ? null : Number(id);
};

export function subjectsOf(name: string, typed: Typed): Subjects {
  const chosen = typed.clientId ?? typed.client;
  return {
    client: typeof chosen === "number" ? chosen : idIn(name, /^client\/(\d+)$|^do\/[a-z-]+-client\/(\d+)$/),
    document:
      idIn(
        name,
        /^(?:invoice|invoice\/copy|credit-note\/of|issue|cancel|credit\/allocations|payment\/new\/invoice|refund\/new\/document)\/(\d+)$/,
      ) ?? idIn(name, /^write-off(?:\/reversal)?\/(\d+)$|^do\/[a-z-]+-(?:invoice|draft)\/(\d+)$/),
    payment: idIn(name, /^payment\/(?:allocations|reversal)\/(\d+)$|^do\/[a-z-]+-payment\/(\d+)$/),
    refund: idIn(name, /^refund\/reversal\/(\d+)$/),
    item: idIn(name, /^item\/(\d+)$|^do\/[a-z-]+-item\/(\d+)$/),
  };
}

/** @param home the organization's currency */
export function describe(
  name: string,
  typed: Typed,
  found: Found,
  { locale, home }: { locale: string; home: string },
): Description {
  const { client, document, payment, refund, item } = found;
  const label = formOf(name).label;
  const of = (what: string, details: readonly (string | null | undefined)[] = []): Description => ({
    what,
    details: details.filter(Boolean).join(", "),
    problem: problemOf(name, found),
  });
  const text = (minor: number, currency: string) => money(minor, currency, locale);
  if (/^(?:invoice|credit-note)\//.test(name)) {
    const kind = name.startsWith("credit-note") || document?.kind === "credit_note" ? "Credit note" : "Invoice";
    const what = `${kind}${client ? ` for ${client.name}` : ", no client yet"}`;
    return of(what, [...draftDetails(typed, client, { locale, home }), draftOrigin(name, document)]);
  }
  if (/^issue\//.test(name) && document)
    return of(`Issue ${lower(documentName(document))}${buyer(document)}`, [
      text(document.gross_minor, document.currency),
    ]);
  if (/^credit\/allocations\//.test(name) && document)
    return of(`Apply ${lower(documentName(document))}${buyer(document)}`, [applied(typed)]);
  if (/^payment\/new/.test(name)) {
    const amount = String(typed.amount ?? "").trim();
    const currency = String(typed.currency || client?.currency || home);
    const how = amount === "" ? "" : ` of ${amount} ${currency}`;
    return of(`Payment${how}${client ? ` from ${client.name}` : ", no client yet"}`, [applied(typed)]);
  }
  if (/^payment\/allocations\//.test(name) && payment)
    return of(
      `Apply payment of ${text(payment.amount_minor, payment.currency)}${client ? ` from ${client.name}` : ""}`,
      [applied(typed)],
    );
  const to = client ? ` to ${client.name}` : "";
  if (/^payment\/reversal\//.test(name) && payment)
    return of(
      `Reverse payment of ${text(payment.amount_minor, payment.currency)}${client ? ` from ${client.name}` : ""}`,
      [shown(typed.reason)],
    );
  if (/^refund\/new/.test(name)) {
    const amount = typed.leads === "amount" ? shown(typed.amount) : "";
    const how = amount === "" ? "" : ` of ${amount} ${String(typed.currency || client?.currency || home)}`;
    return of(`Refund${how}${to || ", no client yet"}`, [shown(typed.reference)]);
  }
  if (/^refund\/reversal\//.test(name) && refund)
    return of(`Reverse refund of ${text(refund.amount_minor, refund.currency)}${to}`, [shown(typed.reason)]);
  if (/^write-off\/\d/.test(name) && document)
    return of(`Write off ${lower(documentName(document))}${buyer(document)}`, [
      shown(typed.amount),
      shown(typed.reason),
    ]);
  if (/^write-off\/reversal\//.test(name) && document)
    return of(`Reverse write-off of ${lower(documentName(document))}${buyer(document)}`, [shown(typed.reason)]);
  if (/^client\/(?:new|on-the-way)$/.test(name)) return of(`New client${named(typed.name)}`, [shown(typed.city)]);
  if (/^client\//.test(name) && client) return of(`Changes to client “${client.name}”`);
  if (/^item\/(?:new|on-the-way)$/.test(name)) return of(`New item${named(typed.code)}`, [shown(typed.description)]);
  if (/^item\//.test(name) && item) return of(`Changes to item “${item.code}”`);
  if (name === "user/new") return of(`Invitation${named(typed.name)}`, [shown(typed.email)]);
  if (name.startsWith("do/")) {
    const subject = document ? documentName(document) : client ? client.name : (item?.code ?? "");
    return of(subject === "" ? label : `${label}: ${subject}`);
  }
  return of(label);
}

/** How many lines there are, and their total with VAT. */
function draftDetails(
  typed: Typed,
  client: Found["client"],
  { locale, home }: { locale: string; home: string },
): string[] {
  const draft = { ...NEW_INVOICE, ...typed } as TypedInvoice;
  const lines = draft.lines.filter((line) => !isBlank(line)).length;
  if (lines === 0) return ["no lines yet"];
  const currency = currencyTyped(draft.currency) ?? client?.currency ?? home;
  const { content } = sumsOf(draft, { currency, locale });
  return [
    lines === 1 ? "1 line" : `${lines} lines`,
    ...(content ? [money(content.totals.grossMinor, currency, locale)] : []),
  ];
}

function draftOrigin(name: string, document: InvoiceDetail | null): string | null {
  if (!document) return null;
  if (name.startsWith("invoice/copy/")) return `a copy of ${lower(documentName(document))}`;
  if (name.startsWith("credit-note/of/")) return `corrects ${lower(documentName(document))}`;
  return /^invoice\/\d+$/.test(name) ? `changes to ${lower(documentName(document))}` : null;
}

function buyer({ buyer_name }: InvoiceDetail): string {
  return buyer_name === null ? "" : ` for ${buyer_name}`;
}

function lower(name: string): string {
  return name.replace(/^./, (letter) => letter.toLowerCase());
}

function named(value: unknown): string {
  const text = shown(value);
  return text === "" ? "" : ` “${text}”`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function applied({ allocations }: Typed): string {
  const count = typeof allocations === "object" && allocations !== null ? Object.keys(allocations).length : 0;
  if (count === 0) return "applied to no invoice";
  return count === 1 ? "applied to 1 invoice" : `applied to ${count} invoices`;
}

const ENDS: Readonly<Record<string, string>> = {
  issued: "was issued",
  void: "was issued and voided",
  discarded: "was discarded",
};

function problemOf(name: string, { client, document, payment, refund, item }: Found): string | null {
  if (/^(?:invoice|issue)\/\d+$/.test(name) && document && document.status !== "draft")
    return `The draft ${ENDS[document.status]} in the meantime.`;
  if (/^credit-note\/of\//.test(name) && document && document.status !== "issued")
    return `The invoice ${ENDS[document.status]} in the meantime.`;
  if (/^credit\/allocations\//.test(name) && document?.status === "void")
    return `The ${document.kind === "invoice" ? "invoice" : "credit note"} was voided in the meantime.`;
  if (/^write-off\//.test(name) && document?.status === "void") return "The invoice was voided in the meantime.";
  if (/^write-off\/\d/.test(name) && document && dueOf(document) <= 0)
    return "The invoice was settled in the meantime.";
  if (payment?.reversed === 1) return "The payment was reversed in the meantime.";
  if (refund?.reversed === 1) return "The refund was reversed in the meantime.";
  // What is owed to an archived client can still be paid back.
  if (client?.archived === 1 && !/^(?:do|refund)\//.test(name)) return "The client is archived.";
  return item?.archived === 1 && !name.startsWith("do/") ? "The item is archived." : null;
}
