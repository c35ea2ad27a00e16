/** What drafts and revisions refer to. */
import { isDeepStrictEqual } from "node:util";
import type { Books } from "../../events/business/books.ts";
import { compact } from "../../events/document/compact.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import type { StreamId } from "../../events/sequence.ts";
import { isDate } from "../../events/values/date.ts";
import type { Invariant } from "./invariant.ts";

export const DRAFTS: readonly Invariant[] = [
  {
    name: "draft-client",
    sentence: "A draft and its revisions are for no client, or for a client who exists and is not archived.",
    checks: {
      InvoiceDrafted: ({ data }, books) => clientProblems(data.content.clientId, books),
      InvoiceRevised: ({ data }, books) => clientProblems(data.content.clientId, books),
    },
  },
  {
    name: "draft-items",
    sentence:
      "The items of lines exist; only a line's item that the document, or the invoice it corrects, already had may be archived.",
    checks: {
      InvoiceDrafted: ({ data }, books) => itemProblems(data.content, data.correctsId, books),
      InvoiceRevised: ({ stream, data }, books) => itemProblems(data.content, stream, books),
    },
  },
  {
    name: "correction",
    sentence:
      "A document that corrects another one is a credit note, and it is drafted for an issued invoice; it and its revisions have the client and the currency of that invoice.",
    checks: {
      *InvoiceDrafted({ data: { kind, correctsId, content } }, books) {
        if (correctsId === null) return;
        if (kind !== "credit_note") yield `an ${kind} corrects invoice ${correctsId}`;
        const corrected = books.invoice(correctsId);
        if (corrected?.kind !== "invoice" || corrected.status !== "issued")
          yield `it corrects ${correctsId}, which is no issued invoice: ${corrected?.kind} ${corrected?.status}`;
        yield* termsProblems(content, correctsId, books);
      },
      *InvoiceRevised({ stream, data: { content } }, books) {
        const correctsId = books.invoice(stream)?.correctsId ?? null;
        if (correctsId !== null) yield* termsProblems(content, correctsId, books);
      },
    },
  },
  {
    name: "draft-dates",
    sentence: "The day of delivery, the tax point, and the days of preceding invoices are days of the calendar.",
    checks: {
      InvoiceDrafted: ({ data }) => dateProblems(data.content),
      InvoiceRevised: ({ data }) => dateProblems(data.content),
    },
  },
  {
    name: "groups",
    sentence: "A group of further terms that states nothing is nil, at any depth: what says the same has one form.",
    checks: {
      InvoiceDrafted: ({ data }) => contentGroups(data.content),
      InvoiceRevised: ({ data }) => contentGroups(data.content),
      ItemAdded: ({ data }) => groupProblems(data.more, "the item"),
      ItemChanged: ({ data }) => groupProblems(data.more, "the item"),
      ClientRegistered: ({ data }) => groupProblems(data.more, "the client"),
      ClientDetailsChanged: ({ data }) => groupProblems(data.more, "the client"),
      OrganizationRegistered: ({ data }) => groupProblems(data.more, "the organization"),
      OrganizationProfileChanged: ({ data }) => groupProblems(data.more, "the organization"),
    },
  },
];

function* clientProblems(clientId: StreamId | null, books: Books): Generator<string> {
  if (clientId !== null) yield* activeClientProblems(clientId, books);
}

/** Nothing is written for an archived client. */
export function* activeClientProblems(clientId: StreamId, books: Books): Generator<string> {
  const client = books.client(clientId);
  if (!client) yield `there is no client ${clientId}`;
  else if (client.archived) yield `client ${clientId} is archived`;
}

/** @param formerId the document that had lines before: itself, or the one it corrects */
function* itemProblems({ lines }: InvoiceContent, formerId: StreamId | null, books: Books): Generator<string> {
  let former: Set<StreamId | null> | undefined;
  for (const [n, { itemId }] of lines.entries()) {
    if (itemId === null) continue;
    const item = books.item(itemId);
    if (!item) yield `line ${n + 1}: there is no item ${itemId}`;
    if (!item?.archived) continue;
    former ??= new Set(formerId === null ? [] : books.invoiceContent(formerId)?.lines.map(({ itemId }) => itemId));
    if (!former.has(itemId)) yield `line ${n + 1}: item ${itemId} is archived`;
  }
}

function* termsProblems({ clientId, currency }: InvoiceContent, correctsId: StreamId, books: Books): Generator<string> {
  const corrected = books.invoice(correctsId);
  if (!corrected) return;
  if (clientId !== corrected.clientId) yield `the client is ${clientId}, that of the invoice is ${corrected.clientId}`;
  if (currency !== corrected.currency)
    yield `the currency is ${currency}, that of the invoice is ${corrected.currency}`;
}

function* dateProblems({ deliveredOn, more }: InvoiceContent): Generator<string> {
  for (const date of [deliveredOn, more?.taxPointOn, ...(more?.preceding ?? []).map(({ issuedOn }) => issuedOn)])
    if (date && !isDate(date)) yield `${date} is not a day of the calendar`;
}

function* contentGroups({ more, lines }: InvoiceContent): Generator<string> {
  yield* groupProblems(more, "the document");
  for (const [n, line] of lines.entries()) yield* groupProblems(line.more, `line ${n + 1}`);
}

function* groupProblems(more: object | null, where: string): Generator<string> {
  if (!isDeepStrictEqual(compact(more), more)) yield `${where} has a group that states nothing`;
}
