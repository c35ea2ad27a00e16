/** Sums that are updated with each event: clients' balances and the totals of each month. */

import type { LogEvent } from "../../events/encoding/event.ts";
import type { Row } from "../tables/tables.ts";
import { inconsistent, type Tables } from "./projection.ts";

type Balance = Omit<Row<"clientBalance">, "client_id" | "currency">;
type Month = Omit<Row<"monthSum">, "month" | "currency">;

const NO_BALANCE: Balance = {
  invoices: 0,
  credit_notes: 0,
  invoiced_minor: 0,
  credited_minor: 0,
  outstanding_minor: 0,
  credit_minor: 0,
};
const NO_MONTH: Month = {
  invoices: 0,
  credit_notes: 0,
  net_minor: 0,
  tax_minor: 0,
  gross_minor: 0,
  received_minor: 0,
};

/** Adds to a client's balance in a currency. */
export function addToBalance(
  tables: Tables,
  event: LogEvent,
  { clientId, currency }: { clientId: number; currency: string },
  by: Partial<Balance>,
): void {
  const row = tables.clientBalance.get(clientId, currency) ?? { client_id: clientId, currency, ...NO_BALANCE };
  tables.clientBalance.put(addTo(row, by, event));
}

/** Adds to the totals of a month. @param date a day of that month */
export function addToMonth(
  tables: Tables,
  event: LogEvent,
  { date, currency }: { date: string; currency: string },
  by: Partial<Month>,
): void {
  const month = date.slice(0, 7);
  const row = tables.monthSum.get(month, currency) ?? { month, currency, ...NO_MONTH };
  tables.monthSum.put(addTo(row, by, event));
}

/** @throws LogError INCONSISTENT_LOG if a sum would no longer be exact */
function addTo<R extends object>(row: R, by: Readonly<Record<string, number>>, event: LogEvent): R {
  const sum = { ...row } as Record<string, unknown>;
  for (const name in by) {
    const total = (sum[name] as number) + (by[name] as number);
    if (!Number.isSafeInteger(total)) throw inconsistent(event, `${name} would be ${total}`);
    sum[name] = total;
  }
  return sum as R;
}
