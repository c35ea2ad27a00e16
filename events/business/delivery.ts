/** Delivery: that an issued document left the company. Once it did, it can no longer be voided, only cancelled. */
import { z } from "zod";
import { DOCUMENT_FORMATS, type DocumentFormat } from "../einvoice/formats.ts";
import { LogError, refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { bytes, int, MAX_INT } from "../values/schema.ts";
import { type InvoiceBooks, invoiceOf } from "./invoice.ts";
import { nameOf } from "./state-rules.ts";
import { canFollow } from "./steps.ts";

/** `print`, `pdf` and `export`: made from the app; whether it reached the client is not known. `sent`: a user says so. */
export const DELIVERY_WAYS = ["print", "export", "pdf", "sent"] as const;
export type DeliveryWay = (typeof DELIVERY_WAYS)[number];

const how = z.enum(DELIVERY_WAYS).describe("How: printed, exported, saved as PDF, or sent in another way.");

/** The file of a document, as it was delivered first in its format: its bytes are kept beside the log. */
export const deliveredFile = z.object({
  sha256: bytes(32, "SHA-256 of its bytes, by which it is found."),
  size: int(1, MAX_INT).describe("Bytes."),
  format: z.enum(DOCUMENT_FORMATS).describe("Its format."),
  paperVersion: int(1, MAX_INT)
    .nullable()
    .describe("The version of the paper on which it was written; null: it has no pages."),
});
export type DeliveredFile = z.infer<typeof deliveredFile>;

export const documentDelivered = z.object({
  how,
  file: deliveredFile.nullable().describe("The file that was delivered; null: none was kept."),
});

export const documentDeliveredV1 = z.object({ how });

/** Nothing was kept: what was printed or saved was made on the device. */
export function upcastDeliveredV1({ how }: z.infer<typeof documentDeliveredV1>): Delivery {
  return { how, file: null };
}

/** What a user says of a delivery. The server adds the file. */
interface DeliveryInput {
  how: DeliveryWay;
  format?: DocumentFormat | null;
}

export const deliveryInput: z.ZodType<DeliveryInput> = z.strictObject({
  how,
  format: z
    .enum(DOCUMENT_FORMATS)
    .nullable()
    .default(null)
    .describe(
      "The format of the file that is delivered. The server makes the file, unless there is one in this format, and keeps it. null: another file or paper was delivered, which is not kept.",
    ),
});

export type Delivery = z.infer<typeof documentDelivered>;
export type DeliveryEvent = { type: "DocumentDelivered"; data: Delivery };

export interface DeliveryBooks extends InvoiceBooks {
  /** The deliveries of a document, in the order in which they were recorded. */
  deliveries(id: StreamId): readonly Delivery[];
}

/**
 * Records that a document was delivered. The same way in the same format again decides nothing. All deliveries in a
 * format are of its first file.
 *
 * @param file that the server has just made, whose bytes are durable; null: none is kept
 * @param format that was asked for
 * @throws Refusal NOT_ISSUED; LogError UNREACHABLE if the server made no file, because the document was not issued then
 */
export function recordDelivery(
  books: DeliveryBooks,
  id: StreamId,
  { how, format, file }: Delivery & { format: DocumentFormat | null },
): DeliveryEvent | null {
  const invoice = invoiceOf(books, id, null);
  if (!canFollow("DocumentDelivered", invoice.status))
    throw refusal("NOT_ISSUED", `${nameOf(invoice)} is ${invoice.status}; only an issued document can be delivered`, {
      values: { invoice: id, status: invoice.status },
    });
  if (file === null && format !== null)
    throw new LogError("UNREACHABLE", `${nameOf(invoice)} has just changed, so no file was made; try again`);
  if (file !== null && file.format !== format) throw new Error(`a file in ${file.format} for a delivery in ${format}`);
  const earlier = books.deliveries(id);
  if (file === null)
    return earlier.some((one) => one.how === how) ? null : { type: "DocumentDelivered", data: { how, file } };
  if (earlier.some((one) => one.how === how && one.file?.format === file.format)) return null;
  return { type: "DocumentDelivered", data: { how, file: fileIn(earlier, file.format) ?? file } };
}

/** The file of a document in a format; null if none was delivered. */
export function fileIn(deliveries: readonly Delivery[], format: DocumentFormat): DeliveredFile | null {
  return deliveries.find(({ file }) => file?.format === format)?.file ?? null;
}

/** True if a file in this format has pages, and so a version of the paper. */
export function hasPages(format: DocumentFormat): boolean {
  return format === "pdf" || format === "factur-x";
}
