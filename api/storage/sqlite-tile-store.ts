/** The trees of one log in an SQLite file beside the log. */
import type Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { asLogError } from "../../events/sources/sqlite/sqlite-log-file.ts";
import { type Fork, type FullTile, type TileStore, type TreePair, tileName } from "./tile-store.ts";

const FORMAT = 1;

const DDL = `
CREATE TABLE IF NOT EXISTS tile (
  generation INTEGER NOT NULL CHECK (generation >= 1),
  level      INTEGER NOT NULL,                -- 0: leaf hashes
  n          INTEGER NOT NULL,                -- place in the level, from 0
  root       BLOB NOT NULL,                   -- over its hashes, 32 bytes
  hashes     BLOB NOT NULL CHECK (length(hashes) = 8192),
  PRIMARY KEY (generation, level, n)
) STRICT;
CREATE TABLE IF NOT EXISTS tree_head (        -- the newest pair that may be signed
  generation INTEGER PRIMARY KEY CHECK (generation >= 1),
  size       INTEGER NOT NULL CHECK (size >= 1),
  root       BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;
CREATE TABLE IF NOT EXISTS fork (             -- how each generation after the first began
  generation INTEGER PRIMARY KEY CHECK (generation >= 2),
  note       TEXT NOT NULL
) STRICT;
PRAGMA user_version = ${FORMAT}`;

export class SqliteTileStore implements TileStore {
  readonly name: string;
  readonly mayBeStale = false;
  readonly #db: Database.Database;

  /**
   * Opens the file, or creates it.
   *
   * @throws LogError NOT_A_LOG if the file has another format; DAMAGED, UNREACHABLE
   */
  constructor(path: string) {
    this.name = path;
    let db: Database.Database | undefined;
    try {
      db = openDatabase(path, { timeout: 10_000 });
      db.pragma("journal_mode = WAL");
      // A pair is on the disk before it is signed.
      db.pragma("synchronous = FULL");
      const opened = db;
      // Two processes that start at the same time must not both create the tables.
      opened.transaction(() => prepare(opened, path)).immediate();
      this.#db = opened;
    } catch (error) {
      db?.close();
      throw asLogError(error, path);
    }
  }

  async addTiles(generation: number, tiles: readonly FullTile[]): Promise<void> {
    const add = this.#db.prepare(
      "INSERT INTO tile (generation, level, n, root, hashes) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#guard(() =>
      this.#db
        .transaction(() => {
          for (const tile of tiles) {
            const { level, index, root, hashes } = tile;
            if (add.run(generation, level, index, root, hashes).changes > 0) continue;
            if (!sameBytes(this.#tileNow(generation, level, index), hashes))
              throw new LogError("ALTERED", `${this.name}: ${tileName(tile)} is there with other hashes`);
          }
        })
        .immediate(),
    );
  }

  async tile(generation: number, level: number, index: number): Promise<Uint8Array | null> {
    return this.#guard(() => this.#tileNow(generation, level, index));
  }

  async tileRoots(generation: number, level: number, from: number, to: number): Promise<Uint8Array[]> {
    const rows = this.#guard(() =>
      this.#db
        .prepare<number[], { n: number; root: Uint8Array }>(
          "SELECT n, root FROM tile WHERE generation = ? AND level = ? AND n >= ? AND n < ? ORDER BY n",
        )
        .all(generation, level, from, to),
    );
    const gap = rows.findIndex(({ n }, at) => n !== from + at);
    return (gap === -1 ? rows : rows.slice(0, gap)).map(({ root }) => root);
  }

  async head(generation: number): Promise<TreePair | null> {
    const select = "SELECT size, root FROM tree_head WHERE generation = ?";
    return this.#guard(() => this.#db.prepare<[number], TreePair>(select).get(generation)) ?? null;
  }

  async advance(generation: number, from: TreePair | null, to: TreePair): Promise<boolean> {
    if (from === null)
      return this.#changes("INSERT INTO tree_head (generation, size, root) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [
        generation,
        to.size,
        to.root,
      ]);
    return this.#changes("UPDATE tree_head SET size = ?, root = ? WHERE generation = ? AND size = ? AND root = ?", [
      to.size,
      to.root,
      generation,
      from.size,
      from.root,
    ]);
  }

  async forks(): Promise<Fork[]> {
    const select = "SELECT generation, note FROM fork ORDER BY generation";
    return this.#guard(() => this.#db.prepare<[], Fork>(select).all());
  }

  async addFork({ generation, note }: Fork): Promise<boolean> {
    return this.#changes("INSERT INTO fork (generation, note) VALUES (?, ?) ON CONFLICT DO NOTHING", [
      generation,
      note,
    ]);
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #tileNow(generation: number, level: number, index: number): Uint8Array | null {
    const select = "SELECT hashes FROM tile WHERE generation = ? AND level = ? AND n = ?";
    return this.#db.prepare<number[], Uint8Array>(select).pluck().get(generation, level, index) ?? null;
  }

  /** @returns true if the statement changed a row */
  #changes(sql: string, values: unknown[]): boolean {
    return this.#guard(() => this.#db.prepare(sql).run(...values).changes > 0);
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}

function prepare(db: Database.Database, path: string): void {
  const format = db.pragma("user_version", { simple: true });
  const isNew = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (format !== FORMAT && !isNew)
    throw new LogError("NOT_A_LOG", `${path}: has tiles of format ${format}, expected ${FORMAT}`);
  db.exec(DDL);
}
