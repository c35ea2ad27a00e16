/** One client: contact details, balances in each currency, and the account. */
import type { ComponentChild } from "preact";
import type { ClientBalance, ClientWithBalances } from "../../../../projector/queries/clients.ts";
import type { PresentedReads } from "../../../contract/contract.ts";
import { factsOfMore } from "../../fields/more.tsx";
import { CLIENT_MORE } from "../../more/more-of-parties.ts";
import { DatedLine, DatedUntil, datedArgument, datedUntil } from "../../parts/dated-until.tsx";
import { Facts } from "../../parts/facts.tsx";
import { figureHref } from "../../parts/figure-address.ts";
import { History } from "../../parts/history.tsx";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Why } from "../../parts/why.tsx";
import { setWords, word } from "../../state/address.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { languageName, vatName } from "../../text/codes.ts";
import { count, day, money } from "../../text/format.ts";
import { addressLines } from "../../text/postal.ts";
import { ClientActions } from "./client-actions.tsx";
import { ClientCredit } from "./client-credit.tsx";
import { ClientGaps } from "./client-gaps.tsx";
import { StatementOf } from "./statement.tsx";

export function Client({ id }: { id: number }): ComponentChild {
  const { value: client, failure, waiting, retry } = useCall("getClient", { id, ...datedArgument() });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting) return <p class="waiting">Loading…</p>;
  if (!client) return <Missing what="client" id={id} to="/clients" />;
  const shown = client.balances.find(({ currency }) => currency === word("currency")) ?? mainBalance(client);
  return (
    <>
      <header class="page-head">
        <h1>{client.name}</h1>
        {client.archived === 1 && <span class="badge">Archived</span>}
        <nav class="links" aria-label="Documents of this client">
          <a href={`#/invoices?client=${id}`}>Invoices</a>
          <a href={`#/payments?client=${id}`}>Payments</a>
          <a href={`#/refunds?client=${id}`}>Refunds</a>
          <a href={`#/activity?client=${id}`}>Activity</a>
        </nav>
        <DatedUntil />
        <Currencies balances={client.balances} shown={shown?.currency} />
        <ClientActions client={client} />
      </header>
      <DatedLine dated={datedUntil()}>The balances and the statement. Details and history are those of now.</DatedLine>
      {shown ? (
        <Balance balance={shown} id={id} dated={datedUntil()} />
      ) : (
        <p class="empty">
          {datedUntil() === null
            ? "No invoices have been issued to this client yet."
            : "Nothing of this client is dated up to this day."}
        </p>
      )}
      {shown && shown.credit_minor > 0 && datedUntil() === null && <ClientCredit id={id} currency={shown.currency} />}
      <ClientGaps client={client} />
      <ClientFacts client={client} />
      {shown && <StatementOf client={client} currency={shown.currency} />}
      <History stream={id} />
    </>
  );
}

/** The currency with the most documents. */
function mainBalance({ balances }: ClientWithBalances): ClientBalance | undefined {
  const documents = (balance: ClientBalance) => balance.invoices + balance.credit_notes;
  return balances.toSorted((a, b) => documents(b) - documents(a))[0];
}

function Currencies({
  balances,
  shown,
}: {
  balances: readonly ClientBalance[];
  shown: string | undefined;
}): ComponentChild {
  if (balances.length < 2) return null;
  return (
    <fieldset class="tabs">
      <legend class="for-screen-readers">Currency</legend>
      {balances.map(({ currency }) => (
        <button type="button" key={currency} aria-pressed={currency === shown} onClick={() => setWords({ currency })}>
          {currency}
        </button>
      ))}
    </fieldset>
  );
}

interface BalanceProps {
  balance: ClientBalance;
  id: number;
  /** The day of the figures, if it is not today. */
  dated: string | null;
}

function Balance({ balance, id, dated }: BalanceProps): ComponentChild {
  const { currency, outstanding_minor, credit_minor, invoices, credit_notes } = balance;
  const text = (minor: number) => money(minor, currency, locale.value);
  const number = (value: number) => count(value, locale.value);
  const owed = outstanding_minor - credit_minor;
  const of = `client=${id}&currency=${currency}`;
  const until = dated === null ? "" : `&issued_to=${dated}`;
  const why = (column: "owed" | "open" | "credit" | "invoiced" | "invoices" | "credit_notes", shown: string) => (
    <Why figure={{ figure: `client_${column}`, client: id, currency }} dated={dated}>
      {shown}
    </Why>
  );
  const open = dated === null ? `#/invoices?${of}&kind=invoice&open=true` : `#/reports/open-items?${of}&dated=${dated}`;
  return (
    <dl class="figures">
      <div class="figure">
        <dt>Balance</dt>
        <dd class="amount">{why("owed", text(owed))}</dd>
        <dd class="detail">{owed < 0 ? "in the client's favour" : "owed in total"}</dd>
      </div>
      <div class="figure">
        <dt>
          <a href={open}>Outstanding</a>
        </dt>
        <dd class="amount">{why("open", text(outstanding_minor))}</dd>
        <dd class="detail">on open invoices</dd>
      </div>
      <div class="figure">
        <dt>Credit</dt>
        <dd class="amount">{why("credit", text(credit_minor))}</dd>
        <dd class="detail">not applied or refunded</dd>
      </div>
      <div class="figure">
        <dt>
          <a href={`#/invoices?${of}&status=issued${until}`}>Invoiced</a>
        </dt>
        <dd class="amount">{why("invoiced", text(balance.invoiced_minor - balance.credited_minor))}</dd>
        <dd class="detail">
          {why("invoices", `${number(invoices)} ${invoices === 1 ? "invoice" : "invoices"}`)}
          {credit_notes > 0 && ", "}
          {credit_notes > 0 &&
            why("credit_notes", `${number(credit_notes)} credit ${credit_notes === 1 ? "note" : "notes"}`)}
        </dd>
      </div>
    </dl>
  );
}

function ClientFacts({ client }: { client: NonNullable<PresentedReads["getClient"]> }): ComponentChild {
  const own = organization.value;
  const terms = client.terms_days ?? own?.terms_days;
  const lines = addressLines(client);
  return (
    <section class="panel">
      <h2>Details</h2>
      <p class="detail">
        <a href={figureHref({ figure: "record", table: "client", id: client.id })}>What they were before</a>
      </p>
      <Facts
        facts={[
          ["Address", lines.length > 0 && lines.map((line) => <div key={line}>{line}</div>)],
          ["Contact", client.contact],
          ["E-mail", client.email],
          ["Phone", client.phone],
          ["VAT ID", client.vat_id],
          ["Company number", client.company_id],
          ["Terms", terms === undefined ? null : terms === 0 ? "Due on receipt" : `${count(terms, locale.value)} days`],
          ["Currency", client.currency ?? own?.currency],
          ["VAT", client.vat_category && vatName(client.vat_category)],
          ["Language", client.language && languageName(client.language)],
          ...factsOfMore(CLIENT_MORE, client.more),
          ["Client since", day(client.since, locale.value)],
          ["Note", client.note],
        ]}
      />
    </section>
  );
}
