/** What clients owe, by client and by days overdue: today, or as dated until a day. */
import type { ComponentChild } from "preact";
import { useMemo } from "preact/hooks";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { SortChoice } from "../../lists/sort-choice.tsx";
import { useMedia } from "../../lists/use-media.ts";
import { DatedLine, datedArgument, datedUntil } from "../../parts/dated-until.tsx";
import type { Figure } from "../../parts/figure-address.ts";
import { Problem } from "../../parts/problem.tsx";
import { usePrinting } from "../../parts/use-printing.tsx";
import { Why } from "../../parts/why.tsx";
import { setWords, word } from "../../state/address.ts";
import { call } from "../../state/bridge.ts";
import { locale, log } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import type { Pages } from "../../state/use-pages.ts";
import { ageText } from "../../text/ages.ts";
import { AgeSums } from "./age-sums.tsx";
import { type Aged, type AgedClient, amountOrNothing, sortClients } from "./aged.ts";
import { currencyShown, nothingOpen } from "./open-currency.ts";
import { OpenItemsHead } from "./open-items-head.tsx";
import { OpenItemsPaper } from "./open-items-paper.tsx";
import { ReportButtons, wholeCsv } from "./report-buttons.tsx";

/** Below this width, the classes of a client are a line below its name. As in reports.css. */
const NARROW = "(max-width: 1160px)";

export function OpenItems(): ComponentChild {
  const dated = datedArgument();
  const all = useCall("getAgedBalances", dated);
  const shown = all.value ? currencyShown(all.value) : undefined;
  // So many clients that they are read for one currency only.
  const one = useCall("getAgedBalances", all.value?.shortened && shown ? { ...dated, currency: shown } : null);
  const { failure, waiting, retry } = all.failure === null && all.value?.shortened ? one : all;
  const aged = failure === null ? (all.value?.shortened ? one.value : all.value) : null;
  return (
    <div class="list-screen" aria-busy={waiting}>
      {aged && shown !== undefined && aged.currencies.some(({ currency }) => currency === shown) ? (
        <ItemsByClient aged={aged} currency={shown} />
      ) : (
        <>
          <OpenItemsHead currency={shown} currencies={(aged?.currencies ?? []).map((one) => one.currency)} />
          <DatedLine dated={datedUntil()} />
          {failure && <Problem failure={failure} retry={retry} />}
          {waiting && <p class="waiting">Loading…</p>}
          {aged && <p class="empty">{nothingOpen(shown)}</p>}
        </>
      )}
    </div>
  );
}

function ItemsByClient({ aged, currency }: { aged: Aged; currency: string }): ComponentChild {
  const sort = aged.shortened ? "client" : word("sort") || "client";
  const rows = useMemo(() => sortClients(aged, currency, sort), [aged, currency, sort]);
  const sums = aged.currencies.find((one) => one.currency === currency);
  const narrow = useMedia(NARROW);
  const columns = useMemo(() => columnsOf(aged, currency), [aged, currency]);
  const name = `Open items in ${currency} on ${aged.day}`;
  const { print, savePdf } = usePrinting(name, <OpenItemsPaper aged={aged} currency={currency} rows={rows} />);
  const pages: Pages<AgedClient> = {
    question: JSON.stringify([log.value, aged.day, currency, sort]),
    rows,
    failure: null,
    waiting: false,
    whole: true,
    more: () => {},
    retry: () => {},
  };
  return (
    <>
      <OpenItemsHead currency={currency} currencies={aged.currencies.map((one) => one.currency)}>
        {!aged.shortened && <SortChoice sort={sort} columns={columns} onChoose={(sort) => setWords({ sort })} />}
        <ReportButtons
          name={`open-items-${currency}-${aged.day}`}
          csv={() =>
            wholeCsv(call("exportAgedBalances", { ...datedArgument(), currency, locale: locale.value }), rows.length)
          }
          print={print}
          savePdf={savePdf}
        />
      </OpenItemsHead>
      <DatedLine dated={aged.dated_until} />
      {sums && <AgeSums sums={sums} client={null} dated={aged.dated_until} />}
      {aged.shortened && (
        <p class="detail" role="status">
          There are too many clients for one list: these come first by name. The sums are those of all clients.
        </p>
      )}
      <ListTable
        label="Open items by client"
        class="aged-clients"
        tall={narrow}
        columns={columns}
        pages={pages}
        hrefOf={({ id }) => clientLink(id, currency)}
        sort={sort}
        {...(aged.shortened && { order: "By name" })}
        empty="Nothing is open."
      />
    </>
  );
}

function clientLink(client: number, currency: string): string {
  const dated = datedUntil();
  return `#/reports/open-items?client=${client}&currency=${currency}${dated === null ? "" : `&dated=${dated}`}`;
}

/** The columns, which sort the list unless it has only a part of the clients. */
function columnsOf(aged: Aged, currency: string): Column<AgedClient>[] {
  const ages = aged.currencies.find((one) => one.currency === currency)?.ages ?? [];
  const sortBy = (sort: string, first?: "-") => (aged.shortened ? {} : { sort, ...(first && { first }) });
  const column = (
    name: string,
    sort: string,
    figure: (client: number) => Figure,
    minor: (row: AgedClient) => number,
  ): Column<AgedClient> => ({
    name,
    class: `c-${sort.replace(/\d/, "")} number`,
    ...sortBy(sort, "-"),
    amounts: (row) => [amountOrNothing(minor(row), currency)],
    cell: (row) => (
      <Why figure={minor(row) === 0 ? null : figure(row.id)} dated={aged.dated_until} inRow>
        {amountOrNothing(minor(row), currency)}
      </Why>
    ),
  });
  return [
    { name: "Client", class: "c-name", ...sortBy("client"), cell: ({ client_name }) => client_name },
    ...ages.map((age, n) =>
      column(
        ageText(age),
        `age${n}`,
        (client) => ({ figure: "age_balance", currency, client, age: n }),
        ({ ages_minor }) => ages_minor[n] ?? 0,
      ),
    ),
    column(
      "Credit",
      "deposit",
      (client) => ({ figure: "client_less_credit", currency, client }),
      ({ credit_minor }) => -credit_minor,
    ),
    column(
      "Balance",
      "owed",
      (client) => ({ figure: "client_owed", currency, client }),
      ({ owed_minor }) => owed_minor,
    ),
    { name: "By age", class: "c-ages detail", cell: (row) => agesInLine(row, ages.map(ageText), currency) },
  ];
}

/** The age classes of a client as a line, where a window has no room for columns. */
function agesInLine({ ages_minor, credit_minor }: AgedClient, names: readonly string[], currency: string): string {
  const parts = ages_minor.flatMap((minor, n) =>
    minor === 0 ? [] : [`${names[n]} ${amountOrNothing(minor, currency)}`],
  );
  return [...parts, ...(credit_minor === 0 ? [] : [`Credit ${amountOrNothing(credit_minor, currency)}`])].join(" · ");
}
