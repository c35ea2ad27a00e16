/** Commands on clients. */
import {
  archiveClient,
  changeClientDetails,
  client,
  clientOf,
  registerClient,
  restoreClient,
} from "../business/client.ts";
import { WRITERS } from "../business/roles.ts";
import { define, NO_INPUT } from "./command.ts";
import { changeOf, inputOf } from "./command-input.ts";

export const clientCommands = {
  RegisterClient: define({
    stream: "client",
    event: "ClientRegistered",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/clients",
    summary: "Register a client",
    input: inputOf(client),
    rules: ["UNKNOWN_CURRENCY"],
    decide: (_, details) => registerClient(details),
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
    rules: ["CLIENT_ARCHIVED", "UNKNOWN_CLIENT", "UNKNOWN_CURRENCY"],
    before: (books, _, id) => books.client(id)?.details,
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
    summary: "Archive a client: nothing new can be written for it",
    input: NO_INPUT,
    rules: ["UNKNOWN_CLIENT"],
    decide: (books, _, { id }) => archiveClient(books, id),
  }),

  RestoreClient: define({
    stream: "client",
    event: "ClientRestored",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/clients/:id/restore",
    summary: "Restore an archived client",
    input: NO_INPUT,
    rules: ["UNKNOWN_CLIENT"],
    decide: (books, _, { id }) => restoreClient(books, id),
  }),
} as const;
