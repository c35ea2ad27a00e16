/** The actions on an invoice or a credit note, by its status. */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { Action } from "../../parts/action.tsx";
import { mayWrite, WriteButton, WriteLink } from "../../parts/write-button.tsx";
import { word } from "../../state/address.ts";
import { goInstead } from "../../state/navigation.ts";
import { documentName } from "../../text/invoice-name.ts";
import { balanceOf } from "../../text/invoice-status.ts";
import { IssueDialog } from "./invoice-issue.tsx";

export function InvoiceActions({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { id, version, status, kind } = invoice;
  const issuedHere = useRef(false);
  useEffect(() => {
    if (!issuedHere.current || status !== "issued") return;
    issuedHere.current = false;
    document.getElementById("print-document")?.focus(); // printing is the usual next step: Enter does it
  }, [status]);
  if (!mayWrite()) return null;
  const what = kind === "invoice" ? "invoice" : "credit note";
  return (
    <div class="actions-row">
      {status === "draft" && (
        <>
          <Issue
            invoice={invoice}
            onIssued={() => {
              issuedHere.current = true;
            }}
          />
          <WriteLink href={`#/invoices/${id}/edit`}>Edit</WriteLink>
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
        </>
      )}
      {status === "issued" && kind === "invoice" && balanceOf(invoice) > 0 && (
        <WriteLink href={`#/payments/new?invoice=${id}`}>Record payment</WriteLink>
      )}
      {status === "issued" && kind === "invoice" && (
        <WriteLink href={`#/invoices/new?credit=${id}`}>Credit note</WriteLink>
      )}
      <WriteLink href={`#/invoices/new?copy=${id}`}>Duplicate</WriteLink>
      {status === "issued" && (
        <Action
          name="Void"
          command={(reason) => ({ command: "VoidInvoice", id, ifMatch: version, input: { reason } })}
          ask={{
            title: `Void ${documentName(invoice)}?`,
            text: `The ${what} keeps its number but no longer counts towards any total. This cannot be undone.`,
            yes: "Void",
            reason: "Reason",
            danger: true,
          }}
        />
      )}
    </div>
  );
}

function Issue({ invoice, onIssued }: { invoice: InvoiceDetail; onIssued: () => void }): ComponentChild {
  // "Save and issue" in the form leads here with this word in the address.
  const [open, setOpen] = useState(word("issue") !== "");
  const close = () => {
    setOpen(false);
    // A user who has already left for another screen stays there.
    if (location.hash.startsWith(`#/invoices/${invoice.id}?`)) goInstead(`/invoices/${invoice.id}`);
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
