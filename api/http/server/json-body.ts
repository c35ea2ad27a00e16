/**
 * Reads JSON bodies strictly: bytes that are not UTF-8, and keys that an object has twice, are refused. A lenient parser
 * would replace the bytes by `�` and keep one of the two values, and so record what nobody sent.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { HttpProblem, shorten } from "../problems.ts";
import { Slices } from "../slices.ts";
import { checkStructure, MAX_LONG_VALUES, MAX_VALUES } from "./json-limits.ts";

/** A body up to this size is read when it arrives, bytes: that takes less than a millisecond. */
const LARGE_BYTES = 16 * 1024;

/** Call it before the first route is added. */
export function readJsonStrictly(app: FastifyInstance): void {
  const slices = new Slices();
  const parse = app.getDefaultJsonParser("error", "error"); // refuses `__proto__` and `constructor`
  // Old clients send JSON as text/plain.
  app.removeContentTypeParser(["application/json", "text/plain"]);
  app.addContentTypeParser(
    ["application/json", "text/plain"],
    { parseAs: "buffer" },
    async (request: FastifyRequest, bytes: Buffer) => {
      const { "content-encoding": encoding = "identity" } = request.headers;
      if (encoding.toLowerCase() !== "identity")
        throw new HttpProblem("MEDIA_TYPE_NOT_KNOWN", `Content-Encoding: ${encoding}: send the body as it is`);
      checkStructure(bytes, request.routeOptions.config.longBody ? MAX_LONG_VALUES : MAX_VALUES);
      // Several large bodies that arrive at once are read in several turns of the event loop, so that others run between.
      if (bytes.length > LARGE_BYTES) await slices.begin();
      let text: string;
      try {
        text = utf8.decode(bytes);
      } catch {
        throw new HttpProblem("BAD_REQUEST", "the body is not UTF-8");
      }
      const value = await new Promise((resolve, reject) => {
        void parse(request, text, (error, value) => (error ? reject(error) : resolve(value)));
      });
      const repeated = repeatedKey(text);
      if (repeated === null) return value;
      const key = shorten(repeated);
      throw new HttpProblem("BAD_REQUEST", `${key}: the key is there twice`, { key });
    },
  );
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

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
