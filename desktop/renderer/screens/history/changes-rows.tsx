/** The things of a kind that changed: each opens both of its states side by side, and the events in between. */

import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import { columnWords, isSeen, isTelling, KIND_WORDS, partWords } from "../../../../projector/text/change-words.ts";
import { titleOf } from "../../../../projector/text/event-words.ts";
import { recordOf } from "../../parts/activity-list.tsx";
import { Problem } from "../../parts/problem.tsx";
import { mayWrite } from "../../parts/write-button.tsx";
import { locale } from "../../state/state.ts";
import { usePages } from "../../state/use-pages.ts";
import { count } from "../../text/format.ts";
import { bookTime } from "../../text/moments/book-time.ts";
import { changeValue } from "./changes-values.ts";
import type { ChangedRow, ChangeKind, SpanWords } from "./use-changes.ts";

const CHANGES = {
  new: { word: "New", tone: "good" },
  changed: { word: "Changed", tone: "accent" },
  gone: { word: "Gone", tone: "danger" },
} as const;

interface RowsProps {
  kind: ChangeKind;
  span: SpanWords;
  /** How many there are; null: not counted yet. */
  total: number | null;
}

export function ChangedRows({ kind, span, total }: RowsProps): ComponentChild {
  const { rows, failure, waiting, whole, more, retry } = usePages("listChanges", { ...span, kind });
  return (
    <section class="changed-rows" aria-busy={waiting}>
      <h2>{KIND_WORDS[kind][1]}</h2>
      {failure && <Problem failure={failure} retry={retry} />}
      {waiting && rows.length === 0 && <p class="waiting">Loading…</p>}
      <ul>
        {rows.map((row) => (
          <Row key={`${row.kind} ${row.id}`} row={row} />
        ))}
      </ul>
      {!whole && rows.length > 0 && (
        <p class="more-rows">
          <button type="button" class="plain" onClick={more}>
            Show more
          </button>
          <span class="detail">
            {count(rows.length, locale.value)}
            {total !== null && ` of ${count(total, locale.value)}`}
          </span>
        </p>
      )}
    </section>
  );
}

function Row({ row }: { row: ChangedRow }): ComponentChild {
  const [isOpen, setOpen] = useState(false);
  const { word, tone } = CHANGES[row.change];
  const client = row.kind === "balance" || row.client_id === null ? null : row.names[row.client_id];
  return (
    <li class="changed-row">
      <button type="button" class="row-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class="badge" data-tone={tone}>
          {word}
        </span>
        <span class="row-name">{nameOf(row)}</span>
        {client && <span class="detail">{client}</span>}
        <span class="row-brief detail">{briefOf(row)}</span>
      </button>
      {isOpen && <Both row={row} />}
    </li>
  );
}

/** The name of a thing; what has none is told by its kind. */
export function nameOf({ kind, name, stream, names, status, currency }: ChangedRow): string {
  if (kind === "balance") return `${names[stream] ?? `Client ${stream}`}, ${currency}`;
  if (name !== null) return name;
  return status === "draft" || status === "discarded" ? `Draft ${stream}` : `${KIND_WORDS[kind][0]} ${stream}`;
}

/** What says most about a thing, in this order. The others follow. */
const TELLING = ["status", "reversed", "archived", "active", "role", "gross_minor", "amount_minor", "paid_minor"];
/** What the head of the row says already. */
const SAID = new Set(["number", "buyer_name", "name", "currency", "client_id", "kind"]);

/** What changed, in a line: `Status Draft → Issued · Settled £0.00 → £12.00 · 3 more`; of a new thing, its amount. */
function briefOf(row: ChangedRow): string {
  const { change, parts } = row;
  const place = (column: string) => {
    const at = TELLING.indexOf(column);
    return at < 0 ? TELLING.length : at;
  };
  const columns = visible(row.columns, row, change).toSorted((a, b) => place(a.column) - place(b.column));
  if (change !== "changed") {
    const told = columns.filter(({ column }) => ["status", "gross_minor", "amount_minor", "price6"].includes(column));
    return told.map(({ column, before, after }) => changeValue(column, after ?? before, row)).join(" · ");
  }
  const values = columns
    .filter(({ column }) => !SAID.has(column))
    .slice(0, 2)
    .map(({ column, before, after }) => {
      const [was, is] = [before, after].map((value) => changeValue(column, value, row) || "–");
      return `${columnWords(column)} ${was} → ${is}`;
    });
  const more = columns.length + parts.length - values.length;
  return [...values, ...(more > 0 ? [`${count(more, locale.value)} more`] : [])].join(" · ");
}

/** Values that say something: an empty text is no value, and a zero of a new thing says nothing. */
function visible(columns: ChangedRow["columns"], row: ChangedRow, change: ChangedRow["change"]): ChangedRow["columns"] {
  return columns.filter(({ column, before, after }) =>
    change === "changed"
      ? isSeen({ before, after })
      : isTelling(column, after ?? before) && changeValue(column, after ?? before, row) !== "",
  );
}

function Both({ row }: { row: ChangedRow }): ComponentChild {
  const href = hrefOf(row);
  return (
    <div class="row-both">
      <States change={row.change} columns={row.columns} row={row} caption={nameOf(row)} />
      {row.parts.map((part) => (
        <States
          key={`${part.table} ${part.n}`}
          change={part.change}
          columns={part.columns}
          row={row}
          caption={`${partWords(part.table, part.n)}${part.change === row.change ? "" : `, ${CHANGES[part.change].word.toLowerCase()}`}`}
        />
      ))}
      <Events row={row} />
      {href !== null && row.change !== "gone" && (
        <p>
          <a href={href}>Open {nameOf(row)}</a>
        </p>
      )}
    </div>
  );
}

interface StatesProps {
  change: ChangedRow["change"];
  columns: ChangedRow["columns"];
  row: ChangedRow;
  caption: string;
}

/** Both states side by side; of what is new or gone, the one that there is. */
function States({ change, columns, row, caption }: StatesProps): ComponentChild {
  const shown = visible(columns, row, change);
  if (shown.length === 0) return null;
  const sides = change === "changed" ? ["before", "after"] : change === "new" ? ["after"] : ["before"];
  return (
    <table class="table states">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          {sides.map((side) => (
            <th key={side} scope="col">
              {side === "before" ? "Before" : "After"}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map(({ column, before, after }) => (
          <tr key={column}>
            <th scope="row">{columnWords(column)}</th>
            {sides.map((side) => (
              <td key={side} class={side}>
                {changeValue(column, side === "before" ? before : after, row) || "–"}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Who changed it: each event opens. */
function Events({ row: { events, more_events } }: { row: ChangedRow }): ComponentChild {
  if (events.length === 0) return null;
  return (
    <section class="row-events">
      <h3>Who changed it</h3>
      <ol class="activity">
        {events.map(({ seq, type, at, actor_name }) => (
          <li key={seq}>
            <span class="words">
              <a href={`#/events/${seq}`}>{titleOf(type)}</a>
            </span>
            <span class="who">{actor_name ?? "The server"}</span>
            <time dateTime={new Date(at).toISOString()}>{bookTime(at)}</time>
          </li>
        ))}
      </ol>
      {more_events && <p class="detail">These are the latest ones.</p>}
    </section>
  );
}

/** The screen of the thing; null if this user may not open it. */
function hrefOf({ kind, stream }: ChangedRow): string | null {
  if (kind === "organization") return "#/settings";
  if (kind === "user") return mayWrite(OWNER) ? `#/settings/users/${stream}` : null;
  return recordOf(kind === "credit_note" ? "invoice" : kind === "balance" ? "client" : kind, stream);
}
