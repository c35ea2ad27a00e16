/** The period of a report, in the address: a month, a quarter, a year, or any days. */
import type { ComponentChild } from "preact";
import { DayChoice } from "../../lists/choice.tsx";
import { setWords, word } from "../../state/address.ts";
import { locale, organization } from "../../state/state.ts";
import {
  defaultPeriod,
  FREE_PERIOD,
  periodGroups,
  periodName,
  type ReportPeriod,
  reportPeriodOf,
} from "../../text/report-periods.ts";

export interface PeriodInAddress {
  /** `2026-Q3`, or `own`. */
  word: string;
  /** Null: the days are not two days in order. */
  days: ReportPeriod | null;
  name: string;
  /** Its part of the names of files. */
  file: string;
  /** True if the period has not ended yet. */
  goesOn: boolean;
}

export function periodInAddress(): PeriodInAddress {
  const today = organization.value?.today ?? "1970-01-01";
  const own = { from: word("from"), to: word("to") };
  const days = reportPeriodOf(word("period"), today, own);
  const isKnown = periodGroups(today, word("period")).some(({ periods }) =>
    periods.some(([one]) => one === word("period")),
  );
  const chosen = word("period") === FREE_PERIOD || isKnown ? word("period") : defaultPeriod(today);
  return {
    word: chosen,
    days,
    name: days ? periodName(chosen, days, locale.value) : "",
    file: chosen === FREE_PERIOD ? `${days?.from}-${days?.to}` : chosen,
    goesOn: days !== null && days.to >= today,
  };
}

export function PeriodChoice({ period }: { period: PeriodInAddress }): ComponentChild {
  const today = organization.value?.today ?? "";
  const choose = (chosen: string) => {
    // Free days begin with those of the period before, so that the report stays while they are typed.
    const { from = "", to = "" } = chosen === FREE_PERIOD ? (period.days ?? {}) : {};
    setWords({ period: chosen === defaultPeriod(today) ? "" : chosen, from, to });
  };
  return (
    <>
      <label class="choice">
        Period
        <select value={period.word} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {periodGroups(today, period.word).map(({ name, periods }) => (
            <optgroup key={name} label={name}>
              {periods.map(([word, name]) => (
                <option key={word} value={word}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
          <option value={FREE_PERIOD}>From … to …</option>
        </select>
      </label>
      {period.word === FREE_PERIOD && (
        <>
          <DayChoice label="From" name="from" />
          <DayChoice label="To" name="to" />
        </>
      )}
    </>
  );
}

/** What to do about a period without days. */
export function PeriodProblem(): ComponentChild {
  return (
    <p class="field-error" role="alert">
      Choose the first and the last day of the period, in this order.
    </p>
  );
}
