/**
 * Every event type that was ever released: the kind of its stream, and each shape of its data from the first to the
 * current one. `golden.json` freezes the field lists. To change one, add a new shape at the end, and an upcaster to it.
 */
import type { z } from "zod";
import { type CancelEvent, invoiceCancelled, invoiceCancelledV1, upcastCancelledV1 } from "../business/cancel.ts";
import { type ClientEvent, client, clientV1, upcastClientV1 } from "../business/client.ts";
import { type DeliveryEvent, documentDelivered, documentDeliveredV1, upcastDeliveredV1 } from "../business/delivery.ts";
import {
  type InvoiceEvent,
  invoiceDrafted,
  invoiceDraftedV1,
  invoiceRevised,
  invoiceRevisedV1,
  invoiceVoided,
  invoiceVoidedV1,
  upcastDraftedV1,
  upcastRevisedV1,
  upcastVoidedV1,
} from "../business/invoice.ts";
import {
  type IssueEvent,
  invoiceIssued,
  invoiceIssuedV1,
  invoiceIssuedV2,
  upcastIssuedV1,
  upcastIssuedV2,
} from "../business/issue.ts";
import {
  type ItemEvent,
  item,
  itemAddedV1,
  itemAddedV2,
  itemV3,
  upcastItemAddedV1,
  upcastItemAddedV2,
  upcastItemV3,
} from "../business/item.ts";
import {
  type OrganizationEvent,
  organizationLogoChanged,
  organizationProfile,
  organizationProfileV1,
  organizationProfileV2,
  organizationProfileV3,
  upcastProfileV1,
  upcastProfileV2,
  upcastProfileV3,
} from "../business/organization.ts";
import {
  allocated,
  allocatedV1,
  type CreditEvent,
  type PaymentEvent,
  paymentReceived,
  paymentReceivedV1,
  upcastAllocatedV1,
  upcastPaymentReceivedV1,
} from "../business/payment.ts";
import { type PeriodEvent, periodLocked } from "../business/period-lock.ts";
import { type RefundEvent, refundPaid } from "../business/refund.ts";
import { reversed, reversedV1, upcastReversedV1 } from "../business/reversal.ts";
import { noFields, roleChanged, type UserEvent, userAdded, userDetails } from "../business/user.ts";
import { invoiceWrittenOff, type WriteOffEvent, writeOffReversed } from "../business/write-off.ts";
import { compileReader, type Reader, type Shape, shapeOf } from "./shape.ts";

/** A decided fact: the content of an event, before it has a position in the log. */
export type Fact =
  | OrganizationEvent
  | PeriodEvent
  | UserEvent
  | ClientEvent
  | ItemEvent
  | InvoiceEvent
  | IssueEvent
  | CancelEvent
  | DeliveryEvent
  | PaymentEvent
  | CreditEvent
  | RefundEvent
  | WriteOffEvent;
export type EventType = Fact["type"];

export const STREAM_KINDS = ["organization", "user", "client", "item", "invoice", "payment", "refund"] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** One shape of an event's data, with its compiled reader. */
interface Schema {
  shape: Shape;
  read: Reader<object>;
  /** Converts data to the next shape; null for the current shape. */
  upcast: ((old: never) => object) | null;
}

export interface EventDefinition {
  stream: StreamKind;
  /** True if it begins a stream; it then always has version 1. */
  begins: boolean;
  /** All shapes, from schema version 1; the last one is current. */
  schemas: readonly Schema[];
}

type DataOf<T extends EventType> = Extract<Fact, { type: T }>["data"];

function define<T extends EventType>(
  stream: StreamKind,
  begins: boolean,
  current: z.ZodType<DataOf<T>>,
  older: readonly { schema: z.ZodType; upcast: (old: never) => object }[] = [],
): EventDefinition {
  const compile = (schema: z.ZodType, upcast: Schema["upcast"]): Schema => {
    const shape = shapeOf(schema);
    return { shape, read: compileReader(shape), upcast };
  };
  return {
    stream,
    begins,
    schemas: [...older.map((old) => compile(old.schema, old.upcast)), compile(current, null)],
  };
}

/** All event types. Leaving one out does not compile. */
export const CATALOGUE: { readonly [T in EventType]: EventDefinition } = {
  OrganizationRegistered: define<"OrganizationRegistered">("organization", true, organizationProfile, [
    { schema: organizationProfileV1, upcast: upcastProfileV1 },
    { schema: organizationProfileV2, upcast: upcastProfileV2 },
    { schema: organizationProfileV3, upcast: upcastProfileV3 },
  ]),
  OrganizationProfileChanged: define<"OrganizationProfileChanged">("organization", false, organizationProfile, [
    { schema: organizationProfileV1, upcast: upcastProfileV1 },
    { schema: organizationProfileV2, upcast: upcastProfileV2 },
    { schema: organizationProfileV3, upcast: upcastProfileV3 },
  ]),
  OrganizationLogoChanged: define<"OrganizationLogoChanged">("organization", false, organizationLogoChanged),
  PeriodLocked: define<"PeriodLocked">("organization", false, periodLocked),

  UserAdded: define<"UserAdded">("user", true, userAdded),
  UserDetailsChanged: define<"UserDetailsChanged">("user", false, userDetails),
  UserRoleChanged: define<"UserRoleChanged">("user", false, roleChanged),
  UserDeactivated: define<"UserDeactivated">("user", false, noFields),
  UserReactivated: define<"UserReactivated">("user", false, noFields),
  UserSessionsEnded: define<"UserSessionsEnded">("user", false, noFields),

  ClientRegistered: define<"ClientRegistered">("client", true, client, [{ schema: clientV1, upcast: upcastClientV1 }]),
  ClientDetailsChanged: define<"ClientDetailsChanged">("client", false, client, [
    { schema: clientV1, upcast: upcastClientV1 },
  ]),
  ClientArchived: define<"ClientArchived">("client", false, noFields),
  ClientRestored: define<"ClientRestored">("client", false, noFields),

  ItemAdded: define<"ItemAdded">("item", true, item, [
    { schema: itemAddedV1, upcast: upcastItemAddedV1 },
    { schema: itemAddedV2, upcast: upcastItemAddedV2 },
    { schema: itemV3, upcast: upcastItemV3 },
  ]),
  ItemChanged: define<"ItemChanged">("item", false, item, [{ schema: itemV3, upcast: upcastItemV3 }]),
  ItemArchived: define<"ItemArchived">("item", false, noFields),
  ItemRestored: define<"ItemRestored">("item", false, noFields),

  InvoiceDrafted: define<"InvoiceDrafted">("invoice", true, invoiceDrafted, [
    { schema: invoiceDraftedV1, upcast: upcastDraftedV1 },
  ]),
  InvoiceRevised: define<"InvoiceRevised">("invoice", false, invoiceRevised, [
    { schema: invoiceRevisedV1, upcast: upcastRevisedV1 },
  ]),
  InvoiceDraftDiscarded: define<"InvoiceDraftDiscarded">("invoice", false, noFields),
  InvoiceCancelled: define<"InvoiceCancelled">("invoice", true, invoiceCancelled, [
    { schema: invoiceCancelledV1, upcast: upcastCancelledV1 },
  ]),
  InvoiceIssued: define<"InvoiceIssued">("invoice", false, invoiceIssued, [
    { schema: invoiceIssuedV1, upcast: upcastIssuedV1 },
    { schema: invoiceIssuedV2, upcast: upcastIssuedV2 },
  ]),
  InvoiceVoided: define<"InvoiceVoided">("invoice", false, invoiceVoided, [
    { schema: invoiceVoidedV1, upcast: upcastVoidedV1 },
  ]),
  DocumentDelivered: define<"DocumentDelivered">("invoice", false, documentDelivered, [
    { schema: documentDeliveredV1, upcast: upcastDeliveredV1 },
  ]),
  CreditApplied: define<"CreditApplied">("invoice", false, allocated, [
    { schema: allocatedV1, upcast: upcastAllocatedV1 },
  ]),
  InvoiceWrittenOff: define<"InvoiceWrittenOff">("invoice", false, invoiceWrittenOff),
  WriteOffReversed: define<"WriteOffReversed">("invoice", false, writeOffReversed),

  PaymentReceived: define<"PaymentReceived">("payment", true, paymentReceived, [
    { schema: paymentReceivedV1, upcast: upcastPaymentReceivedV1 },
  ]),
  PaymentReallocated: define<"PaymentReallocated">("payment", false, allocated, [
    { schema: allocatedV1, upcast: upcastAllocatedV1 },
  ]),
  PaymentReversed: define<"PaymentReversed">("payment", false, reversed, [
    { schema: reversedV1, upcast: upcastReversedV1 },
  ]),

  RefundPaid: define<"RefundPaid">("refund", true, refundPaid),
  RefundReversed: define<"RefundReversed">("refund", false, reversed),
};

/** The definition of any type name; undefined if this release does not know the type. */
export function definitionOf(type: string): EventDefinition | undefined {
  return Object.hasOwn(CATALOGUE, type) ? CATALOGUE[type as EventType] : undefined;
}
