/** Rows of invoices, as far as they were in sight: each is retained by its id. */
import { effect } from "@preact/signals";
import type { InvoiceRow } from "../../../contract/contract.ts";
import { createAnswers } from "../../state/answers.ts";
import { call } from "../../state/bridge.ts";
import { dataVersion, log } from "../../state/state.ts";

const MAX_ROWS = 3_000;
/** What one call may ask for. */
const MAX_IN_A_CALL = 200;

/** Null: there is no such invoice any more. */
const rows = createAnswers<InvoiceRow | null>({ version: dataVersion, log, max: MAX_ROWS, retainsOld: true });
let inSight: readonly number[] = [];
let reading = false;

effect(() => {
  dataVersion.value;
  showRows(inSight);
});

/** The row, perhaps of older data; undefined: it is not here yet. Whoever reads it is drawn again when it changes. */
export function rowOf(id: number): InvoiceRow | null | undefined {
  return rows.get(String(id)).value;
}

/** For rows that come with something else. @returns what puts them in, as of this moment */
export function expectRows(): (rows: readonly InvoiceRow[]) => void {
  const put = rows.expect();
  return (reply) => put(reply.map((row) => [String(row.id), row] as const));
}

/** These are in sight: what is not here, or is of older data, is read. */
export function showRows(ids: readonly number[]): void {
  inSight = ids;
  if (!reading) void read();
}

async function read(): Promise<void> {
  reading = true;
  try {
    for (;;) {
      const missing = inSight.filter((id) => !rows.has(String(id))).slice(0, MAX_IN_A_CALL);
      if (missing.length === 0) return;
      const put = rows.expect();
      const byId = new Map((await call("getInvoiceRows", { ids: missing })).map((row) => [row.id, row]));
      put(missing.map((id) => [String(id), byId.get(id) ?? null] as const));
    }
  } catch {
    // The list itself says what is wrong; the next look reads again.
  } finally {
    reading = false;
  }
}
