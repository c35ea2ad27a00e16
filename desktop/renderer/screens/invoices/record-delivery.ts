/** Records that a document was delivered, when it is printed, saved or exported. */
import type { DeliveryWay } from "../../../../events/business/delivery.ts";
import type { DocumentFormat } from "../../../../events/einvoice/formats.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { write } from "../../form/write.ts";
import { blockNow, mayWrite } from "../../parts/write-button.tsx";
import { canDeliver } from "./invoice-offers.ts";

/**
 * Records that the document leaves in a format, if the user may write and the server can be reached. Called before its file
 * is read: the server then keeps the file, and what leaves is that file. A document is never held up by it: what was not
 * recorded is why a void asks for a confirmation. A look by a viewer is no delivery.
 */
export async function recordPaper(
  invoice: Pick<InvoiceDetail, "id" | "status" | "deliveries">,
  how: DeliveryWay,
  format: DocumentFormat,
): Promise<void> {
  if (!canDeliver(invoice, how, format) || !mayWrite() || blockNow() !== null) return;
  await write({ command: "RecordDelivery", id: invoice.id, input: { how, format } }).catch(() => {});
}
