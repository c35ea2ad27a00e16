/** Rows of invoices, as far as they were in sight: kept by id and by the version of the data, so many at most. */
import { signal } from "@preact/signals";
import type { InvoiceRow } from "../../../contract/contract.ts";
import { call } from "../../state/bridge.ts";
import { dataVersion, status } from "../../state/state.ts";

const MAX_ROWS = 3_000;
/** What one call may ask for. */
const MAX_ASKED = 200;

interface Kept {
  /** Null: there is none any more. */
  row: InvoiceRow | null;
  version: string;
}

const rows = new Map<number, Kept>();
/** Grows when rows have come. */
const arrivals = signal(0);
let log: string | null = null;
let wanted: readonly number[] = [];
let asking = false;

/** The row, perhaps of older data; undefined: it is not here yet. Whoever calls it is drawn again when rows come. */
export function rowOf(id: number): InvoiceRow | null | undefined {
  arrivals.value;
  forgetOthers();
  return rows.get(id)?.row;
}

/** Takes rows that came with something else. @param version of the data that was there when they were asked for */
export function keepRows(given: readonly InvoiceRow[], version: string): void {
  forgetOthers();
  for (const row of given) keep(row.id, { row, version });
  arrivals.value++;
}

/** These are in sight: what is not here is asked for, or asked for again where there is newer data. */
export function wantRows(ids: readonly number[]): void {
  wanted = ids;
  if (!asking) void ask();
}

async function ask(): Promise<void> {
  asking = true;
  try {
    for (;;) {
      const version = dataVersion.value;
      const missing = wanted.filter((id) => rows.get(id)?.version !== version).slice(0, MAX_ASKED);
      if (missing.length === 0) return;
      const found = await call("getInvoiceRows", { ids: missing });
      if (log !== status.value?.log) forgetOthers();
      const byId = new Map(found.map((row) => [row.id, row]));
      for (const id of missing) keep(id, { row: byId.get(id) ?? null, version });
      arrivals.value++;
    }
  } catch {
    // The list itself says what is wrong; the next look asks again.
  } finally {
    asking = false;
  }
}

function keep(id: number, kept: Kept): void {
  rows.delete(id);
  rows.set(id, kept);
  for (const oldest of rows.keys()) {
    if (rows.size <= MAX_ROWS) return;
    rows.delete(oldest);
  }
}

/** Nobody ever sees another organization's rows. */
function forgetOthers(): void {
  const now = status.value?.log ?? null;
  if (now === log) return;
  log = now;
  rows.clear();
}
