/** Cancelling: what a credit note over a whole invoice states, and what it settles. */
import { isDeepStrictEqual } from "node:util";
import { mirrorOf } from "../../events/business/cancel.ts";
import { ownAllocationOf } from "../../events/business/invoice.ts";
import { cancellationMinorOf } from "../../events/business/state-rules.ts";
import { activeClientProblems } from "./drafts.ts";
import type { Invariant } from "./invariant.ts";

export const CANCELLING: readonly Invariant[] = [
  {
    name: "cancellation",
    sentence:
      "A cancelling credit note has the content of its invoice, without its notes, its type (BT-3), terms of payment, preceding documents and what was prepaid, its seller, buyer, VAT breakdown, VAT in the organization's currency, language and format; it is not dated before the invoice. The invoice is not below zero, and nothing of it is written off; its client is not archived. What is still owed of the invoice is settled, up to its total with the rounding.",
    checks: {
      *InvoiceCancelled({ data }, books) {
        const { cancelsId, content, taxes, totals, seller, buyer, accounting, issuedOn, allocatedMinor } = data;
        const { language, format } = data;
        const invoice = books.invoice(cancelsId);
        const original = books.invoiceContent(cancelsId);
        const statement = books.invoiceStatement(cancelsId);
        if (!invoice || !original || !statement) return;
        const mirror = mirrorOf(original);
        if (!isDeepStrictEqual(content, mirror)) yield "its content is not that of the invoice";
        if (!isDeepStrictEqual(taxes, mirror.taxes)) yield "its VAT breakdown is not that of the invoice";
        if (!isDeepStrictEqual(totals, mirror.totals)) yield "its totals are not those of the invoice";
        const stated = { seller, buyer, accounting, format, language: statement.language === null ? null : language };
        if (!isDeepStrictEqual(stated, statement))
          yield "its seller, buyer, VAT in the organization's currency, language or format is not that of the invoice";
        if (invoice.issuedOn !== null && issuedOn < invoice.issuedOn)
          yield `it is dated ${issuedOn}, before its invoice, ${invoice.issuedOn}`;
        if (invoice.totals.grossMinor < 0) yield `the invoice is below zero: ${invoice.totals.grossMinor}`;
        if (invoice.writtenOffMinor !== 0) yield `${invoice.writtenOffMinor} of the invoice is written off`;
        const due = cancellationMinorOf(invoice);
        if (allocatedMinor !== due) yield `${allocatedMinor} of it settles the invoice, it must be ${due}`;
        if (content.clientId !== null) yield* activeClientProblems(content.clientId, books);
      },
    },
  },
  {
    name: "cancellation-kept",
    sentence: "A cancelled invoice stays settled by its credit note, until that is void.",
    checks: {
      *CreditApplied({ stream, data: { allocations } }, books) {
        const credit = books.invoice(stream);
        if (!credit) return;
        const own = ownAllocationOf(books, credit);
        const kept = allocations.find(({ invoiceId }) => invoiceId === credit.correctsId)?.amountMinor ?? 0;
        if (kept < own) yield `${kept} of it settles the invoice that it cancels, it must be at least ${own}`;
      },
    },
  },
];
