/** Statements that are made once for a connection: SQLite takes longer to compile a short query than to run it. */
import type Database from "better-sqlite3";

/** Statements that are kept for a connection. Lists are asked in many ways, but most often in the same few. */
const MAX_KEPT = 500;

const kept = new WeakMap<Database.Database, Map<string, Database.Statement<unknown[], unknown>>>();

/** The statement of this text: a new one, or the same as the last time. */
export function prepared<Args extends unknown[], Row>(
  db: Database.Database,
  sql: string,
): Database.Statement<Args, Row> {
  const statements = kept.get(db) ?? new Map<string, Database.Statement<unknown[], unknown>>();
  kept.set(db, statements);
  let statement = statements.get(sql);
  if (!statement) {
    statement = db.prepare<unknown[], unknown>(sql);
    if (statements.size >= MAX_KEPT) statements.clear();
    statements.set(sql, statement);
  }
  return statement as unknown as Database.Statement<Args, Row>;
}
