/**
 * Every command: how it is called, who may give it, what it takes, and the decider that answers it. The API makes its
 * routes of this table, fixtures and the desktop call it, so a command exists in one place.
 */
import { z } from "zod";
import type { Books } from "./books.ts";
import type { EventType, Fact, StreamKind } from "./catalogue.ts";
import { archiveClient, changeClientDetails, client, clientOf, registerClient, restoreClient } from "./client.ts";
import { changeOf, inputOf } from "./command-input.ts";
import { type DraftInput, draftInput, draftOf } from "./draft.ts";
import { sha256 } from "./hash.ts";
import {
  discardDraft,
  draftCreditNote,
  draftInvoice,
  draftOnBooks,
  INVOICE_KINDS,
  reviseInvoice,
  voidInvoice,
} from "./invoice.ts";
import { issueInput, issueInvoice } from "./issue.ts";
import { addItem, archiveItem, changeItem, item, itemOf, restoreItem } from "./item.ts";
import { changeLogo, changeProfile, organizationLogoChanged, organizationProfile } from "./organization.ts";
import {
  allocated,
  applyCredit,
  paymentReceived,
  paymentReversed,
  reallocatePayment,
  receivePayment,
  reversePayment,
} from "./payment.ts";
import { line } from "./schema.ts";
import type { StreamId } from "./sequence.ts";
import {
  addUser,
  changeRole,
  changeUserDetails,
  deactivateUser,
  endSessions,
  type Role,
  reactivateUser,
  roleChanged,
  userAdded,
  userDetails,
} from "./user.ts";

/** What a decider may know beside the books and the input. */
export interface Given {
  /** The stream that the path names; 0 if it names none. */
  id: StreamId;
  /** The time of the decision, ms since 1970 UTC. */
  atMs: number;
}

export interface Command<Input> {
  /** The kind of stream that the event goes to. */
  stream: StreamKind;
  /** The type of the event that it makes. */
  event: EventType;
  /** True if it begins a stream; else it goes to the one that the path names (the organization's: stream 1). */
  begins: boolean;
  roles: readonly Role[];
  method: "POST" | "PATCH" | "PUT";
  /** With `:id` where the path names a stream. */
  path: string;
  /** One line for people. */
  summary: string;
  input: z.ZodType<Input>;
  /** The event, or null where the command changes nothing. @throws Refusal */
  decide(books: Books, input: Input, given: Given): Fact | null;
}

const define = <Input>(command: Command<Input>) => command;

const OWNER: readonly Role[] = ["owner"];
const WRITERS: readonly Role[] = ["owner", "clerk"];
const nothing = z.strictObject({});

export const COMMANDS = {
  ChangeProfile: define({
    stream: "organization",
    event: "OrganizationProfileChanged",
    begins: false,
    roles: OWNER,
    method: "PATCH",
    path: "/api/organization",
    summary: "Change the organization's profile and number series",
    input: changeOf(organizationProfile),
    decide: (books, change) => {
      const organization = books.organization();
      if (!organization) throw new Error("the log has no organization");
      return changeProfile(books, { ...organization.profile, ...change });
    },
  }),
  ChangeLogo: define({
    stream: "organization",
    event: "OrganizationLogoChanged",
    begins: false,
    roles: OWNER,
    method: "PUT",
    path: "/api/organization/logo",
    summary: "Set the logo, or take it away",
    input: inputOf(organizationLogoChanged),
    decide: (books, { logo }) => changeLogo(books, logo),
  }),

  AddUser: define({
    stream: "user",
    event: "UserAdded",
    begins: true,
    roles: OWNER,
    method: "POST",
    path: "/api/users",
    summary: "Add a user",
    input: inputOf(userAdded),
    decide: (books, user) => addUser(books, user),
  }),
  ChangeUserDetails: define({
    stream: "user",
    event: "UserDetailsChanged",
    begins: false,
    roles: OWNER,
    method: "PATCH",
    path: "/api/users/:id",
    summary: "Change a user's name or e-mail address",
    input: changeOf(userDetails),
    decide: (books, change, { id }) => {
      const user = books.user(id);
      return changeUserDetails(books, id, { email: user?.email ?? "", name: user?.name ?? "", ...change });
    },
  }),
  ChangeRole: define({
    stream: "user",
    event: "UserRoleChanged",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/role",
    summary: "Change a user's role",
    input: inputOf(roleChanged),
    decide: (books, { role }, { id }) => changeRole(books, id, role),
  }),
  DeactivateUser: define({
    stream: "user",
    event: "UserDeactivated",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/deactivate",
    summary: "Shut a user out",
    input: nothing,
    decide: (books, _, { id }) => deactivateUser(books, id),
  }),
  ReactivateUser: define({
    stream: "user",
    event: "UserReactivated",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/reactivate",
    summary: "Let a user in again",
    input: nothing,
    decide: (books, _, { id }) => reactivateUser(books, id),
  }),
  EndSessions: define({
    stream: "user",
    event: "UserSessionsEnded",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/end-sessions",
    summary: "End all sessions of a user",
    input: nothing,
    decide: (books, _, { id }) => endSessions(books, id),
  }),

  RegisterClient: define({
    stream: "client",
    event: "ClientRegistered",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/clients",
    summary: "Register a client",
    input: inputOf(client),
    decide: (books, details) => registerClient(books, details),
  }),
  ChangeClientDetails: define({
    stream: "client",
    event: "ClientDetailsChanged",
    begins: false,
    roles: WRITERS,
    method: "PATCH",
    path: "/api/clients/:id",
    summary: "Change a client's details and defaults",
    input: changeOf(client),
    decide: (books, change, { id }) =>
      changeClientDetails(books, id, { ...clientOf(books, id, null).details, ...change }),
  }),
  ArchiveClient: define({
    stream: "client",
    event: "ClientArchived",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/clients/:id/archive",
    summary: "Archive a client: nothing more is written for it",
    input: nothing,
    decide: (books, _, { id }) => archiveClient(books, id),
  }),
  RestoreClient: define({
    stream: "client",
    event: "ClientRestored",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/clients/:id/restore",
    summary: "Take a client back from the archive",
    input: nothing,
    decide: (books, _, { id }) => restoreClient(books, id),
  }),

  AddItem: define({
    stream: "item",
    event: "ItemAdded",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/items",
    summary: "Add an item to the catalogue",
    input: inputOf(item),
    decide: (books, details) => addItem(books, details),
  }),
  ChangeItem: define({
    stream: "item",
    event: "ItemChanged",
    begins: false,
    roles: WRITERS,
    method: "PATCH",
    path: "/api/items/:id",
    summary: "Change an item",
    input: changeOf(item),
    decide: (books, change, { id }) => changeItem(books, id, { ...itemOf(books, id, null).details, ...change }),
  }),
  ArchiveItem: define({
    stream: "item",
    event: "ItemArchived",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/items/:id/archive",
    summary: "Archive an item",
    input: nothing,
    decide: (books, _, { id }) => archiveItem(books, id),
  }),
  RestoreItem: define({
    stream: "item",
    event: "ItemRestored",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/items/:id/restore",
    summary: "Take an item back from the archive",
    input: nothing,
    decide: (books, _, { id }) => restoreItem(books, id),
  }),

  DraftInvoice: define({
    stream: "invoice",
    event: "InvoiceDrafted",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices",
    summary: "Draft an invoice, or a credit note that stands alone",
    input: kindAnd(inputOf(draftInput) as z.ZodType<DraftInput>),
    decide: (books, { kind, ...input }) => draftInvoice(books, kind, input),
  }),
  ReviseInvoice: define({
    stream: "invoice",
    event: "InvoiceRevised",
    begins: false,
    roles: WRITERS,
    method: "PATCH",
    path: "/api/invoices/:id",
    summary: "Change a draft",
    input: changeOf(draftInput),
    decide: (books, change, { id }) => {
      draftOnBooks(books, id);
      const content = books.invoiceContent(id);
      if (!content) throw new Error(`invoice ${id} has no content`);
      return reviseInvoice(books, id, { ...draftOf(content), ...change });
    },
  }),
  DiscardDraft: define({
    stream: "invoice",
    event: "InvoiceDraftDiscarded",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/discard",
    summary: "Throw a draft away",
    input: nothing,
    decide: (books, _, { id }) => discardDraft(books, id),
  }),
  IssueInvoice: define({
    stream: "invoice",
    event: "InvoiceIssued",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/issue",
    summary: "Issue a draft: it gets its number and never changes again",
    input: inputOf(issueInput),
    decide: (books, input, { id, atMs }) => issueInvoice(books, id, input, atMs),
  }),
  VoidInvoice: define({
    stream: "invoice",
    event: "InvoiceVoided",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/void",
    summary: "Void an issued invoice or credit note",
    input: z.strictObject({ reason: line(500) }),
    decide: (books, { reason }, { id }) => voidInvoice(books, id, reason),
  }),
  DraftCreditNote: define({
    stream: "invoice",
    event: "InvoiceDrafted",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/credit-note",
    summary: "Draft a credit note for an issued invoice: of all of it, or of what `draft` says",
    input: z.strictObject({ draft: (inputOf(draftInput) as z.ZodType<DraftInput>).nullable().default(null) }),
    decide: (books, { draft }, { id }) => draftCreditNote(books, id, draft),
  }),
  ApplyCredit: define({
    stream: "invoice",
    event: "CreditApplied",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/apply",
    summary: "Use a credit note to settle invoices: the whole new list",
    input: inputOf(allocated),
    decide: (books, { allocations }, { id }) => applyCredit(books, id, allocations),
  }),

  ReceivePayment: define({
    stream: "payment",
    event: "PaymentReceived",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments",
    summary: "Record a payment, put against one or several invoices",
    input: inputOf(paymentReceived),
    decide: (books, payment, { atMs }) => receivePayment(books, payment, atMs),
  }),
  ReallocatePayment: define({
    stream: "payment",
    event: "PaymentReallocated",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments/:id/reallocate",
    summary: "Put a payment against other invoices: the whole new list",
    input: inputOf(allocated),
    decide: (books, { allocations }, { id }) => reallocatePayment(books, id, allocations),
  }),
  ReversePayment: define({
    stream: "payment",
    event: "PaymentReversed",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments/:id/reverse",
    summary: "Take a payment back",
    input: inputOf(paymentReversed),
    decide: (books, { reason }, { id }) => reversePayment(books, id, reason),
  }),
} as const;

export type CommandName = keyof typeof COMMANDS;

/** What a command takes, once parsed. */
export type InputOf<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]["input"]>;

/** A command to be decided: parsed, and by whom. */
export interface CommandCall<Name extends CommandName = CommandName> {
  command: Name;
  /** The stream that the path names; 0 if it names none. */
  id: StreamId;
  input: InputOf<Name>;
}

/**
 * What a retry is recognized by: SHA-256 over method, path, actor and the parsed command, 32 bytes. The same key with
 * another one is another command, and is refused.
 */
export function requestHash(call: CommandCall, actor: number): Buffer {
  const { method } = COMMANDS[call.command];
  return sha256(JSON.stringify([method, pathOf(call), actor, call.input]));
}

/** The path of a call, such as `/api/invoices/7/issue`. */
export function pathOf({ command, id }: Pick<CommandCall, "command" | "id">): string {
  return COMMANDS[command].path.replace(":id", String(id));
}

function kindAnd(draft: z.ZodType<DraftInput>): z.ZodType<DraftInput & { kind: (typeof INVOICE_KINDS)[number] }> {
  const object = draft as unknown as z.ZodObject;
  return object.extend({ kind: z.enum(INVOICE_KINDS).default("invoice") }) as never;
}
