/** The versions of a record: each event that changed it, with what it was before and after. */

import type { ComponentChild } from "preact";
import { partWords } from "../../../../projector/text/change-words.ts";
import type { Answers, RecordVersion } from "../../../contract/contract.ts";
import { Problem } from "../../parts/problem.tsx";
import type { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { usePages } from "../../state/use-pages.ts";
import { activityText } from "../../text/activity-text.ts";
import { bookTime } from "../../text/moments/book-time.ts";
import { columnText, signedText } from "./why-values.ts";
import { columnName } from "./why-words.ts";

type Answer = Answers["getFigure"];
type VersionsArgument = Parameters<typeof call<"listVersions">>[1];

export function WhyVersions({ answer }: { answer: Answer }): ComponentChild {
  const { figure: _, ...record } = answer.figure as Extract<Answer["figure"], { figure: "record" }>;
  const { rows, failure, waiting, whole, retry, more } = usePages("listVersions", record as VersionsArgument);
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting && rows.length === 0) return <p class="waiting">Loading…</p>;
  if (rows.length === 0 && whole) return <p class="empty">Nothing was recorded about it.</p>;
  return (
    <div class="versions-scroll">
      <ol class="versions panel">
        {rows.map((row) => (
          <Version key={row.seq} row={row} answer={answer} />
        ))}
      </ol>
      {!whole && (
        <button type="button" class="plain" onClick={more}>
          Show earlier changes
        </button>
      )}
    </div>
  );
}

function Version({ row, answer }: { row: RecordVersion; answer: Answer }): ComponentChild {
  const { seq, at, actor_name, words, changes, first } = row;
  const { figure } = answer;
  const shown = changes.filter((change) => !isNothing(change, first));
  const isOne = figure.figure === "record" && figure.column !== undefined && figure.n === undefined;
  return (
    <li>
      <div class="version-head">
        <a href={`#/events/${seq}`}>{activityText(words, locale.value)}</a>
        <span class="who">{actor_name ?? "The server"}</span>
        <time dateTime={new Date(at).toISOString()}>{bookTime(at)}</time>
      </div>
      <dl class="version-changes">
        {shown.map((change) => (
          <div key={`${change.part?.table} ${change.part?.n} ${change.column}`}>
            {!isOne && <dt>{nameOf(change)}</dt>}
            <dd>
              <Change change={change} first={first} row={row} answer={answer} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

/** `due on`; `Further note 2, text`. */
function nameOf({ column, part }: RecordVersion["changes"][number]): string {
  return part === null ? columnName(column) : `${partWords(part.table, part.n)}, ${columnName(column)}`;
}

/** True for what says nothing: an empty value in place of another one, or an amount that is zero from the beginning. */
function isNothing({ column, before, after }: RecordVersion["changes"][number], first: boolean): boolean {
  return (before ?? "") === (after ?? "") || (first && after === 0 && column.endsWith("_minor"));
}

interface ChangeProps {
  change: RecordVersion["changes"][number];
  first: boolean;
  row: RecordVersion;
  answer: Answer;
}

function Change({ change: { column, before, after }, first, row, answer }: ChangeProps): ComponentChild {
  const text = (value: string | number | null) => {
    const name = typeof value === "number" && column.endsWith("_id") ? row.names[value] : undefined;
    return name === undefined || name === "" ? columnText(column, value, answer.currency) : name;
  };
  if (first) return text(after);
  const isAmount = column.endsWith("_minor") && answer.currency !== null;
  const difference = Number(after ?? 0) - Number(before ?? 0);
  return (
    <>
      <span class="before">{text(before)}</span> <span aria-hidden="true">→</span>
      <span class="for-screen-readers">became</span> <span>{text(after)}</span>
      {isAmount && <span class="detail"> {signedText(answer, difference)}</span>}
    </>
  );
}
