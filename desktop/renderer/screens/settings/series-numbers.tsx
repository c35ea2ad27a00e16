/** How far each number series is, and every number that none of its documents has, with its explanation. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Answers } from "../../../contract/contract.ts";
import { CsvExport } from "../../lists/csv-export.tsx";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { count } from "../../text/format.ts";
import type { SeriesState } from "./series-form-fields.ts";

type Gap = Answers["listNumberGaps"]["rows"][number];
interface Place {
  series: string;
  period: string;
}

/** Gaps that are shown; the rest is in the export. */
const SHOWN = 200;

export function SeriesNumbers({ states }: { states: readonly SeriesState[] }): ComponentChild {
  const [open, setOpen] = useState<Place | null>(null);
  const used = states.filter(({ documents }) => documents > 0);
  if (used.length === 0) return null;
  return (
    <section class="panel series-numbers">
      <h2>Numbers so far</h2>
      <p class="detail">
        Each number of a series belongs to a document, or was passed over because another document has it.
      </p>
      <div class="wide-table">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Series</th>
              <th scope="col">Period</th>
              <th scope="col">Numbers</th>
              <th scope="col" class="number">
                Documents
              </th>
              <th scope="col">Gaps</th>
            </tr>
          </thead>
          <tbody>{used.flatMap((state) => rowsOf(state, open, setOpen))}</tbody>
        </table>
      </div>
      {open !== null && <Gaps key={`${open.period} ${open.series}`} place={open} />}
    </section>
  );
}

function rowsOf(
  { name, is_foreign, documents, periods }: SeriesState,
  open: Place | null,
  setOpen: (place: Place | null) => void,
): ComponentChild[] {
  if (is_foreign === 1)
    return [
      <tr key={name}>
        <td>{name}</td>
        <td />
        <td>External</td>
        <td class="number">{count(documents, locale.value)}</td>
        <td>Not checked</td>
      </tr>,
    ];
  return periods.map(({ period, first_number, last_number, documents, passed_over, unexplained }) => {
    const isOpen = open?.series === name && open.period === period;
    return (
      <tr key={`${name} ${period}`}>
        <td>{name}</td>
        <td>{period}</td>
        <td>{first_number === last_number ? first_number : `${first_number} to ${last_number}`}</td>
        <td class="number">{count(documents, locale.value)}</td>
        <td>
          {gapWords(passed_over, unexplained)}{" "}
          <button
            type="button"
            class="plain"
            aria-expanded={isOpen}
            onClick={() => setOpen(isOpen ? null : { series: name, period })}
          >
            {isOpen ? "Hide" : "Show"}
            <span class="for-screen-readers">{` gaps and void documents of ${name} ${period}`}</span>
          </button>
        </td>
      </tr>
    );
  });
}

function gapWords(passedOver: number, unexplained: number): string {
  if (unexplained !== 0) return `${count(unexplained, locale.value)} without an explanation`;
  return passedOver === 0 ? "None" : `${count(passedOver, locale.value)} passed over`;
}

function Gaps({ place }: { place: Place }): ComponentChild {
  const { value, failure } = useCall("listNumberGaps", { ...place, limit: SHOWN });
  const name = [place.series, place.period].filter(Boolean).join(", ");
  if (failure) return <p class="field-error">{failure.message}</p>;
  if (!value) return <p class="waiting">Loading…</p>;
  if (value.rows.length === 0) return <p role="status">{`${name}: no number was passed over, and none is void.`}</p>;
  return (
    <div class="series-gaps">
      <h3>{name}</h3>
      <ul>
        {value.rows.map((gap) => (
          <li key={`${gap.counter} ${gap.reason}`}>
            <GapWords gap={gap} />
          </li>
        ))}
      </ul>
      {value.next !== null && <p class="detail">{`The first ${SHOWN} are shown. Export them to see all.`}</p>}
      <CsvExport
        name={`numbers-${name}`}
        total={value.next === null ? value.rows.length : null}
        read={(cursor, moment) => call("exportNumberGaps", { ...place, locale: locale.value, ...cursor }, moment)}
      />
    </div>
  );
}

function GapWords({ gap }: { gap: Gap }): ComponentChild {
  const { number, reason, document_id, document_number, next_document_id, next_document_number } = gap;
  if (reason === "void")
    return (
      <>
        <a href={`#/invoices/${document_id}`}>{number}</a> is void.
      </>
    );
  return (
    <>
      {number} was passed over: another document is <a href={`#/invoices/${document_id}`}>{document_number}</a>. The
      next one is <a href={`#/invoices/${next_document_id}`}>{next_document_number}</a>.
    </>
  );
}
