import assert from "node:assert/strict";
import { test } from "node:test";
import { repeatedKey } from "./repeated-key.ts";

test("repeatedKey() names the path of the key, and accepts equal keys of different objects", () => {
  for (const [json, path] of [
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', null],
    ['{"a":"{\\"a\\":1,","b":"\\\\"}', null],
    ['[["a","a"],{"a":["a"],"b":"a"}]', null],
    ["7", null],
    ['{"":1,"":2}', ""],
    ['{ "a" : 1 , "a" : 1 }', "a"],
    ['{"lines":[{},{"unit":"x","code":[],"unit":"y"}]}', "lines.1.unit"],
    ['[0,[{"a":{},"\\u0061":1}]]', "1.0.a"],
  ] as const)
    assert.equal(repeatedKey(json), path, json);
});
