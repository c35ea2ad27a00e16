/** The frame of a report of a period: its choice, its buttons, and its states. */
import type { ComponentChild, ComponentChildren } from "preact";
import type { Failure } from "../../../contract/call-error.ts";
import type { CsvPart } from "../../../contract/contract.ts";
import type { REPORTS } from "../../parts/places.ts";
import { Problem } from "../../parts/problem.tsx";
import { usePrinting } from "../../parts/use-printing.tsx";
import { PeriodChoice, type PeriodInAddress, PeriodProblem } from "./period-choice.tsx";
import { ReportButtons } from "./report-buttons.tsx";
import { ReportTabs } from "./report-tabs.tsx";

interface PeriodReportProps {
  here: (typeof REPORTS)[number]["path"];
  name: string;
  /** The first word of the names of files. */
  file: string;
  period: PeriodInAddress;
  reply: { failure: Failure | null; waiting: boolean; retry: () => void };
  csv: () => Promise<CsvPart>;
  paper: ComponentChild;
  /** Null: not read yet, or not readable. */
  children: ComponentChildren;
}

export function PeriodReport(props: PeriodReportProps): ComponentChild {
  const { here, name, file, period, reply, csv, paper, children } = props;
  const { failure, waiting, retry } = reply;
  const isThere = children !== null;
  const { print, savePdf } = usePrinting(`${name} ${period.name}`, paper);
  return (
    <>
      <ReportTabs here={here} />
      <section class="panel report" aria-busy={waiting}>
        <header class="panel-head">
          <h2>{name}</h2>
          <div class="filter-bar">
            <PeriodChoice period={period} />
            <ReportButtons name={`${file}-${period.file}`} csv={isThere ? csv : null} print={print} savePdf={savePdf} />
          </div>
        </header>
        {failure && <Problem failure={failure} retry={retry} />}
        {period.days === null && <PeriodProblem />}
        {children}
        {!isThere && waiting && <p class="waiting">Loading…</p>}
      </section>
    </>
  );
}
