/** The number of a document at issue: the next one of a series, or one from elsewhere that a series would make later. */
import { signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { seriesThatMakes } from "../../../../events/business/own-numbers.ts";
import type { Answers, InvoiceDetail } from "../../../contract/contract.ts";
import { useCall } from "../../state/use-call.ts";

type SeriesState = Answers["listSeries"][number];

/**
 * The number that a document of that day gets, past those that other documents have. Null: the series is foreign, has none
 * on that day, or it is not known yet.
 */
export function useNextNumber(series: string, issuedOn: string): string | null {
  const { value } = useCall("listSeries", issuedOn === "" ? null : { issuedOn });
  const state = value?.find(({ name }) => name === series);
  // Issue dates stay in order.
  if (!state || (state.last_issued_on !== null && issuedOn < state.last_issued_on)) return null;
  return state.next_number;
}

/** `The next number is RE-2026-0007.` Empty if it cannot be told. */
export function NextNumber({ series, issuedOn }: { series: string; issuedOn: string }): ComponentChild {
  const next = useNextNumber(series, issuedOn);
  return next === null ? null : <span class="detail">{` The next number is ${next}.`}</span>;
}

/** The series that would make a number later; null: none, or it is not known yet. */
export function useMakerOf(number: string, issuedOn: string): string | null {
  const { value } = useCall("listSeries", number.trim() === "" ? null : {});
  return value ? seriesThatMakes(booksOf(value), value.map(seriesOf), { number: number.trim(), issuedOn }) : null;
}

function seriesOf({ name, kind, pattern, first, reset, is_foreign }: SeriesState) {
  return { name, kind, pattern, first, reset, foreign: is_foreign === 1 };
}

function booksOf(states: readonly SeriesState[]): Parameters<typeof seriesThatMakes>[0] {
  return {
    series(name, period) {
      const state = states.find((one) => one.name === name);
      const there = state?.periods.find((one) => one.period === period);
      return {
        lastNumber: there?.last_number ?? null,
        pattern: there?.pattern ?? null,
        lastIssuedOn: state?.last_issued_on ?? null,
      };
    },
  };
}

interface ConfirmNumberProps {
  /** The series that would make the number. */
  maker: string;
  confirmed: boolean;
  disabled: boolean;
  change: (confirmed: boolean) => void;
}

/** Asks whether a number may be taken from a series. */
export function ConfirmNumber({ maker, confirmed, disabled, change }: ConfirmNumberProps): ComponentChild {
  return (
    <div class="field" role="status">
      <label class="choice">
        <input
          type="checkbox"
          name="confirmNumber"
          checked={confirmed}
          disabled={disabled}
          onChange={({ currentTarget }) => change(currentTarget.checked)}
        />
        <span>{`Use this number although the series “${maker}” would make it later`}</span>
      </label>
      <p class="detail">The series then passes over it.</p>
    </div>
  );
}

/** The numbers that are read of a document, at most. */
const READ = 100;

/** The numbers that a document's series passed over directly before its own. */
export function PassedOver({ rows }: { rows: InvoiceDetail["passed_over"] }): ComponentChild {
  return (
    <>
      {rows.map(({ number, taken_by, taken_number }) => (
        <div key={number} class="passed-over">
          {`${number}: `}
          <a href={`#/invoices/${taken_by}`}>{taken_number}</a>
        </div>
      ))}
      {rows.length >= READ && <div class="detail">{`The first ${READ}. Settings show all.`}</div>}
    </>
  );
}

/** The document that was issued last on this page; null: none, or the user has left it. */
const issuedNow = signal<number | null>(null);

/** Call after a document was issued here: its page then says which numbers were passed over. */
export function tellPassedOver(id: number): void {
  issuedNow.value = id;
}

/** What was passed over, once the document that was issued here has arrived. */
export function PassedOverNotice({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { id, number, passed_over } = invoice;
  useEffect(
    () => () => {
      if (issuedNow.value === id) issuedNow.value = null;
    },
    [id],
  );
  const [first] = passed_over;
  return (
    // Always there: screen readers announce what appears in it.
    <div role="status">
      {issuedNow.value === id && first && (
        <p class="banner quiet">
          {passed_over.length === 1 ? (
            <span>
              {`The number is ${number}: ${first.number} was passed over, because another document is `}
              <a href={`#/invoices/${first.taken_by}`}>{first.taken_number}</a>.
            </span>
          ) : (
            <span>{`The number is ${number}: ${passed_over.length >= READ ? "at least " : ""}${passed_over.length} numbers before it were passed over, because other documents have them. They are listed below.`}</span>
          )}
        </p>
      )}
    </div>
  );
}
