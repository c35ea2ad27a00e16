/**
 * The books: keyed reads of the state at the head, which is all that a decider may know. The projector answers them
 * from its tables; every read is by a key, so a decision costs the same at the first event and at the ten-millionth.
 */

import type { StreamId } from "../sequence.ts";
import type { Totals } from "../values/money.ts";
import type { Client } from "./client.ts";
import type { InvoiceContent } from "./draft.ts";
import type { InvoiceKind } from "./invoice.ts";
import type { Item } from "./item.ts";
import type { OrganizationProfile } from "./organization.ts";
import type { Role } from "./roles.ts";

/** Every stream has a version: the number of its last event within it. */
export interface Versioned {
  id: StreamId;
  version: number;
}

export interface OrganizationOnBooks extends Versioned {
  profile: OrganizationProfile;
  hasLogo: boolean;
}

export interface UserOnBooks extends Versioned {
  email: string;
  name: string;
  role: Role;
  active: boolean;
  /** How many times all sessions were ended; tokens carry it. */
  sessionsEnded: number;
}

export interface ClientOnBooks extends Versioned {
  details: Client;
  archived: boolean;
}

export interface ItemOnBooks extends Versioned {
  details: Item;
  archived: boolean;
}

export type InvoiceStatus = "draft" | "issued" | "void" | "discarded";

export interface InvoiceOnBooks extends Versioned {
  kind: InvoiceKind;
  status: InvoiceStatus;
  /** null: a draft that has none yet. */
  clientId: StreamId | null;
  currency: string;
  /** The invoice that a credit note corrects. */
  correctsId: StreamId | null;
  number: string | null;
  totals: Totals;
  /** Payments and credit allocated to it; on a credit note: what of it is used up. */
  paidMinor: number;
  /** Sum of the issued credit notes that correct it. */
  creditedMinor: number;
}

/** Part of a payment, or of a credit note, that is put against an invoice. */
export interface Allocation {
  invoiceId: StreamId;
  amountMinor: number;
}

export interface PaymentOnBooks extends Versioned {
  clientId: StreamId;
  currency: string;
  amountMinor: number;
  reversed: boolean;
  allocations: readonly Allocation[];
}

/** Where a number series stands. */
export interface SeriesOnBooks {
  /** The last number given; 0 before the first. */
  lastNumber: number;
  /** The latest issue date, `YYYY-MM-DD`. */
  lastIssuedOn: string | null;
}

export interface Books {
  organization(): OrganizationOnBooks | undefined;
  user(id: StreamId): UserOnBooks | undefined;
  userIdByEmail(email: string): StreamId | undefined;
  /** How many active owners there are: the last one stays. */
  activeOwners(): number;
  client(id: StreamId): ClientOnBooks | undefined;
  item(id: StreamId): ItemOnBooks | undefined;
  itemIdByCode(code: string): StreamId | undefined;
  invoice(id: StreamId): InvoiceOnBooks | undefined;
  /** What an invoice says, as it was last drafted or revised. */
  invoiceContent(id: StreamId): InvoiceContent | undefined;
  invoiceIdByNumber(number: string): StreamId | undefined;
  series(name: string): SeriesOnBooks;
  payment(id: StreamId): PaymentOnBooks | undefined;
  paymentIdByReference(clientId: StreamId, reference: string): StreamId | undefined;
  /** What a credit note is used for. */
  creditAllocations(creditNoteId: StreamId): readonly Allocation[];
}
