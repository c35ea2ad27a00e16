/** A read-only connection to a cache that stands at a moment, while other connections go on following the log. */
import type Database from "better-sqlite3";
import type { Sequence } from "../../events/sequence.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { type Moment, standAt } from "../queries/moment.ts";
import { nodesOf } from "../tables/past.ts";
import type { Table } from "../tables/table.ts";
import {
  type Copies,
  CREATE_MOMENT,
  copiesIn,
  fillSql,
  KEPT,
  leaveSql,
  sqlAtMoment,
  thenIndexes,
  topUpSql,
} from "./tables-then.ts";

/** What a copy has: the rows of the past that were there at an event, of the past up to a checkpoint. */
interface Filled {
  seq: Sequence;
  checkpoint: Sequence;
}

interface Copy {
  filled: Filled | null;
  /** The indexes that it does not have yet, with the statements that create them. */
  readonly missing: Map<string, string>;
  readonly fill: Database.Statement;
  readonly topUp: Database.Statement;
  readonly leave: Database.Statement;
}

type Run = (...values: unknown[]) => unknown;

export class MomentConnection {
  readonly db: Database.Database;
  readonly #copies: ReadonlyMap<Table, Copy>;
  readonly #setMoment: Database.Statement<[number, number]>;
  readonly #checkpointOf: Database.Statement<[], number>;
  #moment: Moment = { seq: 0, atMs: 0 };
  /** The checkpoint that the transaction of a read sees; null outside of one. */
  #seen: Sequence | null = null;
  /** When it was used last, as its pool counts. */
  usedAt = 0;

  /** @throws CacheError as `openCacheForReading` */
  constructor(path: string) {
    const db = openCacheForReading(path);
    try {
      // Copies of rows must not reach the disk in plain text.
      db.pragma("temp_store = MEMORY");
      for (const sql of CREATE_MOMENT) db.exec(sql);
      this.#setMoment = db.prepare<[number, number]>("UPDATE temp.moment SET seq = ?, at = ?");
      this.#checkpointOf = db.prepare<[], number>("SELECT checkpoint FROM main.meta").pluck();
      this.#copies = new Map(KEPT.map((table) => [table, copyOf(db, table)]));
    } catch (error) {
      db.close();
      throw error;
    }
    this.db = this.#readingAtMoment(db);
    this.standAt(this.#moment);
  }

  get moment(): Moment {
    return this.#moment;
  }

  /** True while a read is under way: then it may not go to another moment. */
  get isBusy(): boolean {
    return this.db.inTransaction;
  }

  /** Goes to a moment. What it costs is paid by the first reads there, each for the tables that it needs. */
  standAt(moment: Moment): void {
    this.#setMoment.run(moment.seq, moment.atMs);
    this.#moment = moment;
    standAt(this.db, moment);
  }

  close(): void {
    this.db.close();
  }

  /** Makes the connection's statements and transactions read the books of the moment. */
  #readingAtMoment(db: Database.Database): Database.Database {
    const prepare = db.prepare.bind(db) as (sql: string) => Database.Statement;
    const overrides = {
      prepare: (source: string) => {
        const sql = sqlAtMoment(source);
        const copies = copiesIn(sql);
        for (const [table, indexes] of copies) this.#addIndexes(table, indexes);
        const statement = prepare(sql);
        if (statement.reader && copies.size > 0) this.#readCopies(statement, copies);
        return statement;
      },
      // Nothing is written but copies, which stay right whether the read succeeds or not.
      transaction:
        (work: Run): Run =>
        (...values) =>
          this.#inRead(() => work(...values)),
    };
    return Object.assign(db, overrides) as Database.Database;
  }

  #readCopies(statement: Database.Statement, copies: Copies): void {
    const [get, all, iterate] = [statement.get, statement.all, statement.iterate].map((run) => run.bind(statement));
    const overrides = {
      get: (...values: unknown[]) => this.#inRead(() => this.#with(copies, get as Run, values)),
      all: (...values: unknown[]) => this.#inRead(() => this.#with(copies, all as Run, values)),
      iterate: (...values: unknown[]) => {
        // Without a transaction, each row could be of another state than the copies.
        if (!this.db.inTransaction) throw new Error("at a moment, rows are iterated in a transaction");
        return this.#with(copies, iterate as Run, values);
      },
    };
    Object.assign(statement, overrides);
  }

  #with(copies: Copies, run: Run, values: unknown[]): unknown {
    for (const table of copies.keys()) this.#bringUp(table);
    return run(...values);
  }

  /** Runs work in a transaction, so that it sees one state of the tables and the copies that belong to it. */
  #inRead<Answer>(work: () => Answer): Answer {
    const { db } = this;
    if (db.inTransaction) return work();
    db.exec("BEGIN");
    try {
      return work();
    } finally {
      this.#seen = null;
      db.exec("COMMIT");
    }
  }

  /** Brings a copy to the moment, and to the state that the transaction sees. */
  #bringUp(table: Table): void {
    this.#seen ??= this.#checkpointOf.get() ?? 0;
    const copy = this.#copies.get(table);
    if (!copy) throw new Error(`${table.name} has no past`);
    const { seq } = this.#moment;
    const { filled } = copy;
    if (filled?.seq === seq && filled.checkpoint === this.#seen) return;
    if (filled?.seq === seq && filled.checkpoint < this.#seen) copy.topUp.run(filled.checkpoint, seq, seq);
    else {
      if (filled) copy.leave.run(seq, seq);
      copy.fill.run(JSON.stringify(nodesOf(seq, this.#seen)), seq, seq);
    }
    copy.filled = { seq, checkpoint: this.#seen };
  }

  #addIndexes(table: Table, indexes: ReadonlySet<string>): void {
    const missing = this.#copies.get(table)?.missing;
    for (const index of indexes) {
      const sql = missing?.get(index);
      if (sql !== undefined) this.db.exec(sql);
      missing?.delete(index);
    }
  }
}

function copyOf(db: Database.Database, table: Table): Copy {
  return {
    filled: null,
    missing: new Map(thenIndexes(table)),
    fill: db.prepare(fillSql(table)),
    topUp: db.prepare(topUpSql(table)),
    leave: db.prepare(leaveSql(table)),
  };
}
