import assert from "node:assert/strict";
import { test } from "node:test";
import { readDays, readWhole } from "./read-days.ts";

test("readDays() reads digits of all scripts, and nothing else", () => {
  const read = (text: string) => {
    const wrong: string[] = [];
    const days = readDays(text, { wrong: (message) => wrong.push(message) });
    return wrong.length === 0 ? days : wrong.join();
  };
  for (const text of ["30", " 30 ", "030", "３０", "٣٠", "३०"]) assert.equal(read(text), 30, text);
  assert.equal(read(""), null);
  assert.deepEqual([read("0"), read("365")], [0, 365]);
  for (const text of ["366", "-1", "(1)", "1.5", "30.", "1,000", "1e2", "0x1f", "30 %", "€30", "3 0", "thirty"])
    assert.equal(read(text), "must be a number of days from 0 to 365", text);
});

test("readWhole() has both limits", () => {
  assert.deepEqual(
    ["0", "1", "12", "13", "", "1e1", " 4 ", "４"].map((text) => readWhole(text, 1, 12)),
    [null, 1, 12, null, null, null, 4, 4],
  );
});
