/**
 * Events in words for people: a title for each event type, and details from the event's data. Screens and the command
 * line share these words.
 */

import type { CancelEvent } from "../../events/business/cancel.ts";
import type { ClientEvent } from "../../events/business/client.ts";
import type { DeliveryEvent, DeliveryWay } from "../../events/business/delivery.ts";
import type { InvoiceEvent } from "../../events/business/invoice.ts";
import type { IssueEvent } from "../../events/business/issue.ts";
import type { ItemEvent } from "../../events/business/item.ts";
import type { OrganizationEvent, OrganizationProfile } from "../../events/business/organization.ts";
import type { CreditEvent, PaymentEvent } from "../../events/business/payment.ts";
import type { PeriodEvent } from "../../events/business/period-lock.ts";
import type { RefundEvent } from "../../events/business/refund.ts";
import type { Reversed } from "../../events/business/reversal.ts";
import type { UserEvent } from "../../events/business/user.ts";
import type { WriteOffEvent } from "../../events/business/write-off.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import { FORMAT_NAMES } from "../../events/einvoice/formats.ts";
import type { EventType, Fact, StreamKind } from "../../events/encoding/catalogue.ts";
import type { StreamId } from "../../events/sequence.ts";
import { amountText, bytesText, countOf } from "./figures.ts";

/** A part of a sentence: text, or a value that a screen writes as it writes all others. */
export type Piece =
  | string
  | { kind: "money"; minor: number; currency: string }
  | { kind: "day"; date: string }
  | { kind: "bytes"; bytes: number }
  | { kind: "method" | "role"; code: string };

type Pieces = readonly Piece[];

/** Facts about an event that only the tables know. */
export interface About {
  /** The currency of the event's invoice or payment; null if unknown: the words leave out amounts. */
  currency: string | null;
  /** The name of an invoice or credit note, such as its number. */
  invoice(id: StreamId): string;
  /** The name of what a refund was paid out of: a payment, or a document. */
  source(id: StreamId): string;
}

/** For an event without tables. */
export const ALONE: About = { currency: null, invoice: (id) => `invoice ${id}`, source: (id) => `credit ${id}` };

type DataOf<T extends EventType> = Extract<Fact, { type: T }>["data"];
type Words<T extends EventType> = readonly [title: string, detail: (data: DataOf<T>, about: About) => Pieces];

const nothing = () => [];

/** The types of the events of each kind of stream. */
interface TypesOf {
  organization: (OrganizationEvent | PeriodEvent)["type"];
  user: UserEvent["type"];
  client: ClientEvent["type"];
  item: ItemEvent["type"];
  invoice: (InvoiceEvent | IssueEvent | CancelEvent | DeliveryEvent | CreditEvent | WriteOffEvent)["type"];
  payment: PaymentEvent["type"];
  refund: RefundEvent["type"];
}

/** How a document was delivered. */
const DELIVERY_WORDS: Readonly<Record<DeliveryWay, string>> = {
  print: "printed",
  export: "exported",
  pdf: "saved as PDF",
  sent: "marked as sent",
};

/** Leaving an event type out does not compile. */
const WORDS: { readonly [K in StreamKind]: { readonly [T in TypesOf[K]]: Words<T> } } = {
  organization: {
    OrganizationRegistered: ["Organization registered", profileText],
    OrganizationProfileChanged: ["Profile changed", profileText],
    OrganizationLogoChanged: ["Logo changed", ({ logo }) => (logo ? imageText(logo) : ["removed"])],
    PeriodLocked: ["Period lock changed", ({ lockedUpTo, reason }) => listOf(lockText(lockedUpTo), [reason])],
  },
  user: {
    UserAdded: ["User added", ({ name, email, role }) => say`${name} <${email}>, ${{ kind: "role", code: role }}`],
    UserDetailsChanged: ["User changed", ({ name, email }) => [`${name} <${email}>`]],
    UserRoleChanged: ["Role changed", ({ role }) => say`now ${{ kind: "role", code: role }}`],
    UserDeactivated: ["User deactivated", nothing],
    UserReactivated: ["User reactivated", nothing],
    UserSessionsEnded: ["Sessions ended", nothing],
  },
  client: {
    ClientRegistered: ["Client registered", ({ name }) => [name]],
    ClientDetailsChanged: ["Client changed", ({ name }) => [name]],
    ClientArchived: ["Client archived", nothing],
    ClientRestored: ["Client restored", nothing],
  },
  item: {
    ItemAdded: ["Item added", ({ code, description }) => [`${code}, ${description}`]],
    ItemChanged: ["Item changed", ({ code, description }) => [`${code}, ${description}`]],
    ItemArchived: ["Item archived", nothing],
    ItemRestored: ["Item restored", nothing],
  },
  invoice: {
    InvoiceDrafted: ["Drafted", ({ kind, correctsId, content }, about) => draftText(kind, correctsId, content, about)],
    InvoiceRevised: ["Draft revised", ({ content }) => contentText(content)],
    InvoiceDraftDiscarded: ["Draft discarded", nothing],
    InvoiceIssued: [
      "Issued",
      ({ number, buyer, issuedOn, dueOn, totals, passedOver }, about) =>
        listOf(
          [`${number} to ${buyer.name}`],
          passedOverText(passedOver),
          amountOf(totals.grossMinor, about),
          say`on ${{ kind: "day", date: issuedOn }}`,
          say`due ${{ kind: "day", date: dueOn }}`,
        ),
    ],
    InvoiceCancelled: [
      "Cancelled",
      ({ cancelsId, number, totals, issuedOn, reason }, about) =>
        listOf(
          [`${about.invoice(cancelsId)} by ${number}`],
          amountOf(totals.grossMinor, about),
          say`on ${{ kind: "day", date: issuedOn }}`,
          [reason],
        ),
    ],
    InvoiceVoided: [
      "Voided",
      ({ reason, neverDelivered }) => listOf([reason], neverDelivered ? ["never delivered"] : []),
    ],
    DocumentDelivered: [
      "Sent out",
      ({ how, file }) => listOf([DELIVERY_WORDS[how]], file ? [FORMAT_NAMES[file.format]] : []),
    ],
    CreditApplied: ["Credit applied", allocatedText],
    InvoiceWrittenOff: [
      "Written off",
      ({ amountMinor, on, reason }, about) => listOf(amountOf(amountMinor, about), onDay(on), [reason]),
    ],
    WriteOffReversed: ["Write-off reversed", ({ on, reason }) => listOf(onDay(on), [reason])],
  },
  payment: {
    PaymentReceived: [
      "Payment received",
      ({ amountMinor, currency, method, receivedOn, reference, allocations, feesMinor }, about) =>
        listOf(
          moneyText({ amountMinor, currency, method, on: receivedOn, reference }),
          feesMinor === 0 ? [] : say`bank fees ${{ kind: "money", minor: feesMinor, currency }}`,
          allocations.length === 0 ? ["unallocated"] : allocationsText(allocations, { ...about, currency }),
        ),
    ],
    PaymentReallocated: ["Payment reallocated", allocatedText],
    PaymentReversed: ["Payment reversed", reversalText],
  },
  refund: {
    RefundPaid: [
      "Refund paid",
      ({ amountMinor, currency, method, paidOn, reference, sources }, about) =>
        listOf(
          moneyText({ amountMinor, currency, method, on: paidOn, reference }),
          ...sources.map(
            ({ sourceId, amountMinor: minor }) =>
              say`${{ kind: "money", minor, currency }} of ${about.source(sourceId)}`,
          ),
        ),
    ],
    RefundReversed: ["Refund reversed", reversalText],
  },
};

const WORDS_BY_TYPE = Object.assign({}, ...Object.values(WORDS)) as { readonly [T in EventType]: Words<T> };

/** The titles of all event types, by kind of stream. */
export const TITLES = Object.entries(WORDS).map(([kind, words]) => ({
  kind: kind as StreamKind,
  types: Object.entries(words).map(([type, [title]]) => ({ type: type as EventType, title: title as string })),
}));

/** `Issued`: the words for an event whose type alone is known. A type from a newer release is its own title. */
export function titleOf(type: string): string {
  return Object.hasOwn(WORDS_BY_TYPE, type) ? WORDS_BY_TYPE[type as EventType][0] : type;
}

/** `Issued: INV-00042 to Bob Ltd, 9.58 GBP, on 2010-06-30, due 2010-07-30`, in one line. */
export function wordsOf(fact: Fact, about: About = ALONE): string {
  return piecesOf(fact, about).map(textOf).join("");
}

/** The same in parts, for a screen. No text has a line break. */
export function piecesOf(fact: Fact, about: About): Piece[] {
  const [title, detail] = WORDS_BY_TYPE[fact.type] as Words<EventType>;
  const pieces = (detail as (data: Fact["data"], about: About) => Pieces)(fact.data, about);
  const said = pieces.filter((piece) => piece !== "");
  if (said.length === 0) return [title];
  return [`${title}: `, ...said].map((piece) => (typeof piece === "string" ? piece.replaceAll(/\s+/g, " ") : piece));
}

/** A piece as every language reads it: `9.58 GBP`, `2010-06-30`. */
export function textOf(piece: Piece): string {
  if (typeof piece === "string") return piece;
  switch (piece.kind) {
    case "money":
      return amountText(piece.minor, piece.currency);
    case "day":
      return piece.date;
    case "bytes":
      return bytesText(piece.bytes);
    default:
      return piece.code.replaceAll("_", " ");
  }
}

/** The parts of a sentence, from a template. */
function say(texts: TemplateStringsArray, ...values: (Piece | Pieces)[]): Piece[] {
  return texts.flatMap((text, n) => [text, ...[values[n] ?? ""].flat()]).filter((piece) => piece !== "");
}

function profileText({ legalName, timeZone, currency }: OrganizationProfile): Pieces {
  return [`${legalName}, ${timeZone}, ${currency}`];
}

/** `passing over RE-2026-0006` */
function passedOverText(passedOver: readonly { number: string }[]): Pieces {
  const [first] = passedOver;
  if (!first) return [];
  const more = passedOver.length === 1 ? "" : ` to ${passedOver.at(-1)?.number}`;
  return [`passing over ${first.number}${more}`];
}

function lockText(lockedUpTo: string | null): Pieces {
  return lockedUpTo === null ? ["no day is locked"] : say`locked up to ${{ kind: "day", date: lockedUpTo }}`;
}

function imageText({ mediaType, image }: { mediaType: string; image: Uint8Array }): Pieces {
  return say`${mediaType}, ${{ kind: "bytes", bytes: image.length }}`;
}

function draftText(kind: string, correctsId: StreamId | null, content: InvoiceContent, about: About): Pieces {
  const corrects = correctsId === null ? "" : ` for ${about.invoice(correctsId)}`;
  return listOf([`${kind.replaceAll("_", " ")}${corrects}`], contentText(content));
}

function contentText({ lines, totals, currency }: InvoiceContent): Pieces {
  return listOf([countOf(lines.length, "line")], [{ kind: "money", minor: totals.grossMinor, currency }]);
}

function moneyText(money: {
  amountMinor: number;
  currency: string;
  method: string;
  on: string;
  reference: string | null;
}): Pieces {
  const { amountMinor: minor, currency, method, on, reference } = money;
  return listOf(
    say`${{ kind: "money", minor, currency }} by ${{ kind: "method", code: method }} ${onDay(on)}`,
    reference === null ? [] : [`reference ${reference}`],
  );
}

/** Earlier reversals have only a reason. */
function reversalText({ kind, on, reason }: Reversed): Pieces {
  return listOf(kind === "returned" && on !== null ? say`returned ${onDay(on)}` : [], [reason]);
}

/** @param date null: no words */
function onDay(date: string | null): Pieces {
  return date === null ? [] : say`on ${{ kind: "day", date }}`;
}

function allocatedText({ allocations, on }: DataOf<"CreditApplied">, about: About): Pieces {
  return listOf(allocationsText(allocations, about), onDay(on));
}

function allocationsText(allocations: readonly { invoiceId: StreamId; amountMinor: number }[], about: About): Pieces {
  if (allocations.length === 0) return ["no allocations"];
  return listOf(
    ...allocations.map(({ invoiceId, amountMinor }) => {
      const amount = amountOf(amountMinor, about);
      return amount.length > 0 ? say`${amount} for ${about.invoice(invoiceId)}` : [`for ${about.invoice(invoiceId)}`];
    }),
  );
}

function amountOf(minor: number, { currency }: About): Pieces {
  return currency === null ? [] : [{ kind: "money", minor, currency }];
}

/** With commas between those that are not empty. */
function listOf(...parts: Pieces[]): Piece[] {
  return parts.filter((part) => part.length > 0).flatMap((part, n) => (n === 0 ? part : [", ", ...part]));
}
