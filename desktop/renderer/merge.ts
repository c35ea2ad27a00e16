/** Two people changed the same thing: what each of them did to it, and what follows from both. */

export interface Difference<V> {
  name: keyof V & string;
  mine: V[keyof V];
  theirs: V[keyof V];
}

export interface Merge<V> {
  /** Mine, with what only they changed. Where both did, mine. */
  value: V;
  /** What both changed, each to something else: somebody has to choose. */
  conflicts: Difference<V>[];
  /** Fields that only they changed. */
  taken: (keyof V & string)[];
}

/** @param base what both began with */
export function merge<V extends object>(base: V, mine: V, theirs: V): Merge<V> {
  const value = { ...mine };
  const conflicts: Difference<V>[] = [];
  const taken: (keyof V & string)[] = [];
  for (const name of Object.keys(mine) as (keyof V & string)[]) {
    if (same(mine[name], theirs[name]) || same(theirs[name], base[name])) continue;
    if (same(mine[name], base[name])) {
      value[name] = theirs[name];
      taken.push(name);
    } else conflicts.push({ name, mine: mine[name], theirs: theirs[name] });
  }
  return { value, conflicts, taken };
}

/** What is typed into forms is plain data. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
