/**
 * The words that clients and items once had. A search at a moment asks for them beside the index of now, and then checks
 * each row as it was. Payments need none, because their words never change. Invoices need none, because only drafts change
 * their words: few drafts of a moment were revised later, and a search looks at each of them.
 */
import type Database from "better-sqlite3";
import type { EventType } from "../../events/encoding/catalogue.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { FTS_OPTIONS, SEARCH } from "./search-index.ts";

export type FormerName = "client" | "item";

/** The events that change the words of a row. Every other event leaves a row with the words of the row before it. */
const CHANGED_BY: Readonly<Record<FormerName, EventType>> = { client: "ClientDetailsChanged", item: "ItemChanged" };

/**
 * By name of the table: an index that has one text for each row that ever had other words. It has the words of all versions
 * that lost some, in one text, and the rowid is the id of the row. Unlike the index of now it stores the texts: words are
 * added to them, so that a row that changes many times costs the same each time.
 */
export const FORMER_WORDS = {
  client: formerOf("client"),
  item: formerOf("item"),
} as const;

function formerOf(name: FormerName) {
  return {
    create: `CREATE VIRTUAL TABLE ${name}_former_search USING fts5(text, ${FTS_OPTIONS})`,
    versions: `SELECT p.until, ${SEARCH[name].words("p")} AS words FROM ${name}_past AS p INDEXED BY ${name}_past_key
      WHERE p.id = ? AND p.until > ? AND (SELECT type FROM activity WHERE seq = p.until) = '${CHANGED_BY[name]}'
      ORDER BY p.until LIMIT ?`,
  };
}

export const FORMER_NAMES = Object.keys(FORMER_WORDS) as FormerName[];

/** Versions of a row that are read at once: their texts are in memory. */
const MAX_VERSIONS = 256;

/** Adds the words that rows of a table lost. */
export class FormerWords {
  readonly #versions: Database.Statement<[StreamId, Sequence, number], { until: Sequence; words: string }>;
  readonly #text: Database.Statement<[StreamId], string>;
  readonly #write: Database.Statement<[StreamId, string]>;

  /** @param db with the tables, their past and its indexes, the index of former words and the functions of search */
  constructor(db: Database.Database, name: FormerName) {
    this.#versions = db.prepare(FORMER_WORDS[name].versions);
    this.#text = db.prepare<[StreamId], string>(`SELECT text FROM ${name}_former_search WHERE rowid = ?`).pluck();
    this.#write = db.prepare(`INSERT OR REPLACE INTO ${name}_former_search (rowid, text) VALUES (?, ?)`);
  }

  /** Adds the words of the versions of a row that ended after this event, inside the caller's transaction. */
  add(id: StreamId, after: Sequence): void {
    let words: Set<string> | null = null;
    for (let from = after; ; ) {
      const versions = this.#versions.all(id, from, MAX_VERSIONS);
      for (const version of versions) {
        words ??= new Set(this.#text.get(id)?.split(" ") ?? []);
        for (const word of version.words.split(" ")) words.add(word);
        from = version.until;
      }
      if (versions.length < MAX_VERSIONS) break;
    }
    if (words !== null) this.#write.run(id, [...words].join(" "));
  }
}

/** Creates the indexes of former words, and fills them from the past of the tables. */
export function createFormerWords(db: Database.Database): void {
  for (const name of FORMER_NAMES) {
    db.exec(FORMER_WORDS[name].create);
    const former = new FormerWords(db, name);
    const ids = db.prepare<[], number>(`SELECT DISTINCT id FROM ${name}_past INDEXED BY ${name}_past_key ORDER BY id`);
    for (const id of ids.pluck().all()) former.add(id, 0);
  }
}
