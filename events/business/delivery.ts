/** Delivery: that an issued document left the company. Once it did, it can no longer be voided, only cancelled. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { type InvoiceBooks, invoiceOf } from "./invoice.ts";
import { nameOf } from "./state-rules.ts";
import { canFollow } from "./steps.ts";

/** `print`, `pdf` and `export`: made from the app; whether it reached the client is not known. `sent`: a user says so. */
export const DELIVERY_WAYS = ["print", "export", "pdf", "sent"] as const;
export type DeliveryWay = (typeof DELIVERY_WAYS)[number];

export const documentDelivered = z.object({
  how: z.enum(DELIVERY_WAYS).describe("How: printed, exported, saved as PDF, or sent in another way."),
});

export type DeliveryEvent = { type: "DocumentDelivered"; data: z.infer<typeof documentDelivered> };

export interface DeliveryBooks extends InvoiceBooks {
  /** The ways in which a document was delivered, in the order in which they were recorded. */
  deliveries(id: StreamId): readonly DeliveryWay[];
}

/** Records that a document was delivered. The same way again decides nothing. @throws Refusal NOT_ISSUED */
export function recordDelivery(books: DeliveryBooks, id: StreamId, how: DeliveryWay): DeliveryEvent | null {
  const invoice = invoiceOf(books, id, null);
  if (!canFollow("DocumentDelivered", invoice.status))
    throw refusal("NOT_ISSUED", `${nameOf(invoice)} is ${invoice.status}; only an issued document can be delivered`, {
      values: { invoice: id, status: invoice.status },
    });
  return books.deliveries(id).includes(how) ? null : { type: "DocumentDelivered", data: { how } };
}
