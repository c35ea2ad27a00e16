/** "Check before sending": what a document lacks for a format, field by field, and what to do about it. */
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";
import { DOCUMENT_FORMATS, type DocumentFormat, isEInvoice } from "../../../../events/einvoice/formats.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { GapList } from "../../fields/gap-list.tsx";
import { findingGaps, openPoints, statedIn } from "../../more/finding-gaps.ts";
import { FORMAT_WORDS } from "../../more/format-words.ts";
import { Problem } from "../../parts/problem.tsx";
import { mayChange } from "../../parts/write-button.tsx";
import { setWords, word } from "../../state/address.ts";
import { useCall } from "../../state/use-call.ts";

/** The word of the address that opens the check, with the format. */
const WORD = "check";

/** The formats that have rules. */
export const CHECKED_FORMATS = FORMAT_WORDS.filter(([format]) => isEInvoice(format));

/** The format that a client wants, if software reads it; else the one that is paper too. */
export function usualFormat(wanted: DocumentFormat | null): DocumentFormat {
  return wanted !== null && isEInvoice(wanted) ? wanted : "factur-x";
}

function useWantedFormat({ client_id, format, status }: InvoiceDetail): DocumentFormat | null {
  const { value: client } = useCall("getClient", client_id === null ? null : { id: client_id });
  const ofClient = client?.more?.format ?? null;
  return status === "draft" ? ofClient : (format ?? ofClient);
}

export function CheckButton({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const wanted = useWantedFormat(invoice);
  const isOpen = word(WORD) !== "";
  if (invoice.status !== "draft" && invoice.status !== "issued") return null;
  return (
    <div class="actions-row">
      <button
        type="button"
        class="plain"
        aria-expanded={isOpen}
        aria-label="Check before sending"
        title="Check before sending: what it lacks as an electronic invoice"
        onClick={() => setWords({ [WORD]: isOpen ? "" : usualFormat(wanted) })}
      >
        Check
      </button>
    </div>
  );
}

export function FormatCheck({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const named = word(WORD);
  const format = DOCUMENT_FORMATS.find((one) => one === named);
  if (format === undefined || (invoice.status !== "draft" && invoice.status !== "issued")) return null;
  return <Check invoice={invoice} format={format} />;
}

function Check({ invoice, format }: { invoice: InvoiceDetail; format: DocumentFormat }): ComponentChild {
  const id = useId();
  const wanted = useWantedFormat(invoice);
  const { value: findings, failure, retry } = useCall("checkDocument", { id: invoice.id, format });
  const isDraft = invoice.status === "draft";
  const isRefused = isDraft && wanted === format;
  const gaps = findingGaps(findings ?? [], {
    stated: statedIn(invoice),
    document: isDraft ? `/invoices/${invoice.id}/edit` : null,
    issue: isDraft ? `/invoices/${invoice.id}?issue=now` : null,
    clientId: invoice.client_id,
    refused: isRefused,
  });
  return (
    <section class="panel format-check" aria-label="Check before sending">
      <h2>Check before sending</h2>
      <div class="field format-choice">
        <label for={id}>Format</label>
        <select id={id} value={format} onChange={({ currentTarget }) => setWords({ [WORD]: currentTarget.value })}>
          {CHECKED_FORMATS.map(([one, name]) => (
            <option key={one} value={one}>
              {one === wanted ? `${name}, as the client wants` : name}
            </option>
          ))}
        </select>
      </div>
      {failure && <Problem failure={failure} retry={retry} />}
      {findings && (
        <div role="status" class="stack tight">
          <p class={gaps.length === 0 ? "all-there" : undefined}>{openPoints(gaps.length, format)}</p>
          {gaps.length > 0 && (
            <>
              <p class="detail">{isDraft ? adviceForDraft(isRefused) : adviceForIssued(invoice)}</p>
              <GapList gaps={gaps} back={`/invoices/${invoice.id}?${WORD}=${format}`} plain />
              {!isDraft && mayChange() && <Again invoice={invoice} />}
            </>
          )}
        </div>
      )}
    </section>
  );
}

function adviceForDraft(isRefused: boolean): string {
  return isRefused
    ? "This client wants this format, so the document can be issued only without open points."
    : "You can issue it as it is. It cannot leave in this format until the points are settled.";
}

function adviceForIssued({ kind }: InvoiceDetail): string {
  return kind === "invoice"
    ? "An issued invoice can no longer be changed. Correct the client’s details and your settings where they are wrong, then credit this invoice and issue it again."
    : "An issued credit note can no longer be changed. Correct the client’s details and your settings where they are wrong, then write an invoice over the same amount, and the credit note again.";
}

/** The two documents that replace an issued one. */
function Again({ invoice: { id, kind, cancelled_by_id } }: { invoice: InvoiceDetail }): ComponentChild {
  return (
    <p class="again">
      {kind === "invoice" && cancelled_by_id === null && (
        <a href={`#/invoices/new?credit=${id}`}>Write a credit note</a>
      )}
      <a href={`#/invoices/new?copy=${id}`}>
        {kind === "invoice" ? "New invoice like this one" : "New credit note like this one"}
      </a>
    </p>
  );
}
