/** The activity of the whole organization: who did what, and when. */

import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import { TITLES } from "../../../../projector/text/event-words.ts";
import type { Argument } from "../../../contract/arguments.ts";
import type { ActivityWords } from "../../../contract/contract.ts";
import { ClientPicker } from "../../fields/client-picker.tsx";
import { Choice, DayChoice } from "../../lists/choice.tsx";
import { CsvExport } from "../../lists/csv-export.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { recordOf } from "../../parts/activity-list.tsx";
import { MomentLink } from "../../parts/moment-link.tsx";
import { mayWrite } from "../../parts/write-button.tsx";
import { setWords, word } from "../../state/address.ts";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { usePages } from "../../state/use-pages.ts";
import { activityText } from "../../text/activity-text.ts";
import { bookTime } from "../../text/moments/book-time.ts";

const COLUMNS: readonly Column<ActivityWords>[] = [
  { name: "What", class: "c-what", cell: ({ words }) => activityText(words, locale.value) },
  { name: "Of", class: "c-of", cell: ofLink },
  { name: "Who", class: "c-who", cell: ({ actor_name }) => actor_name ?? "The server" },
  { name: "When", class: "c-when", sort: "seq", cell: whenCell },
];

export function Activity(): ComponentChild {
  const filter = filterInAddress();
  const sort = word("sort") === "seq" ? "seq" : "-seq";
  const pages = usePages("listActivity", { ...filter, sort });
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Activity</h1>
        <div class="actions-row">
          <a class="button plain" href="#/changes">
            Compare moments
          </a>
          <CsvExport
            name="activity"
            total={pages.whole ? pages.rows.length : null}
            read={(cursor, moment) =>
              call("exportActivity", { ...filter, sort, locale: locale.value, ...cursor }, moment)
            }
          />
        </div>
      </header>
      <search class="filter-bar">
        <WhoChoice />
        <WhatChoice />
        <ClientPicker
          label="Client"
          client={filter.client ?? null}
          onChoose={(client) => setWords({ client: client === null ? "" : String(client) })}
        />
        <DayChoice label="From" name="from" />
        <DayChoice label="To" name="to" />
      </search>
      <ListTable
        label="Activity"
        class="activities"
        columns={COLUMNS}
        pages={pages}
        hrefOf={({ seq }) => `#/events/${seq}`}
        sort={sort}
        empty={Object.keys(filter).length > 0 ? "Nothing matches." : "Nothing has happened yet."}
      />
    </div>
  );
}

/** When, with the books as of then. */
function whenCell({ seq, at }: ActivityWords): ComponentChild {
  return (
    <>
      {bookTime(at)} <MomentLink seq={seq} to="/" />
    </>
  );
}

/** What an event happened to, with a link to its screen. */
function ofLink(row: ActivityWords): ComponentChild {
  const href = hrefOf(row);
  return href === null ? row.name : <a href={href}>{row.name}</a>;
}

/** The screen of what an event happened to; null for a user's, if only owners may open it. */
function hrefOf({ stream_kind, stream }: ActivityWords): string | null {
  if (stream_kind === "organization") return "#/settings";
  if (stream_kind === "user") return mayWrite(OWNER) ? `#/settings/users/${stream}` : null;
  return recordOf(stream_kind, stream);
}

type Filter = Pick<Argument<"listActivity">, "actor" | "stream_kind" | "type" | "from" | "to"> & { client?: number };

/** The filter in the address. A word that is not valid counts as absent. */
function filterInAddress(): Filter {
  const [who, what, from, to] = ["who", "what", "from", "to"].map(word) as [string, string, string, string];
  const client = word("client");
  const group = TITLES.find(({ kind }) => kind === what);
  const type = TITLES.flatMap(({ types }) => types).find((one) => one.type === what)?.type;
  return {
    ...(/^\d{1,15}$/.test(who) && { actor: Number(who) }),
    ...(/^[1-9]\d{0,14}$/.test(client) && { client: Number(client) }),
    ...(group && { stream_kind: group.kind }),
    ...(type && { type }),
    ...(isDay(from) && { from: startOf(from) }),
    ...(isDay(to) && { to: startOf(to, 1) - 1 }),
  };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** When a day begins for the reader, as the list shows times. @param more days to add @returns ms since 1970 UTC */
function startOf(date: string, more = 0): number {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, day + more).getTime();
}

function WhoChoice(): ComponentChild {
  const users = usePages("listUsers", { sort: "name" });
  useEffect(() => users.more(), [users.rows]);
  const names = users.rows.map(({ id, name }) => [String(id), name] as const);
  return <Choice label="Who" name="who" options={[["", "Anyone"], ...names, ["0", "The server"]]} />;
}

/** The groups of event types. */
const KINDS: { readonly [K in (typeof TITLES)[number]["kind"]]: string } = {
  organization: "Organization",
  user: "Users",
  client: "Clients",
  item: "Items",
  invoice: "Invoices and credit notes",
  payment: "Payments",
  refund: "Refunds",
};

function WhatChoice(): ComponentChild {
  return (
    <label class="choice">
      What
      <select value={word("what")} onChange={({ currentTarget }) => setWords({ what: currentTarget.value })}>
        <option value="">Anything</option>
        {TITLES.map(({ kind, types }) => (
          <optgroup key={kind} label={KINDS[kind]}>
            <option value={kind}>{KINDS[kind]}: all</option>
            {types.map(({ type, title }) => (
              <option key={type} value={type}>
                {title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
