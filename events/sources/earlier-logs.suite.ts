/** For tests: logs as release 0.1 stored them. */
import Database from "better-sqlite3";
import type { Collection, Db, Document } from "mongodb";
import type { EncodedEvent } from "../encoding/event.ts";
import { createPrivateFile } from "../private-files.ts";

/** The collection of a database, with the indexes of release 0.1. */
export async function earlierCollection(db: Db): Promise<Collection<Document>> {
  const collection = db.collection<Document>("events");
  await collection.createIndexes([
    { key: { log: 1, seq: 1 }, name: "log_seq", unique: true },
    { key: { log: 1, stream: 1, version: 1 }, name: "log_stream_version", unique: true },
  ]);
  return collection;
}

/** Appends events as release 0.1 did. */
export async function appendEarlier(db: Db, log: Uint8Array, events: readonly EncodedEvent[]): Promise<void> {
  const collection = await earlierCollection(db);
  const documents = events.map(({ seq, id, stream, version, type, at, actor, request, body }) => {
    const _id = Buffer.concat([log, id]) as unknown as never;
    return { _id, log, seq, stream, version, type, at, actor, request, body };
  });
  await collection.insertMany(documents);
}

/** Writes the file of an embedded log as release 0.1 did. */
export function writeEarlierFile(path: string, events: readonly EncodedEvent[]): void {
  createPrivateFile(path);
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.exec(`
    CREATE TABLE event (
      seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, stream INTEGER NOT NULL, version INTEGER NOT NULL,
      request BLOB, body BLOB NOT NULL, UNIQUE (stream, version)
    ) STRICT;
    PRAGMA application_id = ${0x496e7666};
    PRAGMA user_version = 1;`);
  const insert = db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)");
  for (const { seq, id, stream, version, request, body } of events) insert.run(seq, id, stream, version, request, body);
  db.close();
}
