/** The changes on paper: counts and sums of each kind. The things themselves are in the CSV. */
import type { ComponentChild } from "preact";
import { KIND_WORDS } from "../../../../projector/text/change-words.ts";
import { locale, organization } from "../../state/state.ts";
import { count, day, money } from "../../text/format.ts";
import { balanceLines, differenceText, SUMS_COUNT, spanText, sumLines } from "./changes-summary.tsx";
import type { Changes } from "./use-changes.ts";

export function ChangesPaper({ changes }: { changes: Changes }): ComponentChild {
  const own = organization.value;
  if (own === null) return null;
  const groups = [
    { name: "All clients", lines: balanceLines(changes) },
    ...changes.rows.map((kind) => ({ name: KIND_WORDS[kind.kind][1], lines: sumLines(kind) })),
  ].filter(({ lines }) => lines.length > 0);
  return (
    <article class="paper report-paper">
      <header class="paper-head">
        <div>
          <h1>Changes</h1>
          <p>{spanText(changes)}</p>
        </div>
        <div>
          <strong>{own.legal_name}</strong>
          <small>Printed on {day(own.today, locale.value)}</small>
        </div>
      </header>
      <table class="paper-lines">
        <thead>
          <tr>
            <th class="wide">Kind</th>
            <th>New</th>
            <th>Changed</th>
            <th>Gone</th>
          </tr>
        </thead>
        <tbody>
          {changes.rows.map((kind) => (
            <tr key={kind.kind}>
              <td class="wide">{KIND_WORDS[kind.kind][1]}</td>
              {[kind.new, kind.changed, kind.gone].map((number, n) => (
                <td key={n}>{count(number, locale.value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {groups.map(({ name, lines }) => (
        <table class="paper-lines" key={name}>
          <thead>
            <tr>
              <th class="wide">{name}</th>
              <th>Before</th>
              <th>After</th>
              <th>Difference</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ name, currency, before, after }) => (
              <tr key={`${name} ${currency}`}>
                <td class="wide">
                  {name}, {currency}
                </td>
                <td>{money(before, currency, locale.value)}</td>
                <td>{money(after, currency, locale.value)}</td>
                <td>{differenceText(after - before, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      <p>{SUMS_COUNT}</p>
    </article>
  );
}
