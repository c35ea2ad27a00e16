/** `invoify digest`: prints one hash over all rows of a cache. Equal digests mean equal caches. */
import type Database from "better-sqlite3";
import { decodeHeader } from "../../events/encoding/event.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { Sequence } from "../../events/sequence.ts";
import { AT_OPTION, withBooks } from "../as-of/books.ts";
import { NO_CHECKPOINT, readCheckpoint } from "../cache/checkpoint.ts";
import { digestOf, type RowsDigest, rowsDigestOf, wholeDigest } from "../cache/digest.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, UsageError } from "../command-line/failure.ts";
import { openSource, withCache } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { countText } from "../text/figures.ts";
import { readBody } from "./decoded-events.ts";

/** `digest` is null at a moment of which only the rows are known. */
type Digest = RowsDigest & { seq: Sequence; digest: string | null };

export const digest = defineCommand({
  name: "digest",
  about: `Prints a SHA-256 over tables by name, rows by key, and columns in order. It
includes the log's id, the checkpoint and the hash of its event, but no search
indexes or local data. Two caches of the same log at the same event have the same
digest.

With --at it is the digest of the books at that moment, from the past that the cache
keeps. To compare it with a replay to that moment:

  invoify digest cache.sqlite --at 1234
  invoify replay --from LOG --to replayed.sqlite --at 1234
  invoify digest replayed.sqlite --rows

A cache has no hashes of past events, so this is the digest of the rows alone. With
--log LOG it is the whole digest, as without --rows.`,
  positionals: ["FILE"],
  options: {
    at: AT_OPTION,
    log: { type: "string", value: "LOG", help: "with --at: take the event's hash from this log, for the whole digest" },
    rows: { type: "boolean", help: "the digest of the rows alone" },
    tables: { type: "boolean", help: "also print each table's digest, to see where two caches differ" },
    json: JSON_OUTPUT,
  },
  async run({ values: { at, log, rows: rowsOnly, tables, json }, positionals }, terminal) {
    if (log !== undefined && at === undefined) throw new UsageError("--log is for --at");
    await withCache(positionals[0] ?? "", async (db, path) => {
      const result = at === undefined ? digestNow(db) : await digestAt(db, { path, at, log }, terminal);
      if (json) terminal.out(JSON.stringify({ cache: path, log: readCheckpoint(db).logId, ...result }));
      else if (tables) terminal.out(asTable(result));
      else terminal.out((rowsOnly ? null : result.digest) ?? result.rowsDigest);
      if (!json && !rowsOnly && !tables && result.digest === null)
        terminal.note("the digest of the rows: compare it with that of invoify digest FILE --rows");
    });
    return 0;
  },
});

function digestNow(db: Database.Database): Digest {
  return db.transaction(() => ({ seq: readCheckpoint(db).seq, ...digestOf(db) }))();
}

async function digestAt(
  present: Database.Database,
  { path, at, log }: { path: string; at: string; log: string | undefined },
  terminal: Terminal,
): Promise<Digest> {
  return await withBooks({ location: path, at }, terminal, async ({ db, seq }) => {
    const rows = rowsDigestOf(db);
    if (seq === 0) return { seq, digest: wholeDigest(NO_CHECKPOINT, rows), ...rows };
    if (log === undefined) return { seq, digest: null, ...rows };
    const hash = await hashInLog(log, { db: present, seq, path }, terminal);
    return { seq, digest: wholeDigest({ logId: readCheckpoint(present).logId, seq, hash }, rows), ...rows };
  });
}

/** The hash of an event in a log. @throws Failure if it is not the log, or not the event, of the cache */
async function hashInLog(
  location: string,
  { db, seq, path }: { db: Database.Database; seq: Sequence; path: string },
  terminal: Terminal,
): Promise<Uint8Array> {
  const log = await openSource(location, terminal);
  try {
    if (seq > (await log.head())) throw new Failure(`${log.name}: there is no event ${seq}`);
    const body = await readBody(log, seq);
    const known = db.prepare<[number], Uint8Array>("SELECT event_id FROM activity WHERE seq = ?").pluck().get(seq);
    if (!sameBytes(decodeHeader(body, `event ${seq}`).id, known) || (await log.id()) !== readCheckpoint(db).logId)
      throw new Failure(`${log.name}: event ${seq} is not the one in ${path}`);
    return eventHash(body);
  } finally {
    await log.close();
  }
}

function asTable({ tables, rowsDigest, digest }: Digest): string {
  const lines = tables.map(({ table, rows, digest }) => [table, countText(rows), digest]);
  const all = digest === null ? [] : [["all", "", digest]];
  return tableText([...lines, ["rows", "", rowsDigest], ...all], { right: [1] });
}
