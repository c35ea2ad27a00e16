/** Texts that clients send again and again, such as headers and queries, understood once. */

/** Texts that are remembered; then all are forgotten. */
const MAX_TEXTS = 1_000;
/** What is longer no usual client sends, and it is not remembered; characters. */
const MAX_LENGTH = 128;

/**
 * What a pure function makes of a text, remembered.
 *
 * @param of may be given more that follows from the text, such as its parts
 * @returns the same function. What throws is not remembered, and what it returns is shared: nobody may change it.
 */
export function memoize<Value extends string | object | null, More extends unknown[]>(
  of: (text: string, ...more: More) => Value,
): typeof of {
  const known = new Map<string, Value>();
  return (text, ...more) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = of(text, ...more);
    if (text.length <= MAX_LENGTH) {
      if (known.size >= MAX_TEXTS) known.clear();
      known.set(text, value);
    }
    return value;
  };
}
