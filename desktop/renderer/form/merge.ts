/** Two people changed the same thing: what each of them did to it, and what follows from both. */

export interface Difference<V> {
  name: keyof V & string;
  mine: V[keyof V & string];
  theirs: V[keyof V & string];
}

export interface Merge<V> {
  /** Mine, with what only they changed. Where both did, mine. */
  value: V;
  /** What both changed, each to something else: somebody has to choose. */
  conflicts: Difference<V>[];
  /** Fields that only they changed. */
  taken: (keyof V & string)[];
}

/** @param names of the fields @param base what both began with */
export function merge<V extends object>(names: readonly (keyof V & string)[], base: V, mine: V, theirs: V): Merge<V> {
  const value = { ...mine };
  const conflicts: Difference<V>[] = [];
  const taken: (keyof V & string)[] = [];
  for (const name of names) {
    if (same(mine[name], theirs[name]) || same(theirs[name], base[name])) continue;
    if (same(mine[name], base[name])) {
      value[name] = theirs[name];
      taken.push(name);
    } else if (bothLists(base[name], mine[name], theirs[name])) {
      value[name] = mergedList(base[name], mine[name], theirs[name]) as V[typeof name];
      taken.push(name);
    } else conflicts.push({ name, mine: mine[name], theirs: theirs[name] });
  }
  return { value, conflicts, taken };
}

/** True for lists of one length where nobody changed a place that the other changed too. */
function bothLists(base: unknown, mine: unknown, theirs: unknown): boolean {
  if (!Array.isArray(base) || !Array.isArray(mine) || !Array.isArray(theirs)) return false;
  if (base.length !== mine.length || base.length !== theirs.length) return false;
  return base.every((one, n) => same(mine[n], one) || same(theirs[n], one) || same(mine[n], theirs[n]));
}

function mergedList(base: unknown, mine: unknown, theirs: unknown): unknown[] {
  const [old, own] = [base as unknown[], mine as unknown[]];
  return (theirs as unknown[]).map((one, n) => (same(own[n], old[n]) ? one : own[n]));
}

/** What is typed into forms is plain data. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
