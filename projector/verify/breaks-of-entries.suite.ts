/** Fees, refunds, write-offs and reversals: for each invariant, what breaks it alone. */
import { apply, broken, pay, reallocate } from "./breaks.suite.ts";
import type { Break, Shop } from "./shop.suite.ts";

const YESTERDAY = "2024-03-14";
const TOMORROW = "2024-03-16";

const refund = async ({ run, a, credit }: Shop) => {
  const sources = [{ sourceId: credit, amountMinor: 100 }];
  const money = { paidOn: "2024-03-15", currency: "GBP", amountMinor: 100, method: "card" };
  return await run("RefundClient", { ...money, clientId: a, sources });
};
const reversePayment = async (shop: Shop) =>
  shop.run("ReversePayment", { reason: "r", kind: "returned" }, { id: await pay(shop) });
const reverseRefund = async (shop: Shop) =>
  shop.run("ReverseRefund", { reason: "r", kind: "returned" }, { id: await refund(shop) });
const writeOff = ({ run, first: id }: Shop) => run("WriteOffInvoice", { reason: "r" }, { id });
const reverseWriteOff = async (shop: Shop) => {
  await writeOff(shop);
  await shop.run("ReverseWriteOff", { reason: "r" }, { id: shop.first });
};

/** The same day in each of the events that have one. */
function dated(what: string, on: string): Break[] {
  const change = ({ data }: { data: { on: string | null } }) => {
    data.on = on;
  };
  return [
    broken(`${what}, a reallocation`, reallocate, "PaymentReallocated", change),
    broken(`${what}, a credit`, apply, "CreditApplied", change),
    broken(`${what}, a payment that came back`, reversePayment, "PaymentReversed", change),
    broken(`${what}, a refund that came back`, reverseRefund, "RefundReversed", change),
    broken(`${what}, a write-off`, writeOff, "InvoiceWrittenOff", change),
    broken(`${what}, the reversal of a write-off`, reverseWriteOff, "WriteOffReversed", change),
    broken(`${what}, a refund`, refund, "RefundPaid", ({ data }) => {
      data.paidOn = on;
    }),
  ];
}

export const BREAKS_OF_ENTRIES: Readonly<Record<string, readonly Break[]>> = {
  "payment-fees": [
    broken("the bank keeps all of it", pay, "PaymentReceived", ({ data }) => {
      data.feesMinor = data.amountMinor;
    }),
  ],
  "entry-date": [
    ...dated("before what it acts on", YESTERDAY),
    ...dated("tomorrow", TOMORROW),
    ...dated("on a day that does not exist", "2024-02-30"),
  ],
  "reversal-date": [
    broken("a payment recorded by mistake has a day", reversePayment, "PaymentReversed", ({ data }) => {
      data.kind = "mistake";
    }),
    broken("a refund that came back has no day", reverseRefund, "RefundReversed", ({ data }) => {
      data.on = null;
    }),
  ],
  "refund-sources": [
    broken("a source is listed twice", refund, "RefundPaid", ({ data }) => {
      const [source] = data.sources;
      if (source)
        data.sources = [
          { ...source, amountMinor: 99 },
          { ...source, amountMinor: 1 },
        ];
    }),
  ],
};
