/** Reads a cache at moments of the past: `sourceAt` is what a read's `at` needs (`projector/queries/read.ts`). */
import type Database from "better-sqlite3";
import type { Moment } from "../queries/moment.ts";
import type { ReadSource } from "../queries/read.ts";
import { MomentConnection } from "./moment-connection.ts";

const MAX_CONNECTIONS = 2;

/**
 * A few connections, each of which stands at a moment until it is needed for another one. They see what other connections
 * commit. When the file is replaced, as by a rebuild, close this before, and make another one.
 */
export class Moments {
  readonly #path: string;
  readonly #max: number;
  #connections: MomentConnection[] = [];
  #uses = 0;
  #closed = false;

  /** @param options.max connections that are kept open: the moments between which readers go to and fro */
  constructor(path: string, { max = MAX_CONNECTIONS }: { max?: number } = {}) {
    this.#path = path;
    this.#max = max;
  }

  /** The cache at a moment. Opens the file only when something is read. */
  sourceAt(moment: Moment): ReadSource {
    const dbAt = () => this.#dbAt(moment);
    return {
      /** Stands at the moment until the next source is asked for its own: take it anew for each read. */
      get db() {
        return dbAt();
      },
      nowMs: moment.atMs,
    };
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
  }

  /** @throws CacheError as `openCacheForReading` */
  #dbAt(moment: Moment): Database.Database {
    if (this.#closed) throw new Error(`${this.#path}: moments of it are closed`);
    const connection = this.#connectionAt(moment);
    connection.usedAt = ++this.#uses;
    return connection.db;
  }

  /** One that stands there; else one that is free, if there are enough; else a new one. */
  #connectionAt(moment: Moment): MomentConnection {
    const { seq, atMs } = moment;
    const there = this.#connections.find((one) => one.moment.seq === seq && one.moment.atMs === atMs);
    if (there) return there;
    const free = this.#connections.filter(({ isBusy }) => !isBusy).sort((a, b) => a.usedAt - b.usedAt);
    const sameEvent = free.find((one) => one.moment.seq === seq);
    const [oldest] = free;
    const connection = sameEvent ?? (this.#connections.length >= this.#max ? oldest : undefined) ?? this.#open();
    connection.standAt(moment);
    return connection;
  }

  #open(): MomentConnection {
    const connection = new MomentConnection(this.#path);
    this.#connections.push(connection);
    return connection;
  }
}
