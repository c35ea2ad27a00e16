/** The records that were opened last, in this window. */
import { effect } from "@preact/signals";
import { call } from "../state/bridge.ts";
import { path } from "../state/navigation.ts";
import { log } from "../state/state.ts";
import type { Option } from "./commands.ts";
import { clientOption, invoiceOption, itemOption, paymentOption, refundOption } from "./record-options.ts";

const MOST = 6;

let records: readonly string[] = [];
let ofLog: string | null = null;

effect(() => {
  if (log.value !== ofLog) records = [];
  ofLog = log.value;
  const [record] = /^\/(?:invoices|clients|items|payments|refunds)\/\d{1,15}(?=$|\?)/.exec(path.value) ?? [];
  if (record !== undefined) records = [record, ...records.filter((one) => one !== record)].slice(0, MOST + 1);
});

/** Newest first, without the record on display. Those that no longer exist are left out. */
export async function recentRecords(): Promise<Option[]> {
  const here = path.value.split("?")[0];
  const others = records.filter((record) => record !== here).slice(0, MOST);
  const options = await Promise.all(others.map((record) => optionOf(record).catch(() => null)));
  return options.filter((option) => option !== null).map((option) => ({ ...option, group: "Recent" }));
}

async function optionOf(record: string): Promise<Option | null> {
  const [, list, digits] = record.split("/");
  const id = Number(digits);
  switch (list) {
    case "invoices": {
      const [row] = await call("getInvoiceRows", { ids: [id] });
      return row ? invoiceOption(row) : null;
    }
    case "clients": {
      const client = await call("getClient", { id });
      return client ? clientOption(client) : null;
    }
    case "items": {
      const item = await call("getItem", { id });
      return item ? itemOption(item) : null;
    }
    case "refunds": {
      const refund = await call("getRefund", { id });
      return refund ? refundOption(refund) : null;
    }
    default: {
      const payment = await call("getPayment", { id });
      return payment ? paymentOption(payment) : null;
    }
  }
}
