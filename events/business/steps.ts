/**
 * What can happen to a stream in each of its states: one table for all types of events. The deciders' rules of a state
 * (`state-rules.ts`) and the fold follow it, so a log with a step that is not in the table is not believed. This file
 * runs in a browser too.
 */

/** The states of each kind of stream. A stream begins in the first one. */
export const STATES = {
  organization: ["registered"],
  user: ["active", "deactivated"],
  client: ["active", "archived"],
  item: ["active", "archived"],
  invoice: ["draft", "issued", "void", "discarded"],
  payment: ["received", "reversed"],
  refund: ["paid", "reversed"],
} as const;

type State = (typeof STATES)[keyof typeof STATES][number];

/** One type of event as a step of its stream. */
export interface Step {
  /** The states that it can follow; null: it begins a stream. */
  readonly from: readonly State[] | null;
  /** The state afterwards; null: the same as before. */
  readonly to: State | null;
}

const begins = (to: State): Step => ({ from: null, to });
const within = (...from: State[]): Step => ({ from, to: null });
const moves = (from: State, to: State): Step => ({ from: [from], to });

/** Every type of event. The catalogue has the same types. */
export const STEPS = {
  OrganizationRegistered: begins("registered"),
  OrganizationProfileChanged: within("registered"),
  OrganizationLogoChanged: within("registered"),
  PeriodLocked: within("registered"),

  UserAdded: begins("active"),
  UserDetailsChanged: within("active", "deactivated"),
  UserRoleChanged: within("active", "deactivated"),
  UserDeactivated: moves("active", "deactivated"),
  UserReactivated: moves("deactivated", "active"),
  UserSessionsEnded: within("active", "deactivated"),

  ClientRegistered: begins("active"),
  ClientDetailsChanged: within("active"),
  ClientArchived: moves("active", "archived"),
  ClientRestored: moves("archived", "active"),

  ItemAdded: begins("active"),
  ItemChanged: within("active"),
  ItemArchived: moves("active", "archived"),
  ItemRestored: moves("archived", "active"),

  InvoiceDrafted: begins("draft"),
  InvoiceRevised: within("draft"),
  InvoiceDraftDiscarded: moves("draft", "discarded"),
  InvoiceCancelled: begins("issued"),
  InvoiceIssued: moves("draft", "issued"),
  InvoiceVoided: moves("issued", "void"),
  DocumentDelivered: within("issued"),
  CreditApplied: within("issued"),
  InvoiceWrittenOff: within("issued"),
  WriteOffReversed: within("issued"),

  PaymentReceived: begins("received"),
  PaymentReallocated: within("received"),
  PaymentReversed: moves("received", "reversed"),

  RefundPaid: begins("paid"),
  RefundReversed: moves("paid", "reversed"),
} as const satisfies Record<string, Step>;

/** True if an event of this type can follow a stream in this state. */
export function canFollow(type: keyof typeof STEPS, state: State): boolean {
  return (STEPS[type] as Step).from?.includes(state) ?? false;
}
