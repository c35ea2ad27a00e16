/**
 * Which actions a document offers in its state. An action that the state makes meaningless is absent; one that a rule
 * refuses now is shown with the reason. The checks are those of the deciders.
 */

import type { DeliveryWay } from "../../../../events/business/delivery.ts";
import {
  checkActiveClient,
  checkApplicable,
  checkCancellable,
  checkComplete,
  checkCreditable,
  checkDraft,
  checkIssuedInvoice,
  checkOwed,
  checkVoidable,
  creditableMinorOf,
  creditMinorOf,
  type DocumentState,
} from "../../../../events/business/state-rules.ts";
import type { DocumentFormat } from "../../../../events/einvoice/formats.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { type Offer, offerIf, passes } from "../../form/offers.ts";

/** The actions by the names of their commands. */
export type DocumentAction =
  | "IssueInvoice"
  | "ReviseInvoice"
  | "DiscardDraft"
  | "ReceivePayment"
  | "DraftCreditNote"
  | "ApplyCredit"
  | "RefundClient"
  | "WriteOffInvoice"
  | "ReverseWriteOff"
  | "RecordDelivery"
  | "CancelInvoice"
  | "VoidInvoice";

/** The columns of a document that rules compare. */
type DocumentRow = Pick<
  InvoiceDetail,
  | "id"
  | "kind"
  | "status"
  | "number"
  | "currency"
  | "client_id"
  | "gross_minor"
  | "prepaid_minor"
  | "rounding_minor"
  | "paid_minor"
  | "written_off_minor"
  | "refunded_minor"
  | "credited_minor"
  | "delivery_count"
  | "cancelled_by_id"
  | "corrects_id"
  | "issued_on"
>;

/** What a document's offers depend on. */
interface Situation {
  document: DocumentRow & Pick<InvoiceDetail, "lines" | "deliveries" | "credit_allocations">;
  /** The document's client; null if it has none, or while it is being read. */
  client: { id: number; name: string; archived: number } | null;
  /** The invoice that a credit note corrects; null if there is none, or while it is being read. */
  corrected: DocumentRow | null;
  /** The last locked day; null: no day is locked. */
  lockedUpTo: string | null;
  /** Of amounts in reasons. */
  locale: string;
}

export function documentStateOf(row: DocumentRow): DocumentState {
  const {
    id,
    kind,
    status,
    number,
    currency,
    client_id,
    gross_minor,
    prepaid_minor,
    rounding_minor,
    paid_minor,
    credited_minor,
  } = row;
  const { written_off_minor, refunded_minor, delivery_count } = row;
  return {
    id,
    kind: kind as DocumentState["kind"],
    status: status as DocumentState["status"],
    number,
    currency,
    clientId: client_id,
    totals: {
      grossMinor: gross_minor,
      payableMinor: gross_minor - prepaid_minor + rounding_minor,
      roundingMinor: rounding_minor,
    },
    paidMinor: paid_minor,
    creditedMinor: credited_minor,
    writtenOffMinor: written_off_minor,
    refundedMinor: refunded_minor,
    deliveryCount: delivery_count,
    cancelledById: row.cancelled_by_id,
  };
}

export function documentOffers(situation: Situation): Record<DocumentAction, Offer> {
  const { document, client, corrected, lockedUpTo, locale } = situation;
  const state = documentStateOf(document);
  const isDraft = passes(() => checkDraft(state));
  const isIssuedInvoice = passes(() => checkIssuedInvoice(state, null));
  const isOwed = passes(() => checkOwed(state));
  const isCredit = passes(() => checkApplicable(state));
  const active = () => client && checkActiveClient({ ...client, archived: client.archived === 1 }, "clientId");
  const offered = (is: boolean, ...checks: (() => unknown)[]): Offer => offerIf(is, checks, locale);
  return {
    IssueInvoice: offered(
      isDraft,
      () => checkComplete(state, document.lines.length),
      active,
      () => corrected && checkCreditable(documentStateOf(corrected), document.gross_minor),
    ),
    // The client of a credit note for an invoice is fixed; any other draft can be given another client.
    ReviseInvoice: offered(isDraft, () => document.corrects_id !== null && active()),
    DiscardDraft: offered(isDraft),
    ReceivePayment: offered(isOwed, active),
    DraftCreditNote: isIssuedInvoice
      ? state.creditedMinor !== 0 && creditableMinorOf(state) === 0
        ? { reason: "The whole invoice has been credited." }
        : offered(true, active)
      : null,
    ApplyCredit: offered(isCredit && (creditMinorOf(state) > 0 || state.paidMinor !== 0)),
    RefundClient: offered(isCredit && creditMinorOf(state) > 0),
    WriteOffInvoice: offered(isOwed),
    ReverseWriteOff: offered(state.status === "issued" && state.writtenOffMinor > 0),
    CancelInvoice: offered(isIssuedInvoice && state.cancelledById === null, active, () => checkCancellable(state)),
    RecordDelivery: offered(canDeliver(document, "sent")),
    // What was delivered can only be cancelled.
    VoidInvoice: offered(state.status === "issued" && state.deliveryCount === 0, () => {
      // What a cancelling credit note settles of its invoice is taken back with it.
      const own = corrected?.cancelled_by_id === document.id ? ownMinorOf(document, corrected.id) : 0;
      checkVoidable({ ...state, paidMinor: state.paidMinor - own, issuedOn: document.issued_on }, lockedUpTo);
    }),
  };
}

/**
 * True if this way of delivery can be recorded, and was not. Drafts and what is void are never delivered.
 *
 * @param format of the file that is delivered; null: no file of ours
 */
export function canDeliver(
  { status, deliveries }: Pick<InvoiceDetail, "status" | "deliveries">,
  how: DeliveryWay,
  format: DocumentFormat | null = null,
): boolean {
  const isSame = (one: InvoiceDetail["deliveries"][number]) =>
    one.how === how && (format === null || one.file_format === format);
  return status === "issued" && !deliveries.some(isSame);
}

/** How much of a credit note settles this invoice, minor units. */
function ownMinorOf({ credit_allocations }: Pick<InvoiceDetail, "credit_allocations">, invoiceId: number): number {
  return credit_allocations.find(({ invoice_id }) => invoice_id === invoiceId)?.amount_minor ?? 0;
}
