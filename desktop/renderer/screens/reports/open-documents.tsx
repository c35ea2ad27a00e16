/** The documents that are open, of one client or of all: today, or as dated until a day. */
import type { ComponentChild } from "preact";
import type { Answers } from "../../../contract/contract.ts";
import { CsvExport } from "../../lists/csv-export.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { SortChoice } from "../../lists/sort-choice.tsx";
import { DatedLine, datedArgument, datedUntil } from "../../parts/dated-until.tsx";
import { setWords, word } from "../../state/address.ts";
import { call } from "../../state/bridge.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { usePages } from "../../state/use-pages.ts";
import { amount, count, day } from "../../text/format.ts";
import { AgeSums } from "./age-sums.tsx";
import { OpenItemsHead } from "./open-items-head.tsx";

type Item = Answers["listOpenItems"]["rows"][number];

/** @param props.client null: all clients */
export function OpenDocuments({ client }: { client: number | null }): ComponentChild {
  const of = client === null ? {} : { client };
  const dated = datedArgument();
  const { value: aged } = useCall("getAgedBalances", { ...of, ...dated });
  const wanted = word("currency");
  const inCurrency = (code: string | undefined) => aged?.currencies.find((one) => one.currency === code);
  const sums = inCurrency(wanted) ?? inCurrency(organization.value?.currency) ?? aged?.currencies[0];
  const currency = sums?.currency ?? (/^[A-Z]{3}$/.test(wanted) ? wanted : undefined);
  const sort = SORTS.find((one) => one === word("sort") && (client === null || !one.endsWith("due_on"))) ?? "issued_on";
  const filter = { ...of, ...dated, ...(currency !== undefined && { currency }), sort };
  const pages = usePages("listOpenItems", filter);
  const columns = columnsOf(client);
  return (
    <div class="list-screen">
      <OpenItemsHead currency={currency} currencies={(aged?.currencies ?? []).map((one) => one.currency)}>
        <SortChoice sort={sort} columns={columns} onChoose={(sort) => setWords({ sort })} />
        <CsvExport
          name={`open-documents-${currency}`}
          total={pages.whole ? pages.rows.length : null}
          read={(cursor) => call("exportOpenItems", { ...filter, locale: locale.value, ...cursor })}
        />
      </OpenItemsHead>
      {client !== null && <ClientLine id={client} />}
      <DatedLine dated={datedUntil()} />
      {sums && <AgeSums sums={sums} />}
      <ListTable
        label="Open items"
        class={client === null ? "open-documents" : "open-documents of-client"}
        columns={columns}
        pages={pages}
        hrefOf={({ kind, id }) => (kind === "payment" ? `#/payments/${id}` : `#/invoices/${id}`)}
        sort={sort}
        empty={datedUntil() === null ? "Nothing is open." : "Nothing was open on this day."}
      />
    </div>
  );
}

const SORTS = ["issued_on", "-issued_on", "due_on", "-due_on"] as const;

function ClientLine({ id }: { id: number }): ComponentChild {
  const { value } = useCall("getClient", { id });
  return (
    <p class="chip">
      of <a href={`#/clients/${id}`}>{value?.name ?? `client ${id}`}</a>
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
    { name: "Open", class: "c-open number", cell: (row) => text(row, row.balance_minor) },
  ];
}

function daysText(days: number | null): string {
  if (days === null || days <= 0) return "";
  return days === 1 ? "1 day" : `${count(days, locale.value)} days`;
}
