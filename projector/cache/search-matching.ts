/** Compares a row with an expression inside a statement of SQLite, for rows that no index of words can find. */
import type Database from "better-sqlite3";
import { defineSearchFunctions } from "./search-index.ts";
import { type Expression, matches } from "./search-input.ts";

const defined = new WeakSet<Database.Database>();

/** Defines `search_matches(expression as JSON, words)` and the functions that make the words of a row. */
export function defineMatching(db: Database.Database): void {
  if (defined.has(db)) return;
  defined.add(db);
  defineSearchFunctions(db);
  db.function("search_matches", { deterministic: true }, (expression: string, words: string) =>
    matches(expressionOf(expression), new Set(words.split(" "))) ? 1 : 0,
  );
}

const parsed = new Map<string, Expression>();
const MAX_PARSED = 64;

function expressionOf(json: string): Expression {
  const expression = parsed.get(json) ?? (JSON.parse(json) as Expression);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(json, expression);
  return expression;
}
