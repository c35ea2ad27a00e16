/** The list of invoices and credit notes, of any length, with search, filters and sorting. */
import type { ComponentChild } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { defaultInvoiceSort } from "../../../../projector/queries/default-sort.ts";
import type { InvoiceRow } from "../../../contract/contract.ts";
import { amountStyle, useAmounts } from "../../lists/amount-width.ts";
import { CsvExport } from "../../lists/csv-export.tsx";
import { Cell, ColumnHead, OrderInWords } from "../../lists/grid-cells.tsx";
import { SortChoice } from "../../lists/sort-choice.tsx";
import { useMedia } from "../../lists/use-media.ts";
import { usePicks } from "../../lists/use-picks.ts";
import { ROW_HEIGHT, SMALL, TALL_ROW_HEIGHT, VirtualList } from "../../lists/virtual-list.tsx";
import { Problem } from "../../parts/problem.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Why } from "../../parts/why.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { call } from "../../state/bridge.ts";
import { go, goInstead, path } from "../../state/navigation.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { count, day, money } from "../../text/format.ts";
import { balanceOf, signOf } from "../../text/invoice-status.ts";
import { ExportMany } from "./export-many.tsx";
import { InvoiceFilters } from "./invoice-filters.tsx";
import { listPosition, useInvoiceList } from "./invoice-list.ts";
import { InvoiceListTotals } from "./invoice-list-totals.tsx";
import { rowOf, showRows } from "./invoice-rows.ts";
import { addressOf, filterOf, type Words, wordsIn } from "./invoice-words.ts";

const LIST = "Invoices";

export function Invoices(): ComponentChild {
  const address = path.value;
  const words = useMemo(() => wordsIn(address), [address]);
  const { ids, complete, shortened, failure, waiting, question, retry } = useInvoiceList(words);
  useEffect(() => () => showRows([]), []);
  const small = useMedia(SMALL);
  const total = complete && !shortened ? ids.length : null;
  const { picks, picked, begin, end } = usePicks(ids);
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Invoices</h1>
        <p class="detail" role="status">
          {failure === null && countText(ids.length, complete && !waiting, shortened)}
          {ids.length > 1 && ORDERS[orderOf(words)] && `, ${ORDERS[orderOf(words)]?.toLowerCase()}`}
        </p>
        <WriteLink href="#/invoices/new" title="New invoice (Alt+N)">
          New invoice
        </WriteLink>
        <CsvExport
          key={question}
          name="invoices"
          total={waiting ? null : total}
          read={(cursor, moment) =>
            call("exportInvoices", { ...filterOf(words), locale: locale.value, ...cursor }, moment)
          }
        />
        <ExportMany ids={complete && !waiting ? ids : null} picked={picked} isShortened={shortened} />
        {ids.length > 0 && <SelectButton picked={picks && picked.length} onBegin={begin} onEnd={end} />}
        <InvoiceListTotals words={words} length={waiting ? null : total} />
      </header>
      <InvoiceFilters words={words}>
        {words.q === undefined && (
          <SortChoice
            sort={orderOf(words)}
            columns={COLUMNS}
            other={{ sort: "-id", name: "Newest first" }}
            onChoose={(sort) => go(addressOf({ ...words, sort }))}
          />
        )}
      </InvoiceFilters>
      {ids.length > 0 && <Hint words={words} />}
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
          label={LIST}
          class={`invoices by-${orderOf(words).replace("-", "")}`}
          ids={ids}
          complete={complete && !shortened}
          waiting={waiting}
          question={question}
          position={listPosition}
          style={amountStyle(LIST)}
          rowHeight={small ? TALL_ROW_HEIGHT : ROW_HEIGHT}
          head={<Head words={words} />}
          row={(id) => <Cells row={rowOf(id)} />}
          onOpen={(id) => go(`/invoices/${id}`)}
          picks={picks}
          onVisible={showRows}
        />
      )}
    </div>
  );
}

interface SelectProps {
  /** How many are selected; null: nothing is being selected. */
  picked: number | null;
  onBegin: () => void;
  onEnd: () => void;
}

function SelectButton({ picked, onBegin, onEnd }: SelectProps): ComponentChild {
  const isOn = picked !== null;
  return (
    <button type="button" class="plain" aria-pressed={isOn} onClick={isOn ? onEnd : onBegin}>
      {isOn ? `${count(picked, locale.value)} selected` : "Select"}
    </button>
  );
}

function countText(documents: number, complete: boolean, shortened: boolean): string {
  if (!complete) return "Counting…";
  if (shortened) return `Showing the first ${count(documents, locale.value)}. Search or filter to see others.`;
  return documents === 1 ? "1 document" : `${count(documents, locale.value)} documents`;
}

/** What the user has to know about the current order. */
function Hint({ words }: { words: Words }): ComponentChild {
  const { value: currencies } = useCall("listCurrencies", {});
  const { sort = "", q, status, currency } = words;
  const column = sort.replace("-", "");
  const hints = q === undefined ? [] : ["Exact matches first, then the newest."];
  if (q === undefined && column.endsWith("_minor") && currency === undefined && (currencies ?? []).length > 1)
    hints.push("Amounts are sorted within each currency.");
  if (q === undefined && column === "balance_minor")
    hints.push("Only documents with a balance are listed in this order.");
  if (q === undefined && (status ?? "draft") === "draft" && column in LEFT_OUT)
    hints.push(`Drafts without ${LEFT_OUT[column]} are not listed in this order.`);
  return hints.length > 0 && <p class="detail">{hints.join(" ")}</p>;
}

/** What a draft can lack, by the column of an order that leaves it out. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  number: "a number",
  issued_on: "a date",
  due_on: "a date",
  client: "a client",
};

/** Orders that no column shows. */
const ORDERS: Readonly<Record<string, string>> = { "-id": "Newest first", id: "Oldest first" };

/** The order of the list, chosen or by default. */
function orderOf(words: Words): string {
  if (words.q !== undefined) return "found";
  const [open, overdue] = [words.open === "true", words.overdue === "true"];
  return (
    words.sort ?? defaultInvoiceSort({ ...words, open, overdue, owed: words.owed === undefined ? undefined : true })
  );
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
  { name: "Client", class: "c-client", sort: "client", first: "" },
  { name: "Issued", class: "c-issued", sort: "issued_on", first: "-" },
  { name: "Due", class: "c-due", sort: "due_on", first: "" },
  { name: "Status", class: "c-status", sort: "status", first: "" },
  { name: "Amount", class: "c-amount number", sort: "gross_minor", first: "-" },
  { name: "Balance", class: "c-balance number", sort: "balance_minor", first: "-" },
] as const;

function Head({ words }: { words: Words }): ComponentChild {
  const order = orderOf(words);
  const heads = COLUMNS.map((column) => {
    const { name, class: className, sort, first } = column;
    if (words.q !== undefined)
      return <ColumnHead key={name} class={className} name={name} sorted={null} onSort={null} />;
    const sorted = order === sort ? "ascending" : order === `-${sort}` ? "descending" : null;
    const usual = first === "-" ? "descending" : "ascending";
    const next = sorted === null ? first + sort : sorted === usual ? (first === "-" ? sort : `-${sort}`) : "";
    const onSort = () => go(addressOf({ ...words, sort: next }));
    return <ColumnHead key={name} class={className} name={name} sorted={sorted} onSort={onSort} />;
  });
  const inWords = words.q === undefined ? ORDERS[order] : "Exact matches first";
  return (
    <>
      {heads}
      {inWords !== undefined && <OrderInWords order={inWords} />}
    </>
  );
}

function Cells({ row }: { row: InvoiceRow | null | undefined }): ComponentChild {
  useAmounts(LIST, row ? money(signOf(row) * row.gross_minor, row.currency, locale.value) : "");
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
        <Why figure={{ figure: "record", table: "invoice", id: row.id, column: "status" }} inRow>
          <StatusBadge row={row} />
        </Why>
      </Cell>
      <Cell class="c-amount number">
        <Why figure={{ figure: "record", table: "invoice", id: row.id, column: "gross_minor" }} inRow>
          {text(row.gross_minor)}
        </Why>
      </Cell>
      <Cell class="c-balance number">
        {balance !== 0 && (
          <Why figure={{ figure: "document_due", id: row.id }} inRow>
            {text(balance)}
          </Why>
        )}
      </Cell>
    </>
  );
}
