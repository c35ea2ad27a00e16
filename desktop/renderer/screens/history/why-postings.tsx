/** The postings behind a figure, as a ledger: the newest line has the figure, the oldest one begins at zero. */

import type { ComponentChild } from "preact";
import type { Answers, FigurePosting } from "../../../contract/contract.ts";
import { CsvExport } from "../../lists/csv-export.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { datedArgument } from "../../parts/dated-until.tsx";
import type { Figure } from "../../parts/figure-address.ts";
import { word } from "../../state/address.ts";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { usePages } from "../../state/use-pages.ts";
import { activityText } from "../../text/activity-text.ts";
import { day } from "../../text/format.ts";
import { bookTime } from "../../text/moments/book-time.ts";
import { signedText, valueText } from "./why-values.ts";
import { postingText } from "./why-words.ts";

type Answer = Answers["getFigure"];
type PostingsArgument = Parameters<typeof call<"listFigurePostings">>[1];

/** Exports all lines. */
export function WhyExport({ answer }: { answer: Answer }): ComponentChild {
  const query = queryOf(answer);
  return (
    <CsvExport
      key={JSON.stringify(query)}
      name="why"
      total={null}
      read={(cursor, moment) => call("exportFigurePostings", { ...query, locale: locale.value, ...cursor }, moment)}
    />
  );
}

function queryOf({ figure }: Answer): PostingsArgument {
  const sort = word("sort") === "on" ? "oldest" : "newest";
  return { figure: figure as Figure, sort, ...datedArgument() } as PostingsArgument;
}

export function WhyPostings({ answer }: { answer: Answer }): ComponentChild {
  const sort = word("sort") === "on" ? "on" : "-on";
  const pages = usePages("listFigurePostings", queryOf(answer));
  return (
    <ListTable
      label="Postings"
      class={hasClients(answer) ? "postings with-clients" : "postings"}
      columns={columnsOf(answer)}
      tall
      pages={pages}
      hrefOf={({ seq }) => `#/events/${seq}`}
      sort={sort}
      empty="Nothing has changed it: it is zero."
    />
  );
}

/** True if the lines are of several clients. */
function hasClients({ figure }: Answer): boolean {
  return /^(?:total|month|vat)_/.test(figure.figure);
}

function columnsOf(answer: Answer): Column<FigurePosting>[] {
  const recordedFirst = answer.figure.figure.startsWith("total_");
  return [
    {
      name: "What",
      class: "c-what",
      cell: postingText,
      under: ({ words }) => activityText(words, locale.value),
    },
    ...(hasClients(answer) ? [{ name: "Client", class: "c-of", cell: (row: FigurePosting) => row.client_name }] : []),
    {
      name: "Dated",
      class: "c-dated",
      ...(!recordedFirst && { sort: "on" }),
      cell: ({ dated_on }) => day(dated_on, locale.value),
    },
    {
      name: "Recorded",
      class: "c-recorded",
      ...(recordedFirst && { sort: "on" }),
      cell: ({ at }) => bookTime(at),
      under: ({ actor_name }) => actor_name ?? "The server",
    },
    {
      name: "Difference",
      class: "c-difference number",
      amounts: (row) => [signedText(answer, row.amount)],
      cell: (row) => signedText(answer, row.amount),
    },
    {
      name: "Figure after it",
      class: "c-running number",
      amounts: (row) => [valueText(answer, row.running)],
      cell: (row) => valueText(answer, row.running),
    },
  ];
}
