/** Events in words, for screens and spreadsheets. The words are made from the event itself, which only the mirror has. */
import { decodeEvent } from "../../../events/encoding/event.ts";
import type { Sequence, StreamId } from "../../../events/sequence.ts";
import type { ActivityRow } from "../../../projector/queries/activity.ts";
import { currencyOf, invoiceHeading, nameOfStream, sourceName } from "../../../projector/queries/history.ts";
import type { ReadSource } from "../../../projector/queries/read.ts";
import { type About, type Piece, piecesOf, textOf, titleOf } from "../../../projector/text/event-words.ts";
import { describeError } from "../../contract/call-error.ts";
import type { ActivityWords } from "../../contract/contract.ts";
import type { ActivityCells } from "./csv-tables.ts";

/** The sources of a read. */
export interface Readable extends ReadSource {
  /** The bytes of an event; null if the mirror does not contain it. */
  bodyAt: (seq: Sequence) => Uint8Array | null;
}

/** @param subject the stream that the screen shows, which the words then need not name */
export function inWords({ db, bodyAt }: Readable, row: ActivityRow, subject: StreamId | null): ActivityWords {
  const { seq, at, actor_name, type, stream_kind, stream } = row;
  const about: About = {
    currency: currencyOf(db, stream),
    invoice: (id) => (id === subject ? "this document" : (invoiceHeading(db, id)?.number ?? `draft ${id}`)),
    source: (id) => (id === subject ? (invoiceHeading(db, id) ? "this document" : "this payment") : sourceName(db, id)),
  };
  const name = nameOfStream(db, stream_kind, stream);
  return { id: seq, seq, at, actor_name, type, stream_kind, stream, name, words: describe(bodyAt(seq), type, about) };
}

/** Amounts and days are written as in a log's text, the same in every language. */
export function inSpreadsheet(from: Readable, row: ActivityRow): ActivityCells {
  const { seq, at, actor_name, type, stream_kind, name, words } = inWords(from, row, null);
  return { seq, at, actor_name, type, stream_kind, name, words: words.map(textOf).join("") };
}

function describe(body: Uint8Array | null, type: string, about: About): Piece[] {
  if (body === null) return [titleOf(type)];
  try {
    return piecesOf(decodeEvent(body), about);
  } catch (error) {
    return [`${titleOf(type)} (${describeError(error)})`];
  }
}
