/** Adds up the parts in which changes are counted: for commands and screens. It loads neither schemas nor SQLite. */
import type { ChangedSum, Changes, KindChanges } from "./changes.ts";
import type { ChangeKind } from "./kinds.ts";

/** The whole answer. Of sums, only those that differ are left, by column, then by currency. @param parts in their order */
export function addedUp(parts: readonly Changes[]): Changes {
  const [first] = parts;
  if (!first) throw new Error("an answer has at least one part");
  const kinds = new Map<ChangeKind, KindChanges>();
  for (const part of parts.flatMap(({ rows }) => rows)) {
    const all = kinds.get(part.kind);
    if (!all) {
      kinds.set(part.kind, part);
      continue;
    }
    const sums = [...all.sums, ...part.sums];
    kinds.set(part.kind, {
      ...all,
      new: all.new + part.new,
      changed: all.changed + part.changed,
      gone: all.gone + part.gone,
      sums,
    });
  }
  const whole = [...kinds.values()].map((one) => ({ ...one, sums: differing(one.sums) }));
  return { ...first, rows: whole, next: parts.at(-1)?.next ?? null };
}

function differing(sums: readonly ChangedSum[]): ChangedSum[] {
  const added = new Map<string, ChangedSum>();
  for (const { column, currency, before_minor, after_minor } of sums) {
    const key = `${column} ${currency}`;
    const all = added.get(key);
    added.set(key, {
      column,
      currency,
      before_minor: before_minor + (all?.before_minor ?? 0),
      after_minor: after_minor + (all?.after_minor ?? 0),
    });
  }
  const columns = [...new Set(sums.map(({ column }) => column))];
  return [...added.values()]
    .filter(({ before_minor, after_minor }) => before_minor !== after_minor)
    .sort((a, b) => columns.indexOf(a.column) - columns.indexOf(b.column) || (a.currency < b.currency ? -1 : 1));
}
