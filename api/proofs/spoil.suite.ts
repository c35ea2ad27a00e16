/** What an attacker with the database, or an accident, does to an embedded log whose server is stopped. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { LogId } from "../../events/log/log.ts";
import { type Config, foldersOf } from "../config/config.ts";

type Store = Pick<Config, "dataFolder">;

/** Runs statements on a log's own file. */
export function spoilLog(store: Store, log: LogId, sql: string, ...values: unknown[]): void {
  spoil(join(foldersOf(store).logs, `${log}.sqlite`), sql, values);
}

/** Runs statements on the file of its trees. */
export function spoilTrees(store: Store, log: LogId, sql: string, ...values: unknown[]): void {
  spoil(join(foldersOf(store).logs, `${log}.tree.sqlite`), sql, values);
}

/** Removes the events after a sequence. The server's cache is removed too, as a rebuild on another machine would begin. */
export function cutLog(store: Store, log: LogId, upTo: number): void {
  spoilLog(store, log, "DELETE FROM event WHERE seq > ?", upTo);
  rmSync(foldersOf(store).caches, { recursive: true });
}

function spoil(path: string, sql: string, values: readonly unknown[]): void {
  const db = new Database(path, { fileMustExist: true });
  db.prepare(sql).run(...values);
  db.close();
}
