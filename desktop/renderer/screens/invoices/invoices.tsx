/** The list of invoices and credit notes, of any length, with search, filters and sorting. */
import type { ComponentChild } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { InvoiceRow } from "../../../contract/contract.ts";
import { Cell, ColumnHead } from "../../lists/grid-cells.tsx";
import { useMedia } from "../../lists/use-media.ts";
import { ROW_HEIGHT, SMALL, TALL_ROW_HEIGHT, VirtualList } from "../../lists/virtual-list.tsx";
import { Problem } from "../../parts/problem.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { go, goInstead, path } from "../../state/navigation.ts";
import { locale } from "../../state/state.ts";
import { count, day, money } from "../../text/format.ts";
import { balanceOf, signOf } from "../../text/invoice-status.ts";
import { InvoiceExport } from "./invoice-export.tsx";
import { InvoiceFilters } from "./invoice-filters.tsx";
import { listPosition, useInvoiceList } from "./invoice-list.ts";
import { InvoiceListTotals } from "./invoice-list-totals.tsx";
import { rowOf, showRows } from "./invoice-rows.ts";
import { addressOf, type Words, wordsIn } from "./invoice-words.ts";

export function Invoices(): ComponentChild {
  const address = path.value;
  const words = useMemo(() => wordsIn(address), [address]);
  const { ids, complete, shortened, failure, waiting, question, retry } = useInvoiceList(words);
  useEffect(() => () => showRows([]), []);
  const small = useMedia(SMALL);
  const total = complete && !shortened ? ids.length : null;
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Invoices</h1>
        <p class="detail" role="status">
          {failure === null && countText(ids.length, complete && !waiting, shortened)}
        </p>
        <WriteLink href="#/invoices/new" title="New invoice (Alt+N)">
          New invoice
        </WriteLink>
        <InvoiceExport key={question} words={words} total={waiting ? null : total} />
        <InvoiceListTotals words={words} length={waiting ? null : total} />
      </header>
      <InvoiceFilters words={words} />
      {ids.length > 0 && hint(words) !== "" && <p class="detail">{hint(words)}</p>}
      {failure !== null && !waiting ? (
        <Problem failure={failure} retry={retry}>
          <button type="button" class="plain" onClick={() => goInstead("/invoices")}>
            Show all invoices
          </button>
        </Problem>
      ) : ids.length === 0 && complete && !waiting ? (
        <Nothing words={words} />
      ) : (
        <VirtualList
          label="Invoices"
          class="invoices"
          ids={ids}
          complete={complete && !shortened}
          waiting={waiting}
          question={question}
          position={listPosition}
          rowHeight={small ? TALL_ROW_HEIGHT : ROW_HEIGHT}
          head={<Head words={words} />}
          row={(id) => <Cells row={rowOf(id)} />}
          onOpen={(id) => go(`/invoices/${id}`)}
          onVisible={showRows}
        />
      )}
    </div>
  );
}

function countText(documents: number, complete: boolean, shortened: boolean): string {
  if (!complete) return "Counting…";
  if (shortened) return `Showing the first ${count(documents, locale.value)}. Search or filter to see others.`;
  return documents === 1 ? "1 document" : `${count(documents, locale.value)} documents`;
}

/** What the current order leaves out. */
function hint({ sort, q, status }: Words): string {
  if (q !== undefined) return "Exact matches first, then the newest.";
  if (sort === undefined || sort.endsWith("id") || sort.endsWith("gross_minor") || status === "issued") return "";
  return "Drafts are not listed in this order because they have no number or date yet.";
}

function Nothing({ words }: { words: Words }): ComponentChild {
  if (addressOf(words) === "/invoices")
    return <p class="empty">There are no invoices yet. Your first draft will appear here.</p>;
  return (
    <div class="empty">
      <p>No invoices match.</p>
      <button type="button" class="plain" onClick={() => go("/invoices")}>
        Clear search and filters
      </button>
    </div>
  );
}

/**
 * `first`: the direction after the first click on a head. The second click reverses it, the third returns to the
 * default order.
 */
const COLUMNS = [
  { name: "Number", class: "c-number", sort: "number", first: "-" },
  { name: "Client", class: "c-client" },
  { name: "Issued", class: "c-issued", sort: "issued_on", first: "-" },
  { name: "Due", class: "c-due", sort: "due_on", first: "" },
  { name: "Status", class: "c-status" },
  { name: "Amount", class: "c-amount number", sort: "gross_minor", first: "-" },
  { name: "Balance", class: "c-balance number" },
] as const;

function Head({ words }: { words: Words }): ComponentChild {
  return COLUMNS.map((column) => {
    const { name, class: className } = column;
    if (!("sort" in column) || words.q !== undefined)
      return <ColumnHead key={name} class={className} name={name} sorted={null} onSort={null} />;
    const { sort, first } = column;
    const sorted = words.sort === sort ? "ascending" : words.sort === `-${sort}` ? "descending" : null;
    const usual = first === "-" ? "descending" : "ascending";
    const next = sorted === null ? first + sort : sorted === usual ? (first === "-" ? sort : `-${sort}`) : "";
    const onSort = () => go(addressOf({ ...words, sort: next }));
    return <ColumnHead key={name} class={className} name={name} sorted={sorted} onSort={onSort} />;
  });
}

function Cells({ row }: { row: InvoiceRow | null | undefined }): ComponentChild {
  if (!row) return <Cell class="c-number detail">{row === null ? "No longer exists" : "…"}</Cell>;
  const text = (minor: number) => money(signOf(row) * minor, row.currency, locale.value);
  const balance = row.status === "issued" ? balanceOf(row) : 0;
  return (
    <>
      <Cell class="c-number">
        <a href={`#/invoices/${row.id}`} tabIndex={-1}>
          {row.number ?? "Draft"}
        </a>
      </Cell>
      <Cell class="c-client" title={row.buyer_name ?? undefined}>
        {row.buyer_name ?? <span class="detail">No client yet</span>}
      </Cell>
      <Cell class="c-issued">{day(row.issued_on, locale.value)}</Cell>
      <Cell class="c-due">{day(row.due_on, locale.value)}</Cell>
      <Cell class="c-status">
        <StatusBadge row={row} />
      </Cell>
      <Cell class="c-amount number">{text(row.gross_minor)}</Cell>
      <Cell class="c-balance number">{balance === 0 ? "" : text(balance)}</Cell>
    </>
  );
}
