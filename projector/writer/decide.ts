/** A command becomes a decision: on the books at the head, with the role of whoever gave it. */
import type { Books } from "../../events/business/books.ts";
import { checkRole } from "../../events/business/user.ts";
import type { Command } from "../../events/commands/command.ts";
import { COMMANDS, type CommandCall } from "../../events/commands/commands.ts";
import { isHashOf, requestHash } from "../../events/commands/request-hash.ts";
import type { EventType, Fact, StreamKind } from "../../events/encoding/catalogue.ts";
import { refusal } from "../../events/errors.ts";
import type { StoredEvent } from "../../events/log/log.ts";
import type { StreamId } from "../../events/sequence.ts";

/** A command, by whom, and how it may be told from its retry. */
export interface WriteRequest extends CommandCall {
  /** The user's stream. */
  actor: StreamId;
  /** The client's Idempotency-Key: it becomes the event's id. Null: the writer makes one. */
  key: Uint8Array | null;
  /** The version that the client saw; null if it does not mind. */
  ifMatch: number | null;
  /** When it is decided, ms since 1970 UTC, where that is not now (imports, made-up histories): never before the head. */
  atMs?: number;
}

/** A write before its decision: the place for its event, who may cause it, and what decides it. */
export interface Write {
  stream: StreamKind;
  event: EventType;
  begins: boolean;
  /** The stream that it goes to, or, where it begins one, that it begins it from; 0 if it names none. */
  id: StreamId;
  actor: StreamId;
  ifMatch: number | null;
  /** SHA-256 of the command. */
  request: Uint8Array | null;
  /** @throws Refusal if whoever gave it may not */
  authorize(books: Books): void;
  /** @throws Refusal if a rule says no */
  decide(books: Books, atMs: number): Fact | null;
  /** True if this write made the event that has its key: it is a retry. */
  made(earlier: EarlierEvent): boolean;
}

/** An event that the log has under the id of a write. */
export type EarlierEvent = StoredEvent & { actor: StreamId; type: string };

export function writeOf(request: WriteRequest): Write {
  const command = COMMANDS[request.command] as Command<unknown>;
  const { stream, event, begins } = command;
  const { id, actor, input, ifMatch } = request;
  return {
    stream,
    event,
    begins,
    id: stream === "organization" ? 1 : id,
    actor,
    ifMatch,
    request: requestHash(request, actor),
    authorize: (books) => checkRole(books, actor, command),
    decide: (books, atMs) => command.decide(books, input, { id, atMs }),
    made: (earlier) =>
      earlier.request === null
        ? earlier.actor === actor && earlier.type === event
        : isHashOf(earlier.request, request, actor),
  };
}

/** @param version the stream's; undefined if there is none, which its decision then says @throws Refusal VERSION_MISMATCH */
export function checkVersion(write: Write, version: number | undefined): void {
  if (write.ifMatch === null || version === undefined || version === write.ifMatch) return;
  throw refusal("VERSION_MISMATCH", `${write.stream} ${write.id} is at version ${version}, not ${write.ifMatch}`, {
    values: { version, expected: write.ifMatch },
  });
}
