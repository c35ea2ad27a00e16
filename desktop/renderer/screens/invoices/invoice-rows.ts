/** Rows of invoices that were in sight, retained by id. */
import { effect } from "@preact/signals";
import type { InvoiceRow } from "../../../contract/contract.ts";
import { createAnswers } from "../../state/answers.ts";
import { at } from "../../state/at.ts";
import { call } from "../../state/bridge.ts";
import { dataVersion, log } from "../../state/state.ts";

const MAX_ROWS = 3_000;
/** The most ids in one call. */
const MAX_IN_A_CALL = 200;

/** Null if the invoice no longer exists. */
const rows = createAnswers<InvoiceRow | null>({ version: dataVersion, log, max: MAX_ROWS, retainsOld: true });
/** The rows that were drawn last, by id: they stay in sight until those of another moment arrive. */
const drawn = new Map<number, InvoiceRow>();
let inSight: readonly number[] = [];
let reading = false;

effect(() => {
  log.value;
  drawn.clear();
});
effect(() => {
  dataVersion.value;
  at.value;
  showRows(inSight);
});

/**
 * The row, possibly of older data or of the moment before; undefined until it is read. A component that reads it renders
 * again when it changes.
 */
export function rowOf(id: number): InvoiceRow | null | undefined {
  const row = rows.get(keyOf(id, at.value)).value;
  if (row === undefined) return drawn.get(id);
  if (row !== null) {
    if (drawn.size > MAX_ROWS) drawn.clear();
    drawn.set(id, row);
  }
  return row;
}

function keyOf(id: number, moment: string | null): string {
  return `${moment ?? ""} ${id}`;
}

/** For rows that arrive with another response. @returns a function that stores them as of now @param moment of the rows */
export function expectRows(moment: string | null): (rows: readonly InvoiceRow[]) => void {
  const put = rows.expect();
  return (reply) => put(reply.map((row) => [keyOf(row.id, moment), row] as const));
}

/** Sets the rows in sight, and reads those that are missing or of older data. */
export function showRows(ids: readonly number[]): void {
  inSight = ids;
  if (!reading) void read();
}

async function read(): Promise<void> {
  reading = true;
  try {
    for (;;) {
      const moment = at.peek();
      const missing = inSight.filter((id) => !rows.has(keyOf(id, moment))).slice(0, MAX_IN_A_CALL);
      if (missing.length === 0) return;
      const put = rows.expect();
      const byId = new Map((await call("getInvoiceRows", { ids: missing }, moment)).map((row) => [row.id, row]));
      put(missing.map((id) => [keyOf(id, moment), byId.get(id) ?? null] as const));
    }
  } catch {
    // The list reports the failure; the next scroll reads again.
  } finally {
    reading = false;
  }
}
