/**
 * Events in words for people: a title for each event type, and details from the event's data. Screens and the command
 * line share these words.
 */

import type { InvoiceContent } from "../../events/business/draft.ts";
import type { OrganizationProfile } from "../../events/business/organization.ts";
import type { EventType, Fact } from "../../events/encoding/catalogue.ts";
import type { StreamId } from "../../events/sequence.ts";
import { amountText, bytesText, countOf } from "./figures.ts";

/** Facts about an event that only the tables know. */
export interface About {
  /** The currency of the event's invoice or payment; null if unknown: the words leave out amounts. */
  currency: string | null;
  /** The name of an invoice or credit note, such as its number. */
  invoice(id: StreamId): string;
}

/** For an event without tables. */
export const ALONE: About = { currency: null, invoice: (id) => `invoice ${id}` };

type DataOf<T extends EventType> = Extract<Fact, { type: T }>["data"];
type Words<T extends EventType> = readonly [title: string, detail: (data: DataOf<T>, about: About) => string];

const nothing = () => "";

/** Leaving an event type out does not compile. */
const WORDS: { readonly [T in EventType]: Words<T> } = {
  OrganizationRegistered: ["Organization registered", profileText],
  OrganizationProfileChanged: ["Profile changed", profileText],
  OrganizationLogoChanged: ["Logo changed", ({ logo }) => (logo ? imageText(logo) : "removed")],

  UserAdded: ["User added", ({ name, email, role }) => `${name} <${email}>, ${role}`],
  UserDetailsChanged: ["User changed", ({ name, email }) => `${name} <${email}>`],
  UserRoleChanged: ["Role changed", ({ role }) => `now ${role}`],
  UserDeactivated: ["User deactivated", nothing],
  UserReactivated: ["User reactivated", nothing],
  UserSessionsEnded: ["Sessions ended", nothing],

  ClientRegistered: ["Client registered", ({ name }) => name],
  ClientDetailsChanged: ["Client changed", ({ name }) => name],
  ClientArchived: ["Client archived", nothing],
  ClientRestored: ["Client restored", nothing],

  ItemAdded: ["Item added", ({ code, description }) => `${code}, ${description}`],
  ItemChanged: ["Item changed", ({ code, description }) => `${code}, ${description}`],
  ItemArchived: ["Item archived", nothing],
  ItemRestored: ["Item restored", nothing],

  InvoiceDrafted: ["Drafted", ({ kind, correctsId, content }, about) => draftText(kind, correctsId, content, about)],
  InvoiceRevised: ["Draft revised", ({ content }) => contentText(content)],
  InvoiceDraftDiscarded: ["Draft discarded", nothing],
  InvoiceIssued: [
    "Issued",
    ({ number, buyer, issuedOn, dueOn, totals }, about) =>
      listOf(`${number} to ${buyer.name}`, amountOf(totals.grossMinor, about), `on ${issuedOn}`, `due ${dueOn}`),
  ],
  InvoiceVoided: ["Voided", ({ reason }) => reason],
  CreditApplied: ["Credit applied", ({ allocations }, about) => allocationsText(allocations, about)],

  PaymentReceived: [
    "Payment received",
    ({ amountMinor, currency, method, receivedOn, reference, allocations }, about) =>
      listOf(
        `${amountText(amountMinor, currency)} by ${method.replaceAll("_", " ")} on ${receivedOn}`,
        reference === null ? "" : `reference ${reference}`,
        allocations.length === 0 ? "unallocated" : allocationsText(allocations, { ...about, currency }),
      ),
  ],
  PaymentReallocated: ["Payment reallocated", ({ allocations }, about) => allocationsText(allocations, about)],
  PaymentReversed: ["Payment reversed", ({ reason }) => reason],
};

/** `Issued`: the words for an event whose type alone is known. A type from a newer release is its own title. */
export function titleOf(type: string): string {
  return Object.hasOwn(WORDS, type) ? WORDS[type as EventType][0] : type;
}

/** `Issued: INV-00042 to Bob Ltd, 9.58 GBP, on 2010-06-30, due 2010-07-30` */
export function wordsOf(fact: Fact, about: About = ALONE): string {
  const [title, detail] = WORDS[fact.type] as Words<EventType>;
  const text = (detail as (data: Fact["data"], about: About) => string)(fact.data, about);
  return text ? `${title}: ${text.replaceAll(/\s+/g, " ")}` : title;
}

function profileText({ legalName, timeZone, currency }: OrganizationProfile): string {
  return listOf(legalName, timeZone, currency);
}

function imageText({ mediaType, image }: { mediaType: string; image: Uint8Array }): string {
  return `${mediaType}, ${bytesText(image.length)}`;
}

function draftText(kind: string, correctsId: StreamId | null, content: InvoiceContent, about: About): string {
  const corrects = correctsId === null ? "" : ` for ${about.invoice(correctsId)}`;
  return listOf(`${kind.replaceAll("_", " ")}${corrects}`, contentText(content));
}

function contentText({ lines, totals, currency }: InvoiceContent): string {
  return listOf(countOf(lines.length, "line"), amountText(totals.grossMinor, currency));
}

function allocationsText(allocations: readonly { invoiceId: StreamId; amountMinor: number }[], about: About): string {
  if (allocations.length === 0) return "no allocations";
  return listOf(
    ...allocations.map(({ invoiceId, amountMinor }) => {
      const amount = amountOf(amountMinor, about);
      return amount ? `${amount} for ${about.invoice(invoiceId)}` : `for ${about.invoice(invoiceId)}`;
    }),
  );
}

function amountOf(minor: number, { currency }: About): string {
  return currency === null ? "" : amountText(minor, currency);
}

function listOf(...parts: string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}
