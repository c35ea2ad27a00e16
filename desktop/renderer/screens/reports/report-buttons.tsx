/** What can be done with a report: print it, export it as CSV, save it as a PDF. */
import type { ComponentChild } from "preact";
import type { CsvPart } from "../../../contract/contract.ts";
import { CsvExport } from "../../lists/csv-export.tsx";
import { bridge } from "../../state/bridge.ts";

interface ReportButtonsProps {
  /** The first words of the names of files, such as `vat-2026-Q3`. */
  name: string;
  /** Reads the part of the CSV at a cursor; null: there is no report yet. */
  csv: ((cursor: { cursor?: string }) => Promise<CsvPart>) | null;
  print: () => void;
  savePdf: () => Promise<unknown>;
}

export function ReportButtons({ name, csv, print, savePdf }: ReportButtonsProps): ComponentChild {
  return (
    <>
      <button type="button" class="plain" disabled={csv === null} onClick={print}>
        Print
      </button>
      <CsvExport key={name} name={name} total={csv === null ? 0 : null} read={csv ?? NO_CSV} />
      {bridge.savePdf && (
        <button type="button" class="plain" disabled={csv === null} onClick={() => void savePdf()}>
          Save as PDF
        </button>
      )}
    </>
  );
}

async function NO_CSV(): Promise<CsvPart> {
  return { csv: "", next: null, rows: 0 };
}

/** A CSV that is read at once, as its only part. */
export async function wholeCsv(csv: Promise<string>, rows: number): Promise<CsvPart> {
  return { csv: await csv, next: null, rows };
}
