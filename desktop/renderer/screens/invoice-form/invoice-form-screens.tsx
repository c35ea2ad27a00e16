/** The starts of the invoice form: empty, with a client, as a copy, as a credit note, or from a draft. */
import type { ComponentChild } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { creditOf } from "../../../../events/document/complete-draft.ts";
import type { DraftInput } from "../../../../events/document/draft.ts";
import type { Failure } from "../../../contract/call-error.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { draftOfStored, NEW_INVOICE, type TypedInvoice, typedOf } from "../../form/typed-invoice.ts";
import { useVatRates } from "../../form/use-vat-rates.ts";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { word } from "../../state/address.ts";
import { call } from "../../state/bridge.ts";
import { failureIn } from "../../state/call-failed.ts";
import { go } from "../../state/navigation.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { documentName } from "../../text/invoice-name.ts";
import { InvoiceForm } from "./invoice-form.tsx";
import { lineAfter } from "./invoice-form-defaults.ts";

type Kind = InvoiceDetail["kind"];

export function NewInvoice(): ComponentChild {
  const number = (name: string) => (/^\d{1,15}$/.test(word(name)) ? Number(word(name)) : null);
  const [copy, credit, client] = [number("copy"), number("credit"), number("client")];
  const kind: Kind = word("kind") === "credit_note" ? "credit_note" : "invoice";
  if (copy !== null)
    return <LoadedInvoice key={`copy ${copy}`} id={copy} form={(invoice) => <CopyForm invoice={invoice} />} />;
  if (credit !== null)
    return <LoadedInvoice key={`credit ${credit}`} id={credit} form={(invoice) => <CreditForm invoice={invoice} />} />;
  return <EmptyForm key={`${kind} ${client}`} kind={kind} client={client} />;
}

/** Reads a document and renders a form for it. */
function LoadedInvoice({ id, form }: { id: number; form: (invoice: InvoiceDetail) => ComponentChild }): ComponentChild {
  const { value: invoice, failure, waiting, retry } = useCall("getInvoice", { id });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting && !invoice) return <p class="waiting">Loading…</p>;
  return invoice ? form(invoice) : <Missing what="invoice" id={id} to="/invoices" />;
}

function EmptyForm({ kind, client }: { kind: Kind; client: number | null }): ComponentChild {
  const rates = useVatRates();
  const { value: row, waiting } = useCall("getClient", client === null ? null : { id: client });
  if (!rates || (client !== null && waiting)) return <p class="waiting">Loading…</p>;
  const name = kind === "invoice" ? "invoice" : "credit-note";
  return (
    <InvoiceForm
      kind={kind}
      name={client === null ? `${name}/new` : `${name}/for/${client}`}
      title={kind === "invoice" ? "New invoice" : "New credit note"}
      start={{
        value: {
          ...NEW_INVOICE,
          clientId: client,
          buyerReference: row?.more?.buyerReference ?? "",
          lines: [lineAfter([], row ?? null, rates, locale.value)],
        },
        version: null,
      }}
      command={(draft) => ({ command: "DraftInvoice", input: { kind, ...draft } })}
      cancel={client === null ? "/invoices" : `/clients/${client}`}
    />
  );
}

function CopyForm({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { id, kind } = invoice;
  const draft = forCopy(draftOfStored(invoice));
  return (
    <InvoiceForm
      kind={kind}
      name={copyName(id)}
      title={`${kind === "invoice" ? "New invoice" : "New credit note"} based on ${documentName(invoice)}`}
      start={{ value: typedOf(draft, locale.value), version: null }}
      command={(input) => ({ command: "DraftInvoice", input: { kind, ...input } })}
      cancel={`/invoices/${id}`}
    />
  );
}

/** A copy takes over neither the prepayment nor what belongs to one delivery or one day. */
function forCopy(draft: DraftInput): DraftInput {
  const { more, lines } = draft;
  const ofOne = { despatch: null, receipt: null, period: null, taxPointOn: null, preceding: [] };
  return {
    ...draft,
    ...{ prepaidMinor: 0, roundingMinor: 0, deliveredOn: null },
    more: more && { ...more, ...ofOne },
    lines: lines.map((line) => ({ ...line, more: line.more && { ...line.more, period: null } })),
  };
}

function copyName(id: number): string {
  return `invoice/copy/${id}`;
}

function CreditForm({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { id } = invoice;
  const draft = creditOf(draftOfStored(invoice));
  return (
    <InvoiceForm
      kind="credit_note"
      name={`credit-note/of/${id}`}
      title={`Credit note for ${documentName(invoice)}`}
      start={{ value: typedOf(draft, locale.value), version: null }}
      command={(input) => ({ command: "DraftCreditNote", id, input: { draft: input } })}
      cancel={`/invoices/${id}`}
      free={false}
      corrects={id}
    />
  );
}

export function EditInvoice({ id }: { id: number }): ComponentChild {
  return <LoadedInvoice id={id} form={(invoice) => <DraftForm invoice={invoice} />} />;
}

function DraftForm({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { id, version, status, kind, corrects } = invoice;
  // Once it is no longer a draft, the input stays based on the last draft version.
  const lastDraft = useRef(version);
  if (status === "draft") lastDraft.current = version;
  const text = JSON.stringify(invoice);
  const value = useMemo(() => typedOf(draftOfStored(invoice), locale.value), [text, locale.value]);
  const what = kind === "invoice" ? "invoice" : "credit note";
  return (
    <InvoiceForm
      kind={kind}
      name={`invoice/${id}`}
      title={`Edit draft ${what}`}
      start={{ value, version: lastDraft.current }}
      command={(input) => ({ command: "ReviseInvoice", id, input })}
      cancel={`/invoices/${id}`}
      free={corrects === null}
      corrects={corrects?.id ?? null}
      {...(status !== "draft" && {
        over: (typed: TypedInvoice, forget: () => void) => (
          <DraftEnded invoice={invoice} typed={typed} forget={forget} />
        ),
      })}
    />
  );
}

const ENDS = { issued: "was issued", void: "was issued and voided", discarded: "was discarded", draft: "" };

/** Shown if another user issued or discarded the draft in the meantime. */
function DraftEnded(props: { invoice: InvoiceDetail; typed: TypedInvoice; forget: () => void }): ComponentChild {
  const { invoice, typed, forget } = props;
  const { id, status, number } = invoice;
  const [failure, setFailure] = useState<Failure | null>(null);
  const begin = async () => {
    const text = JSON.stringify({ value: typed, base: NEW_INVOICE, version: null });
    try {
      await call("keepInput", { form: copyName(id), text });
    } catch (error) {
      setFailure(failureIn(error)); // for example a full disk: what was typed stays here
      return;
    }
    forget();
    go(`/invoices/new?copy=${id}`);
  };
  return (
    <div class="banner warning" role="alert">
      <span>
        {`This ${ENDS[status]} in the meantime`}
        {number !== null && (
          <>
            {" as "}
            <a href={`#/invoices/${id}`}>{number}</a>
          </>
        )}
        {", so it can no longer be changed. What you typed is still here."}
      </span>
      <button type="button" onClick={() => void begin()}>
        New draft from what you typed
      </button>
      {failure && <Problem failure={failure} />}
    </div>
  );
}
