/** Invoices and credit notes: drafted, revised, issued, voided. A credit note is an invoice stream of its own kind. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { invoiceContentV1, upcastContentV1 } from "../document/basis-points.ts";
import { checkType } from "../document/check-further.ts";
import { completeDraft, creditOf, draftOf, MAX_CORRECTION_BYTES, MAX_DRAFT_BYTES } from "../document/complete-draft.ts";
import { type DraftInput, type InvoiceContent, invoiceContent } from "../document/draft.ts";
import { type Refusal, refusal } from "../errors.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import type { Totals } from "../values/money.ts";
import { line, streamId } from "../values/schema.ts";
import { activeClient, type ClientBooks } from "./client.ts";
import { activeItem, type ItemBooks, itemOf } from "./item.ts";
import type { OrganizationBooks } from "./organization.ts";
import {
  checkDraft,
  checkIssuedInvoice,
  checkVoidable,
  insteadOfVoid,
  nameOf,
  wayInsteadOfVoid,
} from "./state-rules.ts";
import type { STATES } from "./steps.ts";

export const INVOICE_KINDS = ["invoice", "credit_note"] as const;
type InvoiceKind = (typeof INVOICE_KINDS)[number];

/** `correctsId`: the invoice that a credit note corrects; null for one that stands alone, and for invoices. */
export const invoiceDrafted = z.object({
  kind: z.enum(INVOICE_KINDS),
  correctsId: streamId().nullable(),
  content: invoiceContent,
});
export const invoiceRevised = z.object({ content: invoiceContent });

export const invoiceDraftedV1 = invoiceDrafted.extend({ content: invoiceContentV1 });
export function upcastDraftedV1(old: z.infer<typeof invoiceDraftedV1>): z.infer<typeof invoiceDrafted> {
  return { kind: old.kind, correctsId: old.correctsId, content: upcastContentV1(old.content) };
}
export const invoiceRevisedV1 = z.object({ content: invoiceContentV1 });
export function upcastRevisedV1(old: z.infer<typeof invoiceRevisedV1>): z.infer<typeof invoiceRevised> {
  return { content: upcastContentV1(old.content) };
}

/** As first shipped: nobody was asked whether the document had been delivered. */
export const invoiceVoidedV1 = z.object({ reason: line(500) });
/** `neverDelivered`: the user confirmed that nobody can have received it; false in events from before this was asked. */
export const invoiceVoided = invoiceVoidedV1.extend({ neverDelivered: z.boolean() });

export function upcastVoidedV1(old: z.infer<typeof invoiceVoidedV1>): z.infer<typeof invoiceVoided> {
  return { ...old, neverDelivered: false };
}

export type InvoiceEvent =
  | { type: "InvoiceDrafted"; data: z.infer<typeof invoiceDrafted> }
  | { type: "InvoiceRevised"; data: z.infer<typeof invoiceRevised> }
  | { type: "InvoiceDraftDiscarded"; data: Record<never, never> }
  | { type: "InvoiceVoided"; data: z.infer<typeof invoiceVoided> };

type InvoiceStatus = (typeof STATES.invoice)[number];

export interface InvoiceOnBooks extends StreamState {
  kind: InvoiceKind;
  status: InvoiceStatus;
  /** null: a draft that has none yet. */
  clientId: StreamId | null;
  currency: string;
  /** The invoice that a credit note corrects. */
  correctsId: StreamId | null;
  number: string | null;
  /** null: a draft. */
  issuedOn: string | null;
  totals: Totals;
  /** What is settled of it: from 0 to the payable amount, with its sign (`DocumentState`). */
  paidMinor: number;
  /** The part of it that is written off, never below zero. */
  writtenOffMinor: number;
  /** The day of the latest write-off; null if nothing is written off. */
  writtenOffOn: string | null;
  /** The part of it that is refunded, never below zero. */
  refundedMinor: number;
  /** Sum of the issued credit notes that correct it. */
  creditedMinor: number;
  /** In how many ways it was delivered. */
  deliveryCount: number;
  /** The credit note that cancels it. */
  cancelledById: StreamId | null;
}

export interface InvoiceBooks extends OrganizationBooks, ClientBooks, ItemBooks {
  invoice(id: StreamId): InvoiceOnBooks | undefined;
  /** The documents that a credit note, or an invoice below zero, is applied to. */
  creditAllocations(creditId: StreamId): readonly { invoiceId: StreamId; amountMinor: number }[];
  /** The content as of the last draft or revision. */
  invoiceContent(id: StreamId): InvoiceContent | undefined;
}

/** Drafts an invoice, or a credit note that stands alone. */
export function draftInvoice(books: InvoiceBooks, kind: InvoiceKind, input: DraftInput): InvoiceEvent {
  return { type: "InvoiceDrafted", data: { kind, correctsId: null, content: contentOf(books, kind, input, null) } };
}

/** Drafts a credit note for an issued invoice: for all of it (input null), or for part of it. */
export function draftCreditNote(books: InvoiceBooks, invoiceId: StreamId, input: DraftInput | null): InvoiceEvent {
  const invoice = issuedInvoice(books, invoiceId, null);
  const original = books.invoiceContent(invoiceId);
  if (!original) throw new Error(`invoice ${invoiceId} has no content`);
  const content = contentOf(books, "credit_note", input ?? creditOf(draftOf(original)), {
    former: original,
    limit: MAX_CORRECTION_BYTES,
  });
  checkSameTerms(content, invoice);
  return { type: "InvoiceDrafted", data: { kind: "credit_note", correctsId: invoiceId, content } };
}

/** Replaces the whole content of a draft. */
export function reviseInvoice(books: InvoiceBooks, id: StreamId, input: DraftInput): InvoiceEvent | null {
  const invoice = draftOnBooks(books, id);
  const before = books.invoiceContent(id);
  const corrected = invoice.correctsId === null ? undefined : books.invoice(invoice.correctsId);
  const limit = corrected ? MAX_CORRECTION_BYTES : MAX_DRAFT_BYTES;
  const content = contentOf(books, invoice.kind, input, { former: before, limit });
  if (corrected) checkSameTerms(content, corrected);
  if (isDeepStrictEqual(content, before)) return null;
  return { type: "InvoiceRevised", data: { content } };
}

/** Discards a draft. Discarding it again decides nothing. */
export function discardDraft(books: InvoiceBooks, id: StreamId): InvoiceEvent | null {
  if (invoiceOf(books, id, null).status === "discarded") return null;
  draftOnBooks(books, id);
  return { type: "InvoiceDraftDiscarded", data: {} };
}

/**
 * Voids an issued document that was never delivered: its number stays, its amounts no longer count. Voiding it again
 * decides nothing.
 *
 * @param to.neverDelivered confirms that nobody can have received it: what was printed while offline is not recorded
 */
export function voidInvoice(
  books: InvoiceBooks,
  id: StreamId,
  to: { reason: string; neverDelivered: boolean },
): InvoiceEvent | null {
  const invoice = invoiceOf(books, id, null);
  if (invoice.status === "void") return null;
  // What a cancelling credit note settles of its invoice is taken back with it.
  const own = ownAllocationOf(books, invoice);
  checkVoidable({ ...invoice, paidMinor: invoice.paidMinor - own }, books.organization()?.lockedUpTo ?? null);
  if (!to.neverDelivered) throw unconfirmed(invoice);
  return { type: "InvoiceVoided", data: { reason: to.reason, neverDelivered: true } };
}

/** How much a credit note settles of the invoice that it cancels; 0 for other documents. */
export function ownAllocationOf(books: InvoiceBooks, { id, correctsId }: InvoiceOnBooks): number {
  if (correctsId === null || books.invoice(correctsId)?.cancelledById !== id) return 0;
  return books.creditAllocations(id).find(({ invoiceId }) => invoiceId === correctsId)?.amountMinor ?? 0;
}

function unconfirmed(invoice: InvoiceOnBooks): Refusal {
  const { id, number, kind } = invoice;
  return refusal(
    "VOID_UNCONFIRMED",
    `${nameOf(invoice)} may have been delivered. ${insteadOfVoid(invoice)} If nobody can have received it, void it with neverDelivered: true`,
    { field: "neverDelivered", values: { invoice: id, number, kind, way: wayInsteadOfVoid(invoice) } },
  );
}

/** The invoice with that id. @param field the input field with the id; null if it is in the path */
export function invoiceOf(books: InvoiceBooks, id: StreamId, field: string | null): InvoiceOnBooks {
  const invoice = books.invoice(id);
  if (invoice) return invoice;
  throw refusal("UNKNOWN_INVOICE", `there is no invoice ${id}`, {
    values: { invoice: id },
    field,
  });
}

/** The invoice with that id, if it can be paid or credited. @throws Refusal NOT_AN_ISSUED_INVOICE */
export function issuedInvoice(books: InvoiceBooks, id: StreamId, field: string | null): InvoiceOnBooks {
  const invoice = invoiceOf(books, id, field);
  checkIssuedInvoice(invoice, field);
  return invoice;
}

/** The draft with that id. @throws Refusal NOT_A_DRAFT once it is issued, void or discarded */
export function draftOnBooks(books: InvoiceBooks, id: StreamId): InvoiceOnBooks {
  const invoice = invoiceOf(books, id, null);
  checkDraft(invoice);
  return invoice;
}

/** A credit note must have the client and the currency of the invoice that it corrects. */
function checkSameTerms(content: InvoiceContent, corrected: InvoiceOnBooks): void {
  const { clientId: client, currency } = corrected;
  if (content.clientId === client && content.currency === currency) return;
  throw refusal(
    "CREDIT_NOTE_FOR_ANOTHER",
    `a credit note must have the client and the currency of ${nameOf(corrected)}`,
    {
      field: content.currency !== currency ? "currency" : "clientId",
      values: { client, currency },
    },
  );
}

/**
 * @param before.former the content that is revised or credited: its lines may keep an archived item, new lines may not
 */
function contentOf(
  books: InvoiceBooks,
  kind: InvoiceKind,
  input: DraftInput,
  before: { former: InvoiceContent | undefined; limit: number } | null,
): InvoiceContent {
  checkType(kind, input.more);
  const onLines = new Set(before?.former?.lines.map(({ itemId }) => itemId));
  const client = input.clientId === null ? null : activeClient(books, input.clientId, "clientId");
  for (const [n, line] of input.lines.entries()) {
    if (line.itemId === null) continue;
    const field = `lines.${n}.itemId`;
    if (onLines.has(line.itemId)) itemOf(books, line.itemId, field);
    else activeItem(books, line.itemId, field);
  }
  const organization = books.organization();
  if (!organization) throw new Error("the log has no organization");
  return completeDraft(input, client?.details.currency ?? organization.profile.currency, before?.limit);
}
