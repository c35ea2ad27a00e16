/** The parts of a history, from a cache or a log. */
import type { StreamKind } from "../../events/encoding/catalogue.ts";
import type { LogError } from "../../events/errors.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { UsageError } from "../command-line/failure.ts";

/** The subject of a history: an invoice's number, a stream, or whichever of the two exists. */
export interface HistoryQuery {
  number: string | null;
  stream: StreamId | null;
}

export interface Entry {
  seq: Sequence;
  /** ms since 1970 UTC */
  atMs: number;
  actor: number;
  who: string;
  type: string;
  stream: StreamId;
  /** The stream that the event belongs to, such as `payment 17`; null for the subject itself. */
  about: string | null;
  words: string;
}

export interface History {
  kind: StreamKind;
  stream: StreamId;
  title: string;
  /** The time zone for all times. */
  timeZone: string;
  entries: Entry[];
  /** False if only the types of the events were known. */
  hasDetails: boolean;
  /** The list is complete up to this event. */
  upTo: Sequence;
  /** The head of the log that was read; null if no log was. */
  head: Sequence | null;
  /** Why the list ends there, before the log's head; null if it does not. */
  stoppedBy: LogError | null;
}

/** Resolves a query to a stream. @throws UsageError if neither the number nor the stream exists, or both do */
export function chooseStream(
  { number, stream }: HistoryQuery,
  matches: { byNumber?: StreamId; exists: boolean },
): StreamId {
  const { byNumber, exists } = matches;
  if (byNumber !== undefined && exists && byNumber !== stream)
    throw new UsageError(
      `${number} is the number of invoice ${byNumber}, but there is also a stream ${stream}; use --number or --stream`,
    );
  if (byNumber !== undefined) return byNumber;
  if (exists && stream !== null) return stream;
  const what = [
    number === null ? "" : `no invoice or credit note has the number ${number}`,
    stream === null ? "" : `no stream begins with event ${stream}`,
  ];
  throw new UsageError(what.filter(Boolean).join(", and "));
}

/** The name of the user who caused an event, or the server. */
export function whoOf(actor: number, name: string | null | undefined): string {
  return actor === 0 ? "the server" : (name ?? `user ${actor}`);
}

export function kindText(kind: string): string {
  return kind.replaceAll("_", " ");
}
