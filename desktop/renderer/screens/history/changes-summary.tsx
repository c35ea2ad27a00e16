/** How many things of each kind changed, and what their amounts add up to before and after. */

import type { ComponentChild } from "preact";
import { columnWords, KIND_WORDS } from "../../../../projector/text/change-words.ts";
import { setWords } from "../../state/address.ts";
import { locale } from "../../state/state.ts";
import { count, money } from "../../text/format.ts";
import { bookTime } from "../../text/moments/book-time.ts";
import type { ChangeKind, Changes } from "./use-changes.ts";

type KindChanges = Changes["rows"][number];

interface KindsProps {
  changes: Changes;
  shown: ChangeKind | null;
}

/** Each kind opens its things. */
export function ChangedKinds({ changes, shown }: KindsProps): ComponentChild {
  return (
    <table class="table change-kinds">
      <caption class="for-screen-readers">Changes by kind</caption>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col" class="number">
            New
          </th>
          <th scope="col" class="number">
            Changed
          </th>
          <th scope="col" class="number">
            Gone
          </th>
        </tr>
      </thead>
      <tbody>
        {changes.rows.map((kind) => (
          <tr key={kind.kind} class={kind.kind === shown ? "shown" : undefined}>
            <th scope="row">
              <button
                type="button"
                class="link whole"
                aria-pressed={kind.kind === shown}
                onClick={() => setWords({ kind: kind.kind })}
              >
                {KIND_WORDS[kind.kind][1]}
              </button>
            </th>
            {[kind.new, kind.changed, kind.gone].map((number, n) => (
              <td key={n} class="number">
                {number === 0 ? "–" : count(number, locale.value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A sum before, after, and the difference. */
interface SumLine {
  name: string;
  /** False for a sum that few people ask for. */
  isMain: boolean;
  currency: string;
  before: number;
  after: number;
}

export function sumLines({ sums }: KindChanges): SumLine[] {
  return sums.map(({ column, currency, before_minor: before, after_minor: after }) => ({
    name: columnWords(column),
    isMain: MAIN_SUMS.has(column),
    currency,
    before,
    after,
  }));
}

const MAIN_SUMS = new Set(["gross_minor", "open_minor", "amount_minor", "outstanding_minor", "credit_minor"]);

/** What all clients owe, and their credit: only what differs. */
export function balanceLines({ balances }: Changes): SumLine[] {
  return balances.flatMap((row) =>
    [
      { name: "Outstanding", before: row.open_before_minor, after: row.open_after_minor },
      { name: "Credit", before: row.credit_before_minor, after: row.credit_after_minor },
    ]
      .map((line) => ({ ...line, isMain: true, currency: row.currency }))
      .filter(({ before, after }) => before !== after),
  );
}

/** The main sums; the others are folded away. */
export function Sums({ name, lines }: { name: string; lines: readonly SumLine[] }): ComponentChild {
  const main = lines.filter(({ isMain }) => isMain);
  const others = lines.filter(({ isMain }) => !isMain);
  return (
    <>
      <SumsTable name={name} lines={main} />
      {others.length > 0 && (
        <details class="more-sums">
          <summary>{main.length > 0 ? "More sums" : name}</summary>
          <SumsTable name={`${name}: more sums`} lines={others} />
        </details>
      )}
    </>
  );
}

function SumsTable({ name, lines }: { name: string; lines: readonly SumLine[] }): ComponentChild {
  if (lines.length === 0) return null;
  return (
    <table class="table change-sums">
      <caption>{name}</caption>
      <thead>
        <tr>
          <th scope="col">Sum</th>
          <th scope="col" class="number">
            Before
          </th>
          <th scope="col" class="number">
            After
          </th>
          <th scope="col" class="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, currency, before, after }) => (
          <tr key={`${name} ${currency}`}>
            <th scope="row">
              {name} <span class="detail">{currency}</span>
            </th>
            <td class="number" data-name="Before">
              {money(before, currency, locale.value)}
            </td>
            <td class="number" data-name="After">
              {money(after, currency, locale.value)}
            </td>
            <td class="number" data-name="Difference">
              {differenceText(after - before, currency)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** With its sign. */
export function differenceText(minor: number, currency: string): string {
  return `${minor > 0 ? "+" : ""}${money(minor, currency, locale.value)}`;
}

export const SUMS_COUNT = "Drafts, void documents, and money that was taken back do not count in sums.";

/** `From 30 Jun 2010, 23:59 (event 120) to …: 64 events.` */
export function spanText({ from, to }: Pick<Changes, "from" | "to">): string {
  const side = ({ seq, at_ms }: Changes["from"]) => `${bookTime(at_ms)} (event ${count(seq, locale.value)})`;
  const events = to.seq - from.seq;
  return `From ${side(from)} to ${side(to)}: ${count(events, locale.value)} ${events === 1 ? "event" : "events"}.`;
}
