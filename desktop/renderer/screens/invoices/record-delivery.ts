/** Records that a document was delivered, when it is printed or saved. */
import type { DeliveryWay } from "../../../../events/business/delivery.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { write } from "../../form/write.ts";
import { blockNow, mayWrite } from "../../parts/write-button.tsx";
import { canDeliver } from "./invoice-offers.ts";

/**
 * Records that the document was printed or saved, if the user may write and the server can be reached. A printout is never
 * held up by it: what was not recorded is why a void asks for a confirmation. A look by a viewer is no delivery.
 */
export function recordPaper(invoice: InvoiceDetail, how: DeliveryWay): void {
  if (!canDeliver(invoice, how) || !mayWrite() || blockNow() !== null) return;
  write({ command: "RecordDelivery", id: invoice.id, input: { how } }).catch(() => {});
}
