/** Prepares each statement once per connection: SQLite takes longer to compile a short query than to run it. */
import type Database from "better-sqlite3";

/** Cached statements per connection. Lists have many combinations of filters, but few are frequent. */
const MAX_STATEMENTS = 500;

const cache = new WeakMap<Database.Database, Map<string, Database.Statement<unknown[], unknown>>>();

/** Returns the cached statement for this SQL, or prepares it. */
export function prepare<Args extends unknown[], Row>(
  db: Database.Database,
  sql: string,
): Database.Statement<Args, Row> {
  const statements = cache.get(db) ?? new Map<string, Database.Statement<unknown[], unknown>>();
  cache.set(db, statements);
  let statement = statements.get(sql);
  if (!statement) {
    statement = db.prepare<unknown[], unknown>(sql);
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    statements.set(sql, statement);
  }
  return statement as unknown as Database.Statement<Args, Row>;
}
