/**
 * The columns of an invoice as readers get them. A draft has no name of its own: it shows its client's current name until
 * it is issued, so a renamed client is renamed in all its drafts at once. Every query that returns `buyer_name` reads it
 * from here.
 */
import { TABLES } from "./tables.ts";

/** The buyer's name of the invoice `i`: as issued, or the current name of a draft's client. NULL without a client. */
export const BUYER_NAME = "ifnull(i.buyer_name, (SELECT name FROM client WHERE id = i.client_id))";

/** All columns of the table, in its order, for a query of `invoice AS i`. */
export const INVOICE_COLUMNS = TABLES.invoice.columnNames
  .map((name) => (name === "buyer_name" ? `${BUYER_NAME} AS buyer_name` : `i.${name}`))
  .join(", ");
