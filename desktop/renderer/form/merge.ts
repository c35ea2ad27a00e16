/** Merges the changes that two users made to the same thing. */

interface Difference<V> {
  name: keyof V & string;
  mine: V[keyof V & string];
  theirs: V[keyof V & string];
}

export interface MergedFields<V> {
  names: readonly (keyof V & string)[];
  inParts?: readonly (keyof V & string)[];
}

export interface Merge<V> {
  /** My version with the fields that only they changed. In conflicts, my value. */
  value: V;
  /** Fields that both changed, to different values: the user must choose. */
  conflicts: Difference<V>[];
  /** Fields whose value includes their changes. */
  mergedFields: (keyof V & string)[];
}

/**
 * @param fields the names of all fields, and of those that are merged part by part; any other is one value, such as the
 * amounts that use up a payment: what each of two users decided may be right, and both together wrong
 * @param base the version that both started from
 */
export function merge<V extends object>(fields: MergedFields<V>, base: V, mine: V, theirs: V): Merge<V> {
  const { names, inParts = [] } = fields;
  const value = { ...mine };
  const conflicts: Difference<V>[] = [];
  const mergedFields: (keyof V & string)[] = [];
  for (const name of names) {
    if (isSame(mine[name], theirs[name]) || isSame(theirs[name], base[name])) continue;
    const parts = inParts.includes(name) ? mergeParts(base[name], mine[name], theirs[name]) : null;
    if (isSame(mine[name], base[name])) {
      value[name] = theirs[name];
      mergedFields.push(name);
    } else if (canMergeLists(base[name], mine[name], theirs[name])) {
      value[name] = mergeLists(base[name], mine[name], theirs[name]) as V[typeof name];
      mergedFields.push(name);
    } else if (parts?.isClear) {
      value[name] = parts.mine as V[typeof name];
      mergedFields.push(name);
    } else {
      const choice = parts ?? { mine: mine[name], theirs: theirs[name] };
      value[name] = choice.mine as V[typeof name];
      conflicts.push({ name, mine: value[name], theirs: choice.theirs as V[typeof name] });
    }
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

/**
 * Merges a field that has parts by name. Whatever the user chooses of the parts that both changed, the others have the
 * changes of both. Null for a field of another kind.
 */
function mergeParts(base: unknown, mine: unknown, theirs: unknown) {
  if (!isRecord(base) || !isRecord(mine) || !isRecord(theirs)) return null;
  const names = [...new Set([base, mine, theirs].flatMap(Object.keys))].sort();
  const changedByBoth = (name: string) =>
    ![base[name], theirs[name]].some((one) => isSame(mine[name], one)) && !isSame(theirs[name], base[name]);
  const pick = (other: Record<string, unknown>) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const one = changedByBoth(name) ? other[name] : isSame(mine[name], base[name]) ? theirs[name] : mine[name];
        return one === undefined ? [] : [[name, one]];
      }),
    );
  return { mine: pick(mine), theirs: pick(theirs), isClear: !names.some(changedByBoth) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Compares plain data, such as a form's input. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
