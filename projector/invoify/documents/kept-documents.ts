/** The part of `invoify document` that writes files as they were delivered, each checked against the event that names it. */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import { type BlobStore, blobText } from "../../../events/blobs/blob-store.ts";
import { DOCUMENT_FORMATS, type DocumentFormat } from "../../../events/einvoice/formats.ts";
import type { LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { UsageError } from "../../command-line/failure.ts";
import { isAddress, kindOfFile, openSource } from "../../command-line/logs-and-caches.ts";
import { lookUp, openBlobsOf } from "../../command-line/named-blobs.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { type DeliveredDocument, deliveredDocument } from "../../maker/delivered-document.ts";
import { prepareValue } from "../../queries/prepared.ts";
import type { ChosenDocument } from "./which-documents.ts";

/** A delivered file of a document. */
export interface KeptDocument extends DeliveredDocument {
  /** The event that names it first. */
  seq: Sequence;
}

const NAMED_BY = `
  SELECT seq FROM activity WHERE stream = ? AND type = 'DocumentDelivered' ORDER BY version LIMIT 1 OFFSET
    (SELECT min(n) - 1 FROM document_delivery WHERE invoice_id = ? AND file_format = ?)`;

/** @param format null: every format in which one was delivered */
export function keptDocuments(
  db: Database.Database,
  { id }: ChosenDocument,
  format: DocumentFormat | null,
): KeptDocument[] {
  return (format === null ? DOCUMENT_FORMATS : [format]).flatMap((format) => {
    const delivered = deliveredDocument(db, { id, format });
    if (delivered === null) return [];
    const seq = prepareValue<[number, number, string], Sequence>(db, NAMED_BY).get(id, id, format);
    return [{ ...delivered, seq: seq ?? assert.fail() }];
  });
}

/**
 * The bytes of a delivered file.
 *
 * @returns a text: why they cannot be had
 */
export async function bytesOf(blobs: BlobStore, { file, seq }: KeptDocument): Promise<Uint8Array | string> {
  const found = await lookUp(blobs, file.sha256);
  if (typeof found !== "string") return found;
  const state = found === "missing" ? "is missing" : "was altered";
  return `the file ${blobText(file.sha256)}, which event ${seq} names, ${state}`;
}

/**
 * Opens the place where the files of a log are.
 *
 * @param place a log; it has to be the one that the books are of
 * @throws UsageError if there are no files at that place, or it has another log
 */
export async function openKept(place: string, db: Database.Database, terminal: Terminal): Promise<BlobStore> {
  if (!isAddress(place) && kindOfFile(place) !== "sqlite") throw noFiles(place);
  const log = await openSource(place, terminal);
  try {
    const [expected, id] = [readCheckpoint(db).logId, await log.id()];
    if (id !== expected) throw otherLog(place, id, expected);
    const blobs = await openBlobsOf(log, place, terminal);
    if (blobs === null) throw noFiles(place);
    return blobs;
  } finally {
    await log.close();
  }
}

function noFiles(place: string): UsageError {
  return new UsageError(
    `${place}: has no files of documents; name the server, its .sqlite file or its database with --files LOG`,
  );
}

function otherLog(place: string, id: LogId | null, expected: LogId | null): UsageError {
  return new UsageError(`${place}: is log ${id}, and the documents are of log ${expected}`);
}
