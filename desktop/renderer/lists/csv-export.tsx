/** Exports a whole list as CSV, part by part. The user can cancel at any time. */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import type { CsvPart } from "../../contract/contract.ts";
import { Problem } from "../parts/problem.tsx";
import { at } from "../state/at.ts";
import { CallFailed } from "../state/call-failed.ts";
import { download } from "../state/download.ts";
import { locale, organization } from "../state/state.ts";
import { count } from "../text/format.ts";
import { fileMoment } from "../text/moments/moment-words.ts";

interface CsvExportProps {
  /** The first word of the file's name. */
  name: string;
  /**
   * Reads the part at a cursor; an empty object means the first part. It also gets the moment, which is the same for all
   * parts, wherever the screens are by then.
   */
  read: (cursor: { cursor?: string }, moment: string | null) => Promise<CsvPart>;
  /** The number of rows; null if unknown. */
  total: number | null;
}

export function CsvExport({ name, read, total }: CsvExportProps): ComponentChild {
  const [rows, setRows] = useState<number | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const going = useRef<{ cancelled: boolean } | null>(null);
  const cancel = () => {
    if (going.current) going.current.cancelled = true;
    going.current = null;
    setRows(null);
  };
  useEffect(() => cancel, []);

  const run = async () => {
    const turn = { cancelled: false };
    going.current = turn;
    setFailure(null);
    setRows(0);
    const parts: string[] = [];
    const asOf = at.peek();
    const file = `${name}-${fileMoment() ?? organization.value?.today ?? "all"}.csv`;
    let [cursor, done]: [string | null, number] = [null, 0];
    try {
      do {
        const part: CsvPart = await read(cursor === null ? {} : { cursor }, asOf);
        if (turn.cancelled) return;
        parts.push(part.csv);
        cursor = part.next;
        done += part.rows;
        setRows(done);
      } while (cursor !== null);
      download(file, parts, "text/csv;charset=utf-8");
    } catch (error) {
      if (turn.cancelled) return;
      setFailure(error instanceof CallFailed ? error.failure : { code: "INTERNAL", message: String(error) });
    }
    cancel();
  };

  if (failure !== null) return <Problem failure={failure} retry={() => void run()} />;
  if (rows === null)
    return (
      <button type="button" class="plain" disabled={total === 0} onClick={() => void run()}>
        Export CSV
      </button>
    );
  return (
    <div class="exporting" role="status">
      <progress max={total ?? undefined} value={total === null ? undefined : rows} aria-label="Exporting" />
      <span>{count(rows, locale.value)} exported</span>
      <button type="button" class="plain" onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}
