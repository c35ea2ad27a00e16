/** Describes a cache, made by any release. */
import type Database from "better-sqlite3";
import type { Sequence } from "../../events/sequence.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { asCacheError } from "../cache/cache-check.ts";
import { PROJECTOR_VERSION } from "../cache/cache-schema.ts";
import { readCheckpoint } from "../cache/checkpoint.ts";
import { quote } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { countText, instantText } from "../text/figures.ts";
import type { Fact, Info } from "./facts.ts";
import { fileSizeFact } from "./info-of-log.ts";

export function infoOfCache(path: string, { brief }: { brief: boolean }): Info {
  let db: Database.Database | undefined;
  try {
    db = openDatabase(path, { readonly: true });
    return describe(db, path, brief);
  } catch (error) {
    throw asCacheError(error, path);
  } finally {
    db?.close();
  }
}

function describe(db: Database.Database, path: string, brief: boolean): Info {
  const { logId, seq, hash, atMs } = readCheckpoint(db);
  const version = db.prepare<[], string>("SELECT projector_version FROM meta").pluck().get() ?? null;
  const current = version === PROJECTOR_VERSION;
  const lastAt = seq === 0 ? null : instantText(atMs);
  const hex = hash && Buffer.from(hash).toString("hex");
  const facts: Fact[] = [
    { label: "what", text: "cache", name: "kind", value: "cache" },
    { label: "where", text: path, name: "place", value: path },
    { label: "log id", text: logId ?? "none yet", name: "log", value: logId },
    { label: "checkpoint", text: countText(seq), name: "checkpoint", value: seq },
    ...(current ? [firstEventFact(db)] : []),
    { label: "last event", text: lastAt ?? "none", name: "lastAt", value: lastAt },
    { label: "last hash", text: hex ?? "none", name: "hash", value: hex },
    {
      label: "projector",
      text: current
        ? `${version}, same as this release`
        : `${version}; this release is ${PROJECTOR_VERSION}: rebuild it with invoify replay`,
      name: "projectorVersion",
      value: version,
    },
    fileSizeFact(path),
  ];
  // The tables of another release may have other names.
  if (brief || !current) return { facts, events: null, rows: null, unreadable: null };
  return { facts, events: countEvents(db), rows: countRows(db), unreadable: null };
}

/**
 * The books of a cache at a moment.
 *
 * @param db stands at the moment
 * @param options.seq the last event of the moment
 */
export function infoOfBooks(
  db: Database.Database,
  path: string,
  { brief, seq }: { brief: boolean; seq: Sequence },
): Info {
  const { logId } = readCheckpoint(db);
  const at = db.prepare<[number], number>("SELECT at FROM activity WHERE seq = ?").pluck().get(seq);
  const lastAt = at === undefined ? null : instantText(at);
  const facts: Fact[] = [
    { label: "what", text: "cache", name: "kind", value: "cache" },
    { label: "where", text: path, name: "place", value: path },
    { label: "log id", text: logId ?? "none yet", name: "log", value: logId },
    { label: "as of event", text: countText(seq), name: "asOf", value: seq },
    firstEventFact(db),
    { label: "last event", text: lastAt ?? "none", name: "lastAt", value: lastAt },
  ];
  if (brief) return { facts, events: null, rows: null, unreadable: null };
  return { facts, events: countEvents(db), rows: countRows(db), unreadable: null };
}

function firstEventFact(db: Database.Database): Fact {
  const at = db.prepare<[], number>("SELECT at FROM activity WHERE seq = 1").pluck().get();
  const value = at === undefined ? null : instantText(at);
  return { label: "first event", text: value ?? "none", name: "firstAt", value };
}

function countEvents(db: Database.Database): Record<string, number> {
  const counts = db
    .prepare<[], [string, number]>("SELECT type, count(*) FROM activity GROUP BY type ORDER BY 2 DESC, 1")
    .raw()
    .all();
  return Object.fromEntries(counts);
}

function countRows(db: Database.Database): Record<string, number> {
  const names = Object.values(TABLES).map(({ name }) => name);
  return Object.fromEntries(
    names.map((name) => [
      name,
      db
        .prepare<[], number>(`SELECT count(*) FROM ${quote(name)}`)
        .pluck()
        .get() ?? 0,
    ]),
  );
}
