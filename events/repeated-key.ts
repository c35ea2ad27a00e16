/** Finds a key that a JSON object has twice: `JSON.parse` keeps the last value without a word. */

/** The keys seen in an object, and the last one; null for an array, which counts its elements instead. */
interface Level {
  keys: Set<string> | null;
  /** The last key, or the index of the current element. */
  at: string | number;
}

/**
 * The path of the first key that an object has twice, such as `lines.3.unit`; null if there is none.
 *
 * @param json valid JSON
 */
export function repeatedKey(json: string): string | null {
  const levels: Level[] = [];
  let isKey = false; // true where an object's next key can begin
  for (let n = 0; n < json.length; n++) {
    const level = levels.at(-1);
    switch (json[n]) {
      case "{":
        levels.push({ keys: new Set(), at: "" });
        isKey = true;
        break;
      case "[":
        levels.push({ keys: null, at: 0 });
        isKey = false;
        break;
      case "}":
      case "]":
        levels.pop();
        isKey = false;
        break;
      case ",":
        isKey = level?.keys !== null;
        if (level && typeof level.at === "number") level.at++;
        break;
      case '"': {
        const end = endOfString(json, n);
        if (isKey && level?.keys) {
          level.at = JSON.parse(json.slice(n, end + 1)) as string; // `"a"` and `"\u0061"` are one key
          if (level.keys.has(level.at)) return levels.map(({ at }) => at).join(".");
          level.keys.add(level.at);
          isKey = false;
        }
        n = end;
      }
    }
  }
  return null;
}

/** The index of the closing quote. */
function endOfString(json: string, start: number): number {
  let end = start + 1;
  while (json[end] !== '"') end += json[end] === "\\" ? 2 : 1;
  return end;
}
