/** The actions on an invoice or a credit note, by its status. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import type { Offer } from "../../form/offers.ts";
import { Action } from "../../parts/action.tsx";
import { BlockedAction, BlockedReasons } from "../../parts/blocked-action.tsx";
import { mayWrite, WriteButton, WriteLink } from "../../parts/write-button.tsx";
import { setWords, word } from "../../state/address.ts";
import { locale, organization, status as session } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { documentName, nameInText } from "../../text/invoice-name.ts";
import { CancelDialog } from "./invoice-cancel.tsx";
import { IssueDialog } from "./invoice-issue.tsx";
import { type DocumentAction, documentOffers } from "./invoice-offers.ts";
import { WriteOff, WriteOffReversal } from "./write-off.tsx";

/** Labels of the buttons. */
const NAMES: Record<DocumentAction, string> = {
  IssueInvoice: "Issue…",
  ReviseInvoice: "Edit",
  DiscardDraft: "Discard",
  ReceivePayment: "Record payment",
  DraftCreditNote: "Credit note",
  ApplyCredit: "Apply to invoices",
  RefundClient: "Refund…",
  WriteOffInvoice: "Write off…",
  ReverseWriteOff: "Reverse write-off…",
  RecordDelivery: "Mark as sent",
  CancelInvoice: "Cancel invoice…",
  VoidInvoice: "Void…",
};

export function InvoiceActions({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { id, version, status, kind } = invoice;
  // The response to the command can arrive before the issued document does, or after it.
  const [issuedHere, setIssuedHere] = useState(false);
  useEffect(() => {
    if (!issuedHere || status !== "issued") return;
    setIssuedHere(false);
    document.getElementById("print-document")?.focus(); // printing is the usual next step: Enter does it
  }, [issuedHere, status]);
  const offers = useOffers(invoice);
  if (!mayWrite()) return null;
  const what = kind === "invoice" ? "invoice" : "credit note";
  const { corrects } = invoice;
  const uncancelled = corrects?.cancelled_by_id === id ? `${documentName(corrects)} is no longer cancelled then. ` : "";
  const blocked = Object.entries(offers).flatMap(([action, offer]) =>
    offer === null || offer.reason === null ? [] : [{ name: NAMES[action as DocumentAction], reason: offer.reason }],
  );
  const { IssueInvoice, ReviseInvoice, DiscardDraft, ReceivePayment, DraftCreditNote, ApplyCredit } = offers;
  const { RefundClient, WriteOffInvoice, ReverseWriteOff, RecordDelivery, CancelInvoice, VoidInvoice } = offers;
  return (
    <>
      <div class="actions-row">
        <Offered name={NAMES.IssueInvoice} offer={IssueInvoice}>
          <Issue invoice={invoice} onIssued={() => setIssuedHere(true)} />
        </Offered>
        <Offered name={NAMES.ReviseInvoice} offer={ReviseInvoice}>
          <WriteLink href={`#/invoices/${id}/edit`}>Edit</WriteLink>
        </Offered>
        <Offered name={NAMES.DiscardDraft} offer={DiscardDraft}>
          <Action
            name="Discard"
            command={() => ({ command: "DiscardDraft", id, ifMatch: version })}
            ask={{
              title: "Discard this draft?",
              text: "This cannot be undone. The draft stays in the history.",
              yes: "Discard",
              danger: true,
            }}
          />
        </Offered>
        <Offered name={NAMES.ReceivePayment} offer={ReceivePayment}>
          <WriteLink href={`#/payments/new?invoice=${id}`}>Record payment</WriteLink>
        </Offered>
        <Offered name={NAMES.DraftCreditNote} offer={DraftCreditNote}>
          <WriteLink href={`#/invoices/new?credit=${id}`}>Credit note</WriteLink>
        </Offered>
        <Offered name={NAMES.ApplyCredit} offer={ApplyCredit}>
          <WriteLink href={`#/invoices/${id}/apply`}>Apply to invoices</WriteLink>
        </Offered>
        <Offered name={NAMES.RefundClient} offer={RefundClient}>
          <WriteLink href={`#/refunds/new?document=${id}`}>Refund…</WriteLink>
        </Offered>
        <Offered name={NAMES.WriteOffInvoice} offer={WriteOffInvoice}>
          <WriteOff invoice={invoice} />
        </Offered>
        <Offered name={NAMES.ReverseWriteOff} offer={ReverseWriteOff}>
          <WriteOffReversal invoice={invoice} />
        </Offered>
        <WriteLink href={`#/invoices/new?copy=${id}`}>Duplicate</WriteLink>
        <Offered name={NAMES.RecordDelivery} offer={RecordDelivery}>
          <Action name="Mark as sent" command={() => ({ command: "RecordDelivery", id, input: { how: "sent" } })} />
        </Offered>
        <Offered name={NAMES.CancelInvoice} offer={CancelInvoice}>
          <Cancel invoice={invoice} />
        </Offered>
        <Offered name={NAMES.VoidInvoice} offer={VoidInvoice}>
          <Action
            name="Void"
            command={(reason) => ({
              command: "VoidInvoice",
              id,
              ifMatch: version,
              input: { reason, neverDelivered: true },
            })}
            ask={{
              title: `Void ${nameInText(invoice)}?`,
              text: `Void only what nobody can have received: printed, saved or sent, also while offline. ${
                kind === "invoice" ? "Otherwise, cancel it." : "Otherwise, write an invoice over the same amount."
              } The ${what} keeps its number but no longer counts towards any total. ${uncancelled}This cannot be undone.`,
              confirm: `I, ${session.value?.user?.name ?? "the user"}, confirm that nobody can have received it`,
              yes: "Void",
              reason: "Reason",
              danger: true,
            }}
          />
        </Offered>
      </div>
      <BlockedReasons actions={blocked} />
    </>
  );
}

/** The action; its disabled button with the reason; or nothing. */
function Offered({ name, offer, children }: { name: string; offer: Offer; children: ComponentChild }): ComponentChild {
  if (offer === null) return null;
  return offer.reason === null ? children : <BlockedAction name={name} />;
}

function useOffers(invoice: InvoiceDetail): Record<DocumentAction, Offer> {
  const { client_id, corrects_id, status } = invoice;
  const { value: client } = useCall("getClient", client_id === null ? null : { id: client_id });
  // A draft can be refused because of the invoice that it corrects; an issued one may cancel it.
  const { value: corrected } = useCall(
    "getInvoice",
    corrects_id === null || (status !== "draft" && status !== "issued") ? null : { id: corrects_id },
  );
  return documentOffers({
    document: invoice,
    client,
    corrected,
    lockedUpTo: organization.value?.locked_up_to ?? null,
    locale: locale.value,
  });
}

function Cancel({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const [open, setOpen] = useState(word("cancel") !== "");
  return (
    <>
      <WriteButton plain onClick={() => setOpen(true)}>
        Cancel invoice…
      </WriteButton>
      {open && <CancelDialog invoice={invoice} onClose={() => setOpen(false)} />}
    </>
  );
}

function Issue({ invoice, onIssued }: { invoice: InvoiceDetail; onIssued: () => void }): ComponentChild {
  // "Save and issue" in the form leads here with this word in the address.
  const [open, setOpen] = useState(word("issue") !== "");
  const close = () => {
    setOpen(false);
    // A user who has already left for another screen stays there.
    if (location.hash.startsWith(`#/invoices/${invoice.id}?`)) setWords({ issue: "" });
  };
  return (
    <>
      <WriteButton onClick={() => setOpen(true)}>Issue…</WriteButton>
      {open && (
        <IssueDialog
          invoice={invoice}
          onClose={close}
          onIssued={() => {
            onIssued();
            close();
          }}
        />
      )}
    </>
  );
}
