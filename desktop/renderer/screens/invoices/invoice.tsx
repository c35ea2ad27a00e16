/** One invoice or credit note: its contents, its settlement, and its history. */
import type { ComponentChild } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { factsOfMore } from "../../fields/more.tsx";
import { formatName } from "../../more/format-words.ts";
import { DOCUMENT_MORE } from "../../more/more-of-document.ts";
import { BUYER_MORE, SELLER_MORE } from "../../more/more-of-parties.ts";
import { ActivityList } from "../../parts/activity-list.tsx";
import { Facts } from "../../parts/facts.tsx";
import { type Figure as FigureName, figureHref } from "../../parts/figure-address.ts";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { isPressed } from "../../parts/shortcuts.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Why } from "../../parts/why.tsx";
import { addressAt, at } from "../../state/at.ts";
import { nowThere } from "../../state/moment.ts";
import { go, goInstead } from "../../state/navigation.ts";
import { prefetchScreen } from "../../state/prefetch.ts";
import { dataVersion, locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { formatIban } from "../../text/bank-account.ts";
import { DELIVERY_NAMES } from "../../text/codes.ts";
import { ago, day, money } from "../../text/format.ts";
import { documentName } from "../../text/invoice-name.ts";
import { balanceOf, isCredit } from "../../text/invoice-status.ts";
import { addressLines } from "../../text/postal.ts";
import { RefundsOf } from "../payments/refunds-of.tsx";
import { CheckButton, FormatCheck } from "./format-check.tsx";
import { InvoiceActions } from "./invoice-actions.tsx";
import { Lines, Taxes, Totals } from "./invoice-lines.tsx";
import { lastList, neighboursOf, useNeighbours } from "./invoice-list.ts";
import { InvoicePapers } from "./invoice-papers.tsx";
import { Settlement } from "./invoice-settlement.tsx";
import { addressOf } from "./invoice-words.ts";
import { PassedOver, PassedOverNotice } from "./own-number.tsx";

export function Invoice({ id }: { id: number }): ComponentChild {
  const { value, failure, waiting, retry } = useCall("getInvoice", { id });
  useNeighbourKeys(id);
  useNeighboursAhead(id);
  useBusy(value !== null && value.id !== id);
  // New data that leaves this document unchanged does not render it again.
  const text = useMemo(() => JSON.stringify(value), [value]);
  const shown = useMemo(() => value && <Document key={value.id} invoice={value} />, [text]);
  if (failure) return <Problem failure={failure} retry={retry} />;
  // The previous document stays in sight until this one arrives, so that stepping through a list does not flicker.
  if (waiting && !value) return <p class="waiting">Loading…</p>;
  if (!value) return <Missing what="invoice" id={id} to={backAddress()} />;
  return shown;
}

/** Marks the page as busy while it still shows the previous document. */
function useBusy(busy: boolean): void {
  useLayoutEffect(() => {
    if (!busy) return;
    const main = document.getElementById("main");
    if (main) main.ariaBusy = "true";
    return () => {
      if (main) main.ariaBusy = null;
    };
  }, [busy]);
}

function Document({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { id, status, parties } = invoice;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <Neighbours id={id} />
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {documentName(invoice)}
        </h1>
        <span>
          <Why figure={{ figure: "record", table: "invoice", id, column: "status" }}>
            <StatusBadge row={invoice} />
          </Why>
        </span>
        <InvoiceActions invoice={invoice} />
        {status !== "discarded" && <InvoicePapers invoice={invoice} />}
        <CheckButton invoice={invoice} />
      </header>
      <PassedOverNotice invoice={invoice} />
      <FormatCheck invoice={invoice} />
      <Figures invoice={invoice} />
      <div class="stack">
        <section class="panel">
          <h2>Document</h2>
          <DocumentFacts invoice={invoice} />
          {invoice.note !== null && <p class="note">{invoice.note}</p>}
        </section>
        {parties.length > 0 && (
          <div class="two-panels even">
            {parties.map((party) => (
              <section class="panel" key={party.n}>
                <h2>{party.n === 1 ? "From" : "To"}</h2>
                <Party party={party} />
              </section>
            ))}
          </div>
        )}
        <Lines invoice={invoice} />
        <div class="two-panels even">
          <Taxes invoice={invoice} />
          <Totals invoice={invoice} />
        </div>
        {status !== "draft" && status !== "discarded" && <Settlement invoice={invoice} />}
        {invoice.refunds.length > 0 && <RefundsOf source={id} refunds={invoice.refunds} currency={invoice.currency} />}
        <InvoiceHistory id={id} />
      </div>
    </>
  );
}

function Figures({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const text = (minor: number) => money(minor, invoice.currency, locale.value);
  return (
    <dl class="figures small">
      {figuresOf(invoice).map(([name, minor, figure]) => (
        <div class="figure" key={name}>
          <dt class="detail">{name}</dt>
          <dd class="amount">
            <Why figure={figure}>{text(minor)}</Why>
          </dd>
        </div>
      ))}
    </dl>
  );
}

type Figure = readonly [name: string, minor: number, of: FigureName | null];

const unlessZero = (...figure: Figure): Figure[] => (figure[1] === 0 ? [] : [figure]);

/** Of an issued document, they say what settles it, and what is left. */
function figuresOf(invoice: InvoiceDetail): Figure[] {
  const { id, kind, status, gross_minor, prepaid_minor, rounding_minor, paid_minor, credited_minor } = invoice;
  const { written_off_minor, refunded_minor, credits, cancelled_by_id } = invoice;
  const recorded = (column: string) => ({ figure: "record", table: "invoice", id, column }) as const;
  const total: Figure = [kind === "credit_note" ? "Credited" : "Total", gross_minor, recorded("gross_minor")];
  if (status === "void") return [total, ["Balance", 0, { figure: "document_balance", id }]];
  if (status !== "issued") return [total];
  const left = balanceOf(invoice);
  const credit = Math.sign(paid_minor) * credits.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
  const paid = paid_minor + prepaid_minor - Math.sign(paid_minor) * written_off_minor - credit;
  const credited: Figure[] =
    credited_minor === 0 || cancelled_by_id !== null
      ? []
      : [
          ["Credited", credited_minor, { figure: "document_corrected", id }],
          ["Left to credit", gross_minor - credited_minor, { figure: "document_left_to_correct", id }],
        ];
  const rounding = unlessZero("Rounding", rounding_minor, recorded("rounding_minor"));
  const settled = isCredit(invoice)
    ? [
        ...unlessZero("Prepaid", prepaid_minor, recorded("prepaid_minor")),
        ["Applied", Math.abs(paid_minor) - refunded_minor, { figure: "credit_applied", id }] as const,
        ...unlessZero("Refunded", refunded_minor, { figure: "credit_refunded", id }),
        ["Remaining credit", Math.abs(left), { figure: "credit_left", id }] as const,
      ]
    : [
        ...(paid === 0 && credit !== 0 ? [] : [["Paid", paid, { figure: "document_paid", id }] as const]),
        ...unlessZero("Credit applied", credit, { figure: "document_credited_by", id }),
        ...unlessZero("Written off", Math.sign(paid_minor) * written_off_minor, {
          figure: "document_written_off",
          id,
        }),
        ["Balance", left, { figure: "document_balance", id }] as const,
      ];
  return [total, ...rounding, ...settled, ...credited];
}

function DocumentFacts({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { corrects, corrected_by, client_id, buyer_name } = invoice;
  const buyer = buyer_name ?? "No client yet";
  return (
    <Facts
      facts={[
        ["Client", client_id === null ? buyer : <a href={`#/clients/${client_id}`}>{buyer}</a>],
        ["Issued", day(invoice.issued_on, locale.value)],
        ["Due", day(invoice.due_on, locale.value)],
        ["Delivered", day(invoice.delivered_on, locale.value)],
        ["Terms", invoice.terms_days === null ? null : daysText(invoice.terms_days)],
        ["Buyer's reference", invoice.buyer_reference],
        ["Order", invoice.order_reference],
        ...factsOfMore(DOCUMENT_MORE, invoice.more, invoice.currency),
        ["Number series", invoice.series],
        ["Numbers passed over", invoice.passed_over.length === 0 ? null : <PassedOver rows={invoice.passed_over} />],
        ["Sent out", deliveriesText(invoice)],
        [
          corrects?.cancelled_by_id === invoice.id ? "Cancels" : "Corrects",
          corrects && <a href={`#/invoices/${corrects.id}`}>{documentName(corrects)}</a>,
        ],
        [
          invoice.cancelled_by_id === null ? "Corrected by" : "Cancelled by",
          corrected_by.length === 0
            ? null
            : corrected_by.map((creditNote) => (
                <div key={creditNote.id}>
                  <a href={`#/invoices/${creditNote.id}`}>{documentName(creditNote)}</a>
                  {creditNote.status === "void" && <span class="detail"> void</span>}
                </div>
              )),
        ],
      ]}
    />
  );
}

function deliveriesText({ deliveries }: InvoiceDetail): ComponentChild {
  if (deliveries.length === 0) return null;
  return deliveries.map(({ n, how, at, file_format }) => (
    <div key={n}>
      {DELIVERY_NAMES[how]}
      {how === "export" && file_format !== null && ` as ${formatName(file_format)}`} {ago(at, nowThere(), locale.value)}
    </div>
  ));
}

function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

function Party({ party }: { party: InvoiceDetail["parties"][number] }): ComponentChild {
  return (
    <address class="party">
      <strong>{party.name}</strong>
      {addressLines(party).map((line) => (
        <div key={line}>{line}</div>
      ))}
      {party.vat_id !== null && <div>VAT ID {party.vat_id}</div>}
      {party.company_id !== null && <div>Company no. {party.company_id}</div>}
      {party.iban !== null && <div>IBAN {formatIban(party.iban)}</div>}
      {party.bic !== null && <div>BIC {party.bic}</div>}
      {factsOfMore(party.n === 1 ? SELLER_MORE : BUYER_MORE, party.more).map(([label, text]) => (
        <div key={label} class="detail">
          {label}: {text}
        </div>
      ))}
    </address>
  );
}

function InvoiceHistory({ id }: { id: number }): ComponentChild {
  const { value, failure, retry } = useCall("getInvoiceHistory", { id });
  return (
    <section class="panel">
      <h2>History</h2>
      {failure && <Problem failure={failure} retry={retry} />}
      {value && <ActivityList rows={value.toReversed()} about={id} />}
      <p>
        <a href={figureHref({ figure: "record", table: "invoice", id })}>Every change of this document</a>
      </p>
    </section>
  );
}

function backAddress(): string {
  return addressOf(lastList().words);
}

function Neighbours({ id }: { id: number }): ComponentChild {
  const { before, after, at, of } = useNeighbours(id);
  const step = (to: number | null, name: string, key: string) => (
    <button
      type="button"
      class="link"
      disabled={to === null}
      title={`${name} (${key})`}
      onClick={() => to !== null && goInstead(`/invoices/${to}`)}
    >
      {name}
    </button>
  );
  return (
    <nav class="neighbours" aria-label="Invoices">
      <a href={`#${backAddress()}`} title="Back to the list (Escape)">
        ‹ Invoices
      </a>
      {at >= 0 && (
        <span class="steps">
          {step(before, "Previous", "K")}
          <span class="detail">
            {at + 1} of {of}
          </span>
          {step(after, "Next", "J")}
        </span>
      )}
    </nav>
  );
}

/** Prefetches the neighbours when idle, because users most often open one of them next. */
function useNeighboursAhead(id: number): void {
  const { ids } = lastList();
  const version = dataVersion.value;
  const moment = at.value;
  useEffect(() => {
    const turn = requestIdleCallback(() => {
      const { before, after } = neighboursOf(id);
      for (const neighbour of [after, before])
        if (neighbour !== null) void prefetchScreen(addressAt(`/invoices/${neighbour}`, moment));
    });
    return () => cancelIdleCallback(turn);
  }, [id, ids, version, moment]);
}

/** J or Alt+Down opens the next document, K or Alt+Up the previous one. Escape returns to the list. */
function useNeighbourKeys(id: number): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const { before, after } = neighboursOf(id);
      if (isPressed(event, "next") && after !== null) goInstead(`/invoices/${after}`);
      else if (isPressed(event, "previous") && before !== null) goInstead(`/invoices/${before}`);
      else if (isPressed(event, "back")) go(backAddress());
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [id]);
}
