/** What a history is made of, whoever tells it: a cache, or a log. */
import type { StreamKind } from "../../events/encoding/catalogue.ts";
import { decodeEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { UsageError } from "../command-line/failure.ts";
import { type About, titleOf, wordsOf } from "../text/event-words.ts";

/** What is asked for: an invoice's number, a stream, or whichever of both there is. */
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
  /** What it happened to, where that is not what was asked for, such as `payment 17`. */
  about: string | null;
  words: string;
}

export interface History {
  kind: StreamKind;
  stream: StreamId;
  title: string;
  /** In which times are shown. */
  timeZone: string;
  entries: Entry[];
  /** False where only the events' types were known. */
  hasDetails: boolean;
}

/** @throws UsageError if there is neither, or both */
export function chooseStream(
  { number, stream }: HistoryQuery,
  found: { byNumber?: StreamId; exists: boolean },
): StreamId {
  const { byNumber, exists } = found;
  if (byNumber !== undefined && exists && byNumber !== stream)
    throw new UsageError(
      `${number} is the number of invoice ${byNumber}, and stream ${stream} is something else: say --number or --stream`,
    );
  if (byNumber !== undefined) return byNumber;
  if (exists && stream !== null) return stream;
  const what = [
    number === null ? "" : `no invoice or credit note has the number ${number}`,
    stream === null ? "" : `no stream begins with event ${stream}`,
  ];
  throw new UsageError(what.filter(Boolean).join(", and "));
}

/** An event in words; of a type that this release does not know, as much as there is. */
export function eventText(body: Uint8Array, type: string, about: About): string {
  try {
    return wordsOf(decodeEvent(body), about);
  } catch (error) {
    if (error instanceof LogError && error.code === "UNKNOWN_EVENT")
      return `${titleOf(type)} (update needed to read it)`;
    throw error;
  }
}

/** Who did it: a name, or the server itself. */
export function whoOf(actor: number, name: string | null | undefined): string {
  return actor === 0 ? "the server" : (name ?? `user ${actor}`);
}

export function kindText(kind: string): string {
  return kind.replaceAll("_", " ");
}
