/**
 * The books: keyed reads of the state at the head, which is all that a decider may know. Each domain file declares what
 * it reads; the projector answers all of it from its tables. Every read is by a key, so a decision costs the same at
 * the first event and at the ten-millionth.
 */
import type { CancelBooks } from "./cancel.ts";
import type { ClientBooks } from "./client.ts";
import type { DeliveryBooks } from "./delivery.ts";
import type { InvoiceBooks } from "./invoice.ts";
import type { IssueBooks } from "./issue.ts";
import type { ItemBooks } from "./item.ts";
import type { OrganizationBooks } from "./organization.ts";
import type { PaymentBooks } from "./payment.ts";
import type { RefundBooks } from "./refund.ts";
import type { UserBooks } from "./user.ts";

export interface Books
  extends OrganizationBooks,
    UserBooks,
    ClientBooks,
    ItemBooks,
    InvoiceBooks,
    IssueBooks,
    CancelBooks,
    DeliveryBooks,
    PaymentBooks,
    RefundBooks {}
