/** Prepares each statement once per connection: SQLite takes longer to compile a short query than to run it. */
import type Database from "better-sqlite3";

/** Cached statements per connection. Lists have many combinations of filters, but few are frequent. */
const MAX_STATEMENTS = 500;

/** What a statement returns: objects, the value of the first column, or arrays. */
type Form = "objects" | "values" | "arrays";
type AnyStatement = Database.Statement<unknown[], unknown>;

/** Callers share a statement, so none of them may change what it returns. */
export type SharedStatement<Args extends unknown[], Result> = Omit<
  Database.Statement<Args, Result>,
  "pluck" | "raw" | "expand" | "safeIntegers" | "bind"
>;

const cache = new WeakMap<Database.Database, Map<string, AnyStatement>>();

/** Returns the cached statement for this SQL, or prepares it. It returns rows as objects. */
export function prepare<Args extends unknown[], Row>(db: Database.Database, sql: string): SharedStatement<Args, Row> {
  return shared<Args, Row>(db, sql, "objects");
}

/** The same, but it returns the value of the first column. */
export function prepareValue<Args extends unknown[], Value>(
  db: Database.Database,
  sql: string,
): SharedStatement<Args, Value> {
  return shared<Args, Value>(db, sql, "values");
}

/** The same, but it returns rows as arrays of their columns. */
export function prepareArray<Args extends unknown[], Row extends unknown[]>(
  db: Database.Database,
  sql: string,
): SharedStatement<Args, Row> {
  return shared<Args, Row>(db, sql, "arrays");
}

function shared<Args extends unknown[], Result>(
  db: Database.Database,
  sql: string,
  form: Form,
): SharedStatement<Args, Result> {
  const statements = cache.get(db) ?? new Map<string, AnyStatement>();
  cache.set(db, statements);
  const key = `${form} ${sql}`;
  let statement = statements.get(key);
  if (!statement) {
    statement = db.prepare<unknown[], unknown>(sql);
    if (form === "values") statement.pluck();
    if (form === "arrays") statement.raw();
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    statements.set(key, statement);
  }
  return statement as unknown as SharedStatement<Args, Result>;
}
