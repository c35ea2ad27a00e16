/** Deliveries as rows. */
import type { DeliveredFile, Delivery } from "../../events/business/delivery.ts";
import type { Row } from "./tables.ts";

type DeliveryRow = Row<"documentDelivery">;

export function deliveryRow(
  { how, file }: Delivery,
  { invoice_id, n, at, actor }: Pick<DeliveryRow, "invoice_id" | "n" | "at" | "actor">,
): DeliveryRow {
  const columns = { invoice_id, n, how, at, actor };
  if (file === null)
    return { ...columns, file_sha256: null, file_size: null, file_format: null, file_paper_version: null };
  return {
    ...columns,
    file_sha256: Buffer.from(file.sha256).toString("hex"),
    file_size: file.size,
    file_format: file.format,
    file_paper_version: file.paperVersion,
  };
}

export function deliveryOf(row: DeliveryRow): Delivery {
  return { how: row.how, file: fileOf(row) };
}

function fileOf(row: DeliveryRow): DeliveredFile | null {
  const { file_sha256, file_size, file_format, file_paper_version: paperVersion } = row;
  if (file_sha256 === null || file_size === null || file_format === null) return null;
  return { sha256: Buffer.from(file_sha256, "hex"), size: file_size, format: file_format, paperVersion };
}
