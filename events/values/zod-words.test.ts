/** Input that does not fit is described in plain words, whatever the kind of its schema. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { COMMANDS } from "../commands/commands.ts";
import { faultsOf } from "./zod-words.ts";

const wordsFor = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  return faultsOf(error?.issues ?? []).map(({ field, message }) => `${field}: ${message}`);
};

const two = z.union([z.string().max(2), z.int()]);
const kinds = z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]);
for (const [schema, value, ...words] of [
  [z.string(), 1, ": is not a text"],
  [z.object({ a: z.string() }), {}, "a: is missing"],
  [z.object({ a: z.string() }), { a: null }, "a: is missing"],
  [z.string().min(1), "", ": is missing"],
  [z.string().min(3), "ab", ": is too short: at least 3 characters"],
  [z.string().max(3), "abcd", ": is too long: at most 3 characters"],
  [z.string().length(3), "ab", ": is too short: exactly 3 characters"],
  [z.string().regex(/a/), "b", ": has the wrong format"],
  [z.string().regex(/a/, "must be an a"), "b", ": must be an a"],
  [z.string().startsWith("a"), "b", ": has the wrong format"],
  [z.email(), "b", ": is not an e-mail address"],
  [z.uuid(), "b", ": is not a UUID"],
  [z.base64(), "*", ": is not base64"],
  [z.iso.datetime(), "b", ": is not a time, such as 2026-01-31T12:00:00Z"],
  [z.int(), 1.5, ": is not a whole number"],
  [z.int(), 2 ** 60, `: is too large: at most ${Number.MAX_SAFE_INTEGER}`],
  [z.int().min(3), 2, ": is too small: at least 3"],
  [z.number().lt(3), 3, ": is too large: less than 3"],
  [z.number(), Number.NaN, ": is not a number"],
  [z.number().multipleOf(5), 3, ": is not a multiple of 5"],
  [z.boolean(), "yes", ": is not true or false"],
  [z.date(), "x", ": is not a date"],
  [z.null(), 1, ": is not null"],
  [z.bigint(), 1, ": is not a whole number"],
  [z.enum(["a", "b"]), "c", ": is not one of a, b"],
  [z.enum(["a", "b"], "must be a or b"), "c", ": must be a or b"],
  [z.literal("a"), "c", ": is not a"],
  [z.array(z.int()), {}, ": is not a list"],
  [z.array(z.int()).min(1), [], ": has too few entries: at least 1"],
  [z.array(z.int()).max(1), [1, 2], ": has too many entries: at most 1"],
  [z.tuple([z.int()]), [1, 2], ": has too many entries: at most 1"],
  [z.strictObject({}), { a: 1, b: 2 }, "a: is not a known field", "b: is not a known field"],
  [z.looseObject({}), [], ": is not an object"],
  [z.record(z.string().max(1), z.int()), { ab: 1 }, "ab: is not a name that is allowed here"],
  [two, "abc", ": is too long: at most 2 characters"],
  [two, true, ": is not a text or a number"],
  [kinds, { kind: "c" }, "kind: has none of the forms that are allowed"],
  [z.string().refine(() => false), "a", ": is not valid"],
  [z.custom(() => false, "at most 3 bytes"), "a", ": at most 3 bytes"],
] as const)
  test(`words for ${schema.type} ${JSON.stringify(value)}`, () => assert.deepEqual(wordsFor(schema, value), words));

const STRANGE = [undefined, null, "", " ", "x".repeat(300_000), -1, 1.5, 2 ** 60, true, [], [null], {}, { x: 1 }];

test("no field of any command has one of zod's own messages, whatever is in it", () => {
  for (const [name, { input }] of Object.entries(COMMANDS)) {
    const fields = input instanceof z.ZodObject ? Object.keys(input.shape) : [];
    const inputs = [...STRANGE, ...fields.flatMap((field) => STRANGE.map((value) => ({ [field]: value })))];
    for (const value of inputs)
      for (const words of wordsFor(input as z.ZodType, value))
        assert.doesNotMatch(words, /Invalid|Too (?:small|big)|expected|Unrecognized|undefined|pattern/, name);
  }
});

test("faultsOf() stops at the longest list", () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 1]));
  const { error } = z.strictObject({}).safeParse(many);
  assert.equal(faultsOf(error?.issues ?? [], 3).length, 3);
});
