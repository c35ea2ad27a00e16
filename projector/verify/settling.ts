/** Payments, credit, and what both settle. */
import type { Books } from "../../events/business/books.ts";
import type { Allocation, PaymentOnBooks } from "../../events/business/payment.ts";
import { dueMinorOf, owedMinorOf } from "../../events/business/state-rules.ts";
import type { StreamId } from "../../events/sequence.ts";
import { activeClientProblems } from "./drafts.ts";
import type { EventOf, Invariant } from "./invariant.ts";
import { dayProblems } from "./issuing.ts";

/** What is allocated: whose it is, how much there is, and the list that is replaced. */
interface Source {
  clientId: StreamId | null;
  currency: string;
  amountMinor: number;
  former: readonly Allocation[];
}

/** A check of allocations, for all three events that have them. */
function ofAllocations(
  check: (source: Source, to: readonly Allocation[], books: Books) => Iterable<string>,
): Invariant["checks"] {
  return {
    PaymentReceived: ({ data }: EventOf<"PaymentReceived">, books) =>
      check({ ...data, former: [] }, data.allocations, books),
    PaymentReallocated({ stream, data }: EventOf<"PaymentReallocated">, books) {
      const payment = books.payment(stream);
      return payment ? check(sourceOf(payment), data.allocations, books) : [];
    },
    CreditApplied({ stream, data }: EventOf<"CreditApplied">, books) {
      const note = books.invoice(stream);
      if (!note) return [];
      const former = books.creditAllocations(stream);
      const amountMinor = Math.max(0, -owedMinorOf(note)) - note.refundedMinor;
      return check({ ...note, amountMinor, former }, data.allocations, books);
    },
  };
}

function sourceOf({ amountMinor, refundedMinor, allocations, ...payment }: PaymentOnBooks): Source {
  return { ...payment, amountMinor: amountMinor - refundedMinor, former: allocations };
}

export const SETTLING: readonly Invariant[] = [
  {
    name: "payment-client",
    sentence: "A payment is received from a client who exists and is not archived.",
    checks: { PaymentReceived: ({ data }, books) => activeClientProblems(data.clientId, books) },
  },
  {
    name: "payment-date",
    sentence:
      "The day of a payment is a day of the calendar, not after the day of its event in the organization's time zone.",
    checks: { PaymentReceived: ({ at, data }, books) => dayProblems(data.receivedOn, at, books) },
  },
  {
    name: "allocated-once",
    sentence: "A list of allocations has each invoice once.",
    checks: ofAllocations(function* (_, to) {
      const seen = new Set<StreamId>();
      for (const { invoiceId } of to) {
        if (seen.has(invoiceId)) yield `invoice ${invoiceId} is listed twice`;
        seen.add(invoiceId);
      }
    }),
  },
  {
    name: "allocated-alike",
    sentence: "Payments and credit settle documents of their own client and currency.",
    checks: ofAllocations(function* ({ clientId, currency }, to, books) {
      for (const { invoiceId } of to) {
        const invoice = books.invoice(invoiceId);
        if (!invoice) yield `there is no invoice ${invoiceId}`;
        else if (invoice.clientId !== clientId)
          yield `invoice ${invoiceId} is for client ${invoice.clientId}, the money is from client ${clientId}`;
        else if (invoice.currency !== currency)
          yield `invoice ${invoiceId} is in ${invoice.currency}, the money in ${currency}`;
      }
    }),
  },
  {
    name: "allocated-available",
    sentence: "What is allocated is at most the rest of the payment, or of the client's credit, that is not refunded.",
    checks: ofAllocations(function* ({ amountMinor }, to) {
      const sum = to.reduce((sum, allocation) => sum + BigInt(allocation.amountMinor), 0n);
      if (sum > BigInt(amountMinor)) yield `${sum} is allocated, ${amountMinor} is available`;
    }),
  },
  {
    name: "allocated-due",
    sentence: "No allocation is more than what is still owed of its document.",
    checks: ofAllocations(function* ({ former }, to, books) {
      for (const { invoiceId, amountMinor } of to) {
        const invoice = books.invoice(invoiceId);
        if (!invoice) continue;
        const back = former.find((allocation) => allocation.invoiceId === invoiceId)?.amountMinor ?? 0;
        const dueMinor = dueMinorOf(invoice) + back;
        if (amountMinor > dueMinor)
          yield `${amountMinor} is allocated to invoice ${invoiceId}, of which ${dueMinor} is due`;
      }
    }),
  },
];
