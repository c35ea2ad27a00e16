/** Plans for the wishes of a random business that move no amount: what is drafted, renamed, archived, and configured. */
import type { EventType } from "../../events/encoding/catalogue.ts";
import {
  chancesOf,
  randomFurtherOfClient,
  randomFurtherOfItem,
  randomFurtherOfOrganization,
} from "../../fixtures/data/random-further.ts";
import { PROFILES } from "./random-inputs.suite.ts";
import { contentOf, type Plan, pick, type View, type WishNumbers } from "./random-wishes.suite.ts";

/** How often each of these wishes comes, among those that move amounts. */
export const OFFICE_WEIGHTS = {
  draft: 4,
  revise: 4,
  discard: 1,
  client: 1,
  rename: 3,
  archive: 3,
  item: 3,
  user: 3,
  profile: 5,
} as const;

/** Names with common words, of which some look like the others. */
const NAMES = ["Blue Mug", "Café Zürich", "Mug & Sons", "At home", "cafe zurich", "Mc Donald", "Far away"];
const LOGO = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).toString("base64");

export const OFFICE_PLANS: Readonly<Record<keyof typeof OFFICE_WEIGHTS, Plan>> = {
  async draft(view, wish) {
    const kind = wish.which % 4 === 3 ? "credit_note" : "invoice";
    await view.run("DraftInvoice", { kind, ...contentOf(view, wish), ...extrasOf(wish) });
  },

  async revise(view, wish) {
    const draft = pick(draftsOf(view), wish.which);
    const { lines, ...content } = contentOf(view, wish);
    const left = wish.much % 3 ? lines.slice(0, wish.much % 3) : [];
    if (draft) await view.run("ReviseInvoice", { ...content, ...extrasOf(wish), lines: left }, draft);
  },

  async discard(view, wish) {
    const draft = pick(draftsOf(view), wish.which);
    if (draft) await view.run("DiscardDraft", {}, draft);
  },

  async client(view, { which, odd }) {
    const address = { country: odd ? "GB" : "FR", city: odd ? "Leeds" : null };
    await view.run("RegisterClient", { name: pick(NAMES, which), address });
  },

  async rename(view, { which, much, odd }) {
    const client = pick(streamsOf(view, "ClientRegistered"), which);
    const more = randomFurtherOfClient(chancesOf(which, much));
    const contact = odd ? { contact: pick(NAMES, much + 1), more } : {};
    if (client) await view.run("ChangeClientDetails", { name: pick(NAMES, much), ...contact }, client);
  },

  async archive(view, { which, odd }) {
    // The first clients have the business, so they are never archived.
    const client = pick(streamsOf(view, "ClientRegistered").slice(view.clients.length), which);
    const item = pick(streamsOf(view, "ItemAdded"), which);
    if (odd && client)
      await view.run(isNow(view, client, "ClientArchived") ? "RestoreClient" : "ArchiveClient", {}, client);
    if (!odd && item) await view.run(isNow(view, item, "ItemArchived") ? "RestoreItem" : "ArchiveItem", {}, item);
  },

  async item(view, { which, much, odd }) {
    const item = pick(streamsOf(view, "ItemAdded"), which);
    const input = { code: `${pick(NAMES, much)}-${much % 5}`, description: pick(NAMES, which), unit: "C62" };
    const price = { price6: much * 1_000_000, vatCategory: "S", vatRate3: 20_000 };
    const more = randomFurtherOfItem(chancesOf(which, much));
    if (odd && item) await view.run("ChangeItem", { ...input, more }, item);
    else await view.run("AddItem", { ...input, ...price, more });
  },

  async user(view, { which, much, odd }) {
    const details = { email: `user${much % 5}@example.com`, name: pick(NAMES, much) };
    const role = { role: pick(["clerk", "viewer", "auditor", "owner"], much) };
    const user = pick(streamsOf(view, "UserAdded").slice(1), which); // not the owner, who gives the commands
    if (!user || (odd && which % 4 === 0)) await view.run("AddUser", { ...details, ...role });
    else if (isNow(view, user, "UserDeactivated")) await view.run("ReactivateUser", {}, user);
    else if (which % 4 === 1) await view.run("ChangeRole", role, user);
    else if (which % 4 === 2) await view.run("ChangeUserDetails", details, user);
    else await view.run(much % 3 ? "DeactivateUser" : "EndSessions", {}, user);
  },

  async profile(view, { which, much, odd }) {
    if (which % 5 === 4) await view.run("ChangeLogo", { logo: odd ? { mediaType: "image/png", image: LOGO } : null });
    else if (odd) await view.run("ChangeProfile", { more: randomFurtherOfOrganization(chancesOf(which, much)) });
    else await view.run("ChangeProfile", pick(PROFILES, much) ?? {});
  },
};

/** An amount, or a percentage. */
const adjusted = (n: number, much: number) =>
  (much + n) % 4 === 0
    ? { percent6: 12_345_678, baseMinor: much % 8 ? null : 777 }
    : { amountMinor: 1 + n + (much % 9) };

/** Words to search for, and adjustments. */
function extrasOf({ which, much, odd }: WishNumbers) {
  const kinds = ["allowance", "charge", "charge"].slice(0, which % 4);
  const vat = { vatCategory: "S", vatRate3: 20_000 };
  return {
    note: odd ? (pick(NAMES, much) ?? null) : null,
    buyerReference: much % 4 === 3 ? `PO ${much}` : null,
    adjustments: kinds.map((kind, n) => ({ kind, reason: "agreed", ...adjusted(n, much), ...vat })),
  };
}

/** The streams that began with an event of this type, oldest first. */
export function streamsOf({ events }: Pick<View, "events">, type: EventType): number[] {
  return events.flatMap((event) => (event.type === type ? event.stream : []));
}

/** True if the last event of a stream has this type. */
function isNow({ events }: View, stream: number, type: EventType): boolean {
  return events.findLast((event) => event.stream === stream)?.type === type;
}

/** The drafts that are neither issued nor discarded. */
function draftsOf({ events }: View): number[] {
  const drafts = new Set<number>();
  for (const { type, stream } of events)
    if (type === "InvoiceDrafted") drafts.add(stream);
    else if (type === "InvoiceIssued" || type === "InvoiceDraftDiscarded") drafts.delete(stream);
  return [...drafts];
}
