/**
 * Reads JSON bodies strictly: bytes that are not UTF-8, and keys that an object has twice, are refused. A lenient parser
 * would replace the bytes by `�` and keep one of the two values, and so record what nobody sent.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { repeatedKey } from "../../../events/repeated-key.ts";
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
