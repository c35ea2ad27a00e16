/**
 * The patterns of the document. Some pattern takes a time that grows with the square of a text's length, so that one long
 * text stops the server. Each pattern here has been reviewed: whatever text it refuses, it reads it about once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newConfig, startApi } from "../sessions/people.suite.ts";

/** Each pattern with the repetition that could be tried in several ways, and why there is only one way. */
const REVIEWED: Readonly<Record<string, string>> = {
  "^[^\\x00-\\x1f\\x7f-\\x9f]*$": "one class",
  "^[^\\s@A-Z\\x00-\\x1f\\x7f-\\x9f]+@[^\\s@A-Z\\x00-\\x1f\\x7f-\\x9f]+$": "neither class contains what parts them",
  "^(?:[^\\x00-\\x1f\\x7f-\\x9f]|[\\n\\t])*$": "the classes share no character",
  "^[A-Za-z0-9/_.-]*$": "one class",
  "^[A-Za-z0-9_-]+$": "one class",
  "^[A-Za-z0-9_+\\-/]{1,64}$": "bounded",
  "^[A-Z]{2}$": "bounded",
  "^[0-9a-f]{64}$": "bounded",
  "^[A-Z]{3}$": "bounded",
  "^[A-Z0-9]{1,3}$": "bounded",
  "^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$": "a group begins with a hyphen, and contains no other",
  "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$": "bounded",
  '^"?\\d{1,15}"?$|^\\*$': "bounded",
};
/** Those of zod itself: dates and UUIDs are bounded, and each group of base64 has four characters. */
const OF_ZOD = [/^\^\(\?:\(\?:\\d\\d\[2468\]/, /^\^"\?\[0-9a-fA-F\]\{8\}-/, /^\^\$\|\^\(\?:\[0-9a-zA-Z\+\/\]\{4\}\)\*/];

test("every pattern of the document has been reviewed: none takes more than linear time", async () => {
  const { base } = await startApi(newConfig());
  const patterns = new Set<string>();
  JSON.parse(
    await (await fetch(`${base}/api/docs/openapi.json`)).text(),
    function (this: { type?: unknown }, name, value) {
      // A number series has a pattern too, in an example.
      if (name === "pattern" && typeof value === "string" && this.type === "string") patterns.add(value);
      return value as unknown;
    },
  );
  const unknown = [...patterns].filter((pattern) => !(pattern in REVIEWED) && !OF_ZOD.some((of) => of.test(pattern)));
  assert.deepEqual(unknown, [], "review it (two repetitions in a row must share no character), then add it");
  assert.deepEqual(
    Object.keys(REVIEWED).filter((pattern) => !patterns.has(pattern)),
    [],
  );
});
