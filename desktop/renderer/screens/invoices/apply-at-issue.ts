/** Applies a credit note to the invoice that it corrects, as soon as it is issued. */
import { balanceMinorOf } from "../../../../events/business/state-rules.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { refreshUnsent } from "../../form/unsent.ts";
import { newKey, write } from "../../form/write.ts";
import { call } from "../../state/bridge.ts";
import { go } from "../../state/navigation.ts";
import { locale } from "../../state/state.ts";
import { typedOfAllocations } from "../payments/typed-allocations.ts";
import { documentStateOf } from "./invoice-offers.ts";

/** What the credit note settles by default: as much as it has, up to the invoice's balance; minor units, 0 for nothing. */
export function usualCreditMinor(creditNote: InvoiceDetail, corrected: InvoiceDetail): number {
  if (creditNote.kind !== "credit_note" || corrected.status !== "issued") return 0;
  const [credit, balance] = [creditNote, corrected].map((row) => balanceMinorOf(documentStateOf(row)));
  return Math.max(0, Math.min(credit ?? 0, balance ?? 0));
}

interface Application {
  /** The issued credit note, and its version. */
  creditNote: { id: number; version: number; currency: string };
  invoiceId: number;
  amountMinor: number;
  /** The day of the credit note: from then on, it settles the invoice. */
  on: string;
}

/**
 * The input is stored before it is sent, as that of the form "Apply to invoices": if it cannot be sent, or gets no
 * response, it is among the unsent input. Then the form opens, unless the user has moved to another screen.
 */
export async function applyAtIssue({ creditNote, invoiceId, amountMinor, on }: Application): Promise<void> {
  const { id, version, currency } = creditNote;
  const form = `credit/allocations/${id}`;
  const allocations = [{ invoiceId, amountMinor }];
  const typed = typedOfAllocations(allocations, { currency, locale: locale.value });
  const text = JSON.stringify({ value: { allocations: typed, on }, base: { allocations: {}, on }, version });
  const sentFrom = location.hash;
  await call("keepInput", { form, text }).catch(() => {}); // the disk failed: it is sent all the same
  try {
    await write({ command: "ApplyCredit", id, ifMatch: version, input: { allocations, on }, form, key: newKey() });
  } catch {
    if (location.hash === sentFrom) go(`/invoices/${id}/apply`);
  } finally {
    await refreshUnsent();
  }
}
