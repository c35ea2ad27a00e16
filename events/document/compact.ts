/** One form for what states nothing. Without a schema: the form on the screen uses it too. */

/**
 * Reduces groups without any content to null, at any depth, so that the same statement has one form.
 *
 * @param group texts, numbers, lists, and groups of them
 */
export function compact<Group extends object>(group: Group | null): Group | null {
  if (group === null) return null;
  const fields = Object.entries(group).map(([name, value]) => [name, compactValue(value)] as const);
  return fields.some(([, value]) => !isNothing(value)) ? (Object.fromEntries(fields) as Group) : null;
}

function compactValue(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? compact(value) : value;
}

function isNothing(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
