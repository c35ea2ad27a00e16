/** Parses texts that clients send repeatedly, such as headers and queries, only once. */

/** Maximum number of stored texts. Past it, the store is emptied. */
const MAX_TEXTS = 1_000;
/** Longer texts are unusual and are not stored, characters. */
const MAX_LENGTH = 128;

/**
 * Stores the results of a pure function of a text.
 *
 * @param of the function; further arguments must follow from the text, such as its parts
 * @returns the same function. Errors are not stored. Results are shared, so callers must not change them.
 */
export function memoize<Value extends string | object | null, More extends unknown[]>(
  of: (text: string, ...more: More) => Value,
): typeof of {
  const results = new Map<string, Value>();
  return (text, ...more) => {
    const stored = results.get(text);
    if (stored !== undefined) return stored;
    const value = of(text, ...more);
    if (text.length <= MAX_LENGTH) {
      if (results.size >= MAX_TEXTS) results.clear();
      results.set(text, value);
    }
    return value;
  };
}
