/**
 * The printed document, with everything that articles 219, 226 and 230 of Directive 2006/112/EC require. In
 * English, with amounts and dates in the user's locale. It shows the document as issued.
 */

import type { ComponentChild } from "preact";
import type { InvoiceDetail, OrganizationRow } from "../../../contract/contract.ts";
import { locale, organization } from "../../state/state.ts";
import { formatIban } from "../../text/bank-account.ts";
import { unitBeside } from "../../text/codes.ts";
import { amount, day, millionths, money, price } from "../../text/format.ts";
import { kindName } from "../../text/invoice-name.ts";
import { balanceOf } from "../../text/invoice-status.ts";
import { addressLines } from "../../text/postal.ts";
import { reasonText, vatLong, vatShort } from "../../text/vat-text.ts";
import { adjustmentText, totalsOf } from "./invoice-lines.tsx";

type Party = Pick<
  InvoiceDetail["parties"][number],
  "name" | "street" | "street2" | "city" | "postcode" | "region" | "country" | "vat_id" | "company_id"
>;

interface InvoicePrintProps {
  invoice: InvoiceDetail;
  /** The client's current details: a draft has no copy of them yet. */
  client: Party | null;
}

export function InvoicePrint({ invoice, client }: InvoicePrintProps): ComponentChild {
  const own = organization.value;
  if (!own) return null;
  const seller = invoice.parties.find(({ n }) => n === 1) ?? { ...own, name: own.legal_name };
  const buyer = invoice.parties.find(({ n }) => n === 2) ?? client;
  const mark = invoice.status === "void" ? "VOID" : invoice.number === null ? "DRAFT" : null;
  return (
    <article class="paper">
      {mark !== null && (
        <div class="paper-mark" aria-hidden="true">
          {mark}
        </div>
      )}
      <header class="paper-head">
        <div>
          {own.logo !== null && <img src={own.logo} alt="" />}
          <Sender party={seller} own={own} />
        </div>
        <div>
          <h1>{invoice.status === "void" ? `Void ${kindName(invoice).toLowerCase()}` : kindName(invoice)}</h1>
          <p class="paper-number">{invoice.number ?? "No number yet"}</p>
        </div>
      </header>
      <div class="paper-columns">
        <section>
          <h2>{invoice.kind === "credit_note" ? "Credit to" : "Bill to"}</h2>
          {buyer ? <Address party={buyer} /> : (invoice.buyer_name ?? "No client yet")}
        </section>
        <Dates invoice={invoice} />
      </div>
      <Lines invoice={invoice} />
      <div class="paper-sums">
        <Breakdown invoice={invoice} />
        <Totals invoice={invoice} today={own.today} />
      </div>
      <Payment invoice={invoice} seller={seller} />
      {invoice.note !== null && <p class="paper-note">{invoice.note}</p>}
    </article>
  );
}

function Address({ party }: { party: Party }): ComponentChild {
  return (
    <address>
      <strong>{party.name}</strong>
      {addressLines(party).map((line) => (
        <div key={line}>{line}</div>
      ))}
      {party.vat_id !== null && <div>VAT ID {party.vat_id}</div>}
      {party.company_id !== null && <div>Company no. {party.company_id}</div>}
    </address>
  );
}

function Sender({ party, own }: { party: Party; own: OrganizationRow }): ComponentChild {
  return (
    <>
      {own.trading_name !== null && own.trading_name !== party.name && (
        <div class="paper-trade">{own.trading_name}</div>
      )}
      <Address party={party} />
      {own.email !== null && <div>{own.email}</div>}
      {own.phone !== null && <div>{own.phone}</div>}
    </>
  );
}

function Dates({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { corrects, issued_on, delivered_on, kind } = invoice;
  const text = (date: string | null) => day(date, locale.value);
  const rows: [name: string, value: string | null][] = [
    ["Number", invoice.number],
    ["Date of issue", text(issued_on)],
    ["Date of supply", delivered_on === issued_on ? null : text(delivered_on)],
    ["Payment due", kind === "credit_note" ? null : dueText(invoice)],
    ["Your reference", invoice.buyer_reference],
    ["Your order", invoice.order_reference],
    [
      corrects?.cancelled_by_id === invoice.id ? "Cancels invoice" : "Corrects invoice",
      corrects && `${corrects.number} of ${text(corrects.issued_on)}`,
    ],
    ["Currency", invoice.currency],
  ];
  return (
    <table class="paper-facts">
      <tbody>
        {rows
          .filter(([, value]) => value !== null && value !== "")
          .map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** `30 Jul 2026 (30 days)` */
function dueText({ issued_on, due_on, terms_days }: InvoiceDetail): string {
  if (due_on === null) return terms_days === null ? "" : `${terms_days} days after issue`;
  if (issued_on === null) return day(due_on, locale.value);
  const days = (Date.parse(due_on) - Date.parse(issued_on)) / 86_400_000;
  return `${day(due_on, locale.value)} (${days === 0 ? "on receipt" : days === 1 ? "1 day" : `${days} days`})`;
}

function Lines({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { lines, adjustments, currency } = invoice;
  const language = locale.value;
  const ofLine = Map.groupBy(adjustments, ({ line_n }) => line_n);
  return (
    <table class="paper-lines">
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col" class="wide">
            Description
          </th>
          <th scope="col">Quantity</th>
          <th scope="col">Unit price</th>
          <th scope="col">VAT</th>
          <th scope="col">Net {currency}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.n}>
            <td>{line.n}</td>
            <td class="wide">
              {line.description}
              {line.code !== null && <small>{line.code}</small>}
              {ofLine.get(line.n)?.map((adjustment) => (
                <small key={adjustment.n}>{adjustmentText(adjustment, currency, language)}</small>
              ))}
            </td>
            <td>
              {millionths(line.quantity6, language)} {unitBeside(line.unit, line.quantity6)}
            </td>
            <td>{price(line.price6, currency, language)}</td>
            <td>{vatShort(line, language)}</td>
            <td>{amount(line.net_minor, currency, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Breakdown({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { taxes, currency, accounting_currency, accounting_rate6, accounting_tax_minor } = invoice;
  const language = locale.value;
  return (
    <div>
      <table class="paper-taxes">
        <thead>
          <tr>
            <th scope="col" class="wide">
              VAT rate
            </th>
            <th scope="col">Taxable {currency}</th>
            <th scope="col">VAT {currency}</th>
          </tr>
        </thead>
        <tbody>
          {taxes.map((tax) => (
            <tr key={tax.n}>
              <td class="wide">
                {vatLong(tax, language)}
                {reasonText(tax) !== "" && <small>{reasonText(tax)}</small>}
              </td>
              <td>{amount(tax.taxable_minor, currency, language)}</td>
              <td>{amount(tax.tax_minor, currency, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {accounting_currency !== null && accounting_tax_minor !== null && (
        <p>
          VAT in {accounting_currency}: {money(accounting_tax_minor, accounting_currency, language)}
          {accounting_rate6 !== null &&
            ` (1 ${currency} = ${millionths(accounting_rate6, language)} ${accounting_currency})`}
        </p>
      )}
    </div>
  );
}

function Totals({ invoice, today }: { invoice: InvoiceDetail; today: string }): ComponentChild {
  const { currency, paid_minor, status, kind } = invoice;
  const rows = totalsOf(invoice, locale.value);
  if (paid_minor !== 0 && status === "issued" && kind === "invoice") {
    rows.push({ name: "Paid since issue", minor: -paid_minor });
    rows.push({ name: `Balance on ${day(today, locale.value)}`, minor: balanceOf(invoice), sum: true });
  }
  return (
    <table class="paper-totals">
      <tbody>
        {rows.map(({ name, minor, sum }, n) => (
          <tr key={n} class={sum ? "sum" : undefined}>
            <th scope="row">{name}</th>
            <td>{sum ? money(minor, currency, locale.value) : amount(minor, currency, locale.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Payment instructions, if there is anything to pay. */
function Payment({
  invoice,
  seller,
}: {
  invoice: InvoiceDetail;
  seller: { name: string; iban: string | null; bic: string | null };
}): ComponentChild {
  const { kind, status, number, due_on } = invoice;
  if (kind === "credit_note" || status !== "issued" || balanceOf(invoice) <= 0 || seller.iban === null) return null;
  return (
    <section class="paper-payment">
      <h2>Payment</h2>
      <p>
        Please pay {money(balanceOf(invoice), invoice.currency, locale.value)}
        {due_on !== null && ` by ${day(due_on, locale.value)}`} to {seller.name}, IBAN{" "}
        <strong>{formatIban(seller.iban, "\u00a0")}</strong>
        {seller.bic !== null && (
          <>
            , BIC <strong>{seller.bic}</strong>
          </>
        )}
        {number !== null && (
          <>
            , with the reference <strong>{number}</strong>
          </>
        )}
        .
      </p>
    </section>
  );
}
