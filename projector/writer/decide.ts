/** Turns a command into a write that can be decided on the books at the head, with the role of its user. */
import type { Books } from "../../events/business/books.ts";
import type { DeliveredFile } from "../../events/business/delivery.ts";
import { checkRole } from "../../events/business/user.ts";
import type { Command } from "../../events/commands/command.ts";
import { COMMANDS, type CommandCall } from "../../events/commands/commands.ts";
import { checkNewInput } from "../../events/commands/new-input.ts";
import { isHashOf, requestHash } from "../../events/commands/request-hash.ts";
import type { EventType, Fact, StreamKind } from "../../events/encoding/catalogue.ts";
import { refusal } from "../../events/errors.ts";
import type { StoredEvent } from "../../events/log/log.ts";
import type { StreamId } from "../../events/sequence.ts";

/** A command, its user, and the key that identifies a retry. */
export interface WriteRequest extends CommandCall {
  /** The user's stream. */
  actor: StreamId;
  /** The Idempotency-Key, which becomes the event's id; null: the writer makes an id. */
  key: Uint8Array | null;
  /** The version that the user saw; null to accept any. */
  ifMatch: number | null;
  /** The time of the decision, ms since 1970 UTC, for imports; default: now. The event's time is never before the head's. */
  atMs?: number;
  /** The file that was made and stored for this command. It is no part of the request, so a retry may have another. */
  file?: DeliveredFile | undefined;
}

/** A write before its decision: its stream, its authorization, and its decider. */
export interface Write {
  stream: StreamKind;
  event: EventType;
  begins: boolean;
  /** The stream to write to, or, if `begins`, the stream that the new one is based on; 0 if the command names none. */
  id: StreamId;
  actor: StreamId;
  ifMatch: number | null;
  /** SHA-256 of the command. */
  request: Uint8Array | null;
  /** @throws Refusal if the user lacks the role */
  authorize(books: Books): void;
  /** @throws Refusal if a rule says no */
  decide(books: Books, atMs: number): Fact | null;
  /** True if the event with this write's key comes from the same command: the write is a retry. */
  isRetryOf(earlier: EarlierEvent): boolean;
}

/** An event in the log with the id of a write. */
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
    decide(books, atMs) {
      // An import records earlier documents as they were.
      if (request.atMs === undefined) checkNewInput(command.input, input, () => command.before?.(books, input, id));
      return command.decide(books, input, { id, atMs, file: request.file });
    },
    isRetryOf: (earlier) =>
      earlier.request === null
        ? earlier.actor === actor && earlier.type === event
        : isHashOf(earlier.request, request, actor),
  };
}

/**
 * @param version the stream's version; undefined if there is no stream, which the decider then refuses
 * @throws Refusal VERSION_MISMATCH
 */
export function checkVersion(write: Write, version: number | undefined): void {
  if (write.ifMatch === null || version === undefined || version === write.ifMatch) return;
  throw refusal("VERSION_MISMATCH", `${write.stream} ${write.id} is at version ${version}, not ${write.ifMatch}`, {
    values: { version, expected: write.ifMatch },
  });
}
