/** The documents that are open, of one client or of all: today, or as dated until a day. */
import type { ComponentChild } from "preact";
import type { Answers } from "../../../contract/contract.ts";
import { CsvExport } from "../../lists/csv-export.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { SortChoice } from "../../lists/sort-choice.tsx";
import { DatedLine, datedArgument, datedUntil } from "../../parts/dated-until.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Why } from "../../parts/why.tsx";
import { setWords, word } from "../../state/address.ts";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { usePages } from "../../state/use-pages.ts";
import { amount, count, day } from "../../text/format.ts";
import { AgeSums } from "./age-sums.tsx";
import type { Aged } from "./aged.ts";
import { currencyShown, nothingOpen } from "./open-currency.ts";
import { OpenItemsHead } from "./open-items-head.tsx";

type Item = Answers["listOpenItems"]["rows"][number];

/** @param props.client null: all clients */
export function OpenDocuments({ client }: { client: number | null }): ComponentChild {
  const of = client === null ? {} : { client };
  const { value, failure, waiting, retry } = useCall("getAgedBalances", { ...of, ...datedArgument() });
  const aged = failure === null ? value : null;
  const currency = aged ? currencyShown(aged) : undefined;
  return (
    <div class="list-screen" aria-busy={waiting}>
      {aged && currency !== undefined ? (
        <DocumentsIn aged={aged} currency={currency} client={client} />
      ) : (
        <>
          <OpenItemsHead currency={undefined} currencies={[]} />
          {client !== null && <ClientLine id={client} />}
          <DatedLine dated={datedUntil()} />
          {failure && <Problem failure={failure} retry={retry} />}
          {waiting && <p class="waiting">Loading…</p>}
          {aged && <p class="empty">{nothingOpen(currency)}</p>}
        </>
      )}
    </div>
  );
}

interface DocumentsProps {
  aged: Aged;
  currency: string;
  client: number | null;
}

function DocumentsIn({ aged, currency, client }: DocumentsProps): ComponentChild {
  const { currencies, dated_until } = aged;
  const sums = currencies.find((one) => one.currency === currency);
  const sort = SORTS.find((one) => one === word("sort") && (client === null || !one.endsWith("due_on"))) ?? "issued_on";
  const filter = {
    currency,
    sort,
    ...(client !== null && { client }),
    ...(dated_until !== null && { dated_until }),
  };
  const pages = usePages("listOpenItems", filter);
  const columns = columnsOf(client);
  return (
    <>
      <OpenItemsHead currency={currency} currencies={currencies.map((one) => one.currency)}>
        <SortChoice sort={sort} columns={columns} onChoose={(sort) => setWords({ sort })} />
        <CsvExport
          key={JSON.stringify(filter)}
          name={`open-documents-${currency}-${aged.day}`}
          total={pages.whole ? pages.rows.length : null}
          read={(cursor, moment) => call("exportOpenItems", { ...filter, locale: locale.value, ...cursor }, moment)}
        />
      </OpenItemsHead>
      {client !== null && <ClientLine id={client} />}
      <DatedLine dated={dated_until} />
      {sums && <AgeSums sums={sums} client={client} dated={dated_until} />}
      <ListTable
        label="Open items"
        class={client === null ? "open-documents" : "open-documents of-client"}
        columns={columns}
        pages={pages}
        hrefOf={({ kind, id }) => (kind === "payment" ? `#/payments/${id}` : `#/invoices/${id}`)}
        sort={sort}
        empty={nothingOpen(currency)}
      />
    </>
  );
}

const SORTS = ["issued_on", "-issued_on", "due_on", "-due_on"] as const;

function ClientLine({ id }: { id: number }): ComponentChild {
  const { value } = useCall("getClient", { id });
  const dated = datedUntil();
  return (
    <p class="chip">
      of <a href={`#/clients/${id}${dated === null ? "" : `?dated=${dated}`}`}>{value?.name ?? `client ${id}`}</a>
      <button type="button" class="link" onClick={() => setWords({ client: "", sort: "" })}>
        Show all clients
      </button>
    </p>
  );
}

const KINDS = { invoice: "Invoice", credit_note: "Credit note", payment: "Payment" } as const;

function columnsOf(client: number | null): Column<Item>[] {
  const text = ({ currency }: Item, minor: number) => amount(minor, currency, locale.value);
  return [
    { name: "Number", class: "c-number", cell: ({ number, kind }) => number ?? KINDS[kind] },
    ...(client === null ? [{ name: "Client", class: "c-client", cell: ({ client_name }: Item) => client_name }] : []),
    { name: "Type", class: "c-kind", cell: ({ kind }) => KINDS[kind] },
    { name: "Date", class: "c-issued-on", sort: "issued_on", cell: ({ issued_on }) => day(issued_on, locale.value) },
    {
      name: "Due",
      class: "c-due-on",
      ...(client === null && { sort: "due_on" }),
      cell: ({ kind, due_on }) => (kind === "invoice" ? day(due_on, locale.value) : ""),
    },
    {
      name: "Overdue",
      class: "c-days number",
      cell: ({ days_overdue }) => daysText(days_overdue),
    },
    {
      name: "Amount",
      class: "c-total number",
      amounts: (row) => [text(row, row.total_minor)],
      cell: (row) => text(row, row.total_minor),
    },
    {
      name: "Open",
      class: "c-open number",
      cell: (row) => (
        <Why figure={{ figure: "document_due", id: row.id }} dated={datedUntil()} inRow>
          {text(row, row.balance_minor)}
        </Why>
      ),
    },
  ];
}

function daysText(days: number | null): string {
  if (days === null || days <= 0) return "";
  return days === 1 ? "1 day" : `${count(days, locale.value)} days`;
}
