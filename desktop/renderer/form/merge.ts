/** Merges the changes that two users made to the same thing. */

interface Difference<V> {
  name: keyof V & string;
  mine: V[keyof V & string];
  theirs: V[keyof V & string];
}

export interface Merge<V> {
  /** My version with the fields that only they changed. In conflicts, my value. */
  value: V;
  /** Fields that both changed, to different values: the user must choose. */
  conflicts: Difference<V>[];
  /** Fields whose value includes their changes. */
  mergedFields: (keyof V & string)[];
}

/** @param names of the fields @param base the version that both started from */
export function merge<V extends object>(names: readonly (keyof V & string)[], base: V, mine: V, theirs: V): Merge<V> {
  const value = { ...mine };
  const conflicts: Difference<V>[] = [];
  const mergedFields: (keyof V & string)[] = [];
  for (const name of names) {
    if (isSame(mine[name], theirs[name]) || isSame(theirs[name], base[name])) continue;
    if (isSame(mine[name], base[name])) {
      value[name] = theirs[name];
      mergedFields.push(name);
    } else if (canMergeLists(base[name], mine[name], theirs[name])) {
      value[name] = mergeLists(base[name], mine[name], theirs[name]) as V[typeof name];
      mergedFields.push(name);
    } else conflicts.push({ name, mine: mine[name], theirs: theirs[name] });
  }
  return { value, conflicts, mergedFields };
}

/** True for lists of the same length in which no element was changed by both, to different values. */
function canMergeLists(base: unknown, mine: unknown, theirs: unknown): boolean {
  if (!Array.isArray(base) || !Array.isArray(mine) || !Array.isArray(theirs)) return false;
  if (base.length !== mine.length || base.length !== theirs.length) return false;
  return base.every((one, n) => isSame(mine[n], one) || isSame(theirs[n], one) || isSame(mine[n], theirs[n]));
}

function mergeLists(base: unknown, mine: unknown, theirs: unknown): unknown[] {
  const [before, own] = [base as unknown[], mine as unknown[]];
  return (theirs as unknown[]).map((one, n) => (isSame(own[n], before[n]) ? one : own[n]));
}

/** Compares plain data, such as a form's input. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
