/** Which actions a payment offers. The check is that of the deciders. */
import { checkNotReversed, refusalOf } from "../../../../events/business/state-rules.ts";

/** True if it can be applied to other invoices, and reversed. */
export function canChange({ id, reversed }: { id: number; reversed: number }): boolean {
  return refusalOf(() => checkNotReversed({ id, reversed: reversed === 1 })) === null;
}
