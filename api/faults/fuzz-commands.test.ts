/** Commands with any input: what is decided is decided, what is not is refused, and nothing fails. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COMMANDS, type CommandName } from "../../events/commands/commands.ts";
import { arbitraryInput } from "../../fixtures/data/arbitrary-input.ts";
import { call, newKey, openOffice } from "../sessions/people.suite.ts";
import { checkAnswer } from "./fuzz.suite.ts";

const { api, base, owner } = await openOffice();
const { token } = owner;
const log = (await api.organizations.get(owner.log))?.log;
const names = Object.keys(COMMANDS) as CommandName[];

/** A number for a path: of something that is there, mostly. Never the owner's, whose token this is. */
const arbitraryId = fc
  .oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1e300, "x", "1.5", "%00"))
  .filter((id) => id !== 2);

const sendCommand = (name: CommandName, id: unknown, body: unknown) =>
  checkAnswer(base, {
    method: COMMANDS[name].method,
    path: COMMANDS[name].path.replace(":id", String(id)),
    init: {
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "idempotency-key": newKey(),
      },
      body: JSON.stringify(body),
    },
    what: body,
  });

/** A command, with any input that its schema takes. */
const inputs = new Map(names.map((name) => [name, arbitraryInput(COMMANDS[name].input as never)]));
const arbitraryCommand = fc
  .constantFrom(...names)
  .chain((name) => fc.record({ name: fc.constant(name), id: arbitraryId, input: inputs.get(name) ?? fc.constant({}) }));

test("commands with any input that their schemas take", async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryCommand, async ({ name, id, input }) => {
      const status = await sendCommand(name, id, input);
      assert.notEqual(status, 401);
      if (status === 200) done++;
    }),
    { numRuns: 300 },
  );
  // About 25 of them are done: so few come once in a million runs.
  assert.ok(done > 5, `${done}`);
  assert.ok(((await log?.head()) ?? 0) > 5);
});

/** JSON that nobody expects. Names are those of objects' own parts, and of the fields there are. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, "", "\0", "\ud800", 1e308, -0, 0.1, 2 ** 53, [], {}, [[]], { length: 1e9 }),
  fc.dictionary(
    fc.constantFrom("toString", "constructor", "hasOwnProperty", "id", "lines", "__proto__"),
    fc.jsonValue(),
  ),
  fc.string({ minLength: 1000, maxLength: 5000 }),
);

/** Puts something else at some place of a value. */
function spoil(value: unknown, junk: unknown, place: number): unknown {
  if (typeof value !== "object" || value === null || place % 3 === 0) return junk;
  const keys = Object.keys(value);
  const key = keys[place % (keys.length + 1)] ?? "new";
  const inner = (value as Record<string, unknown>)[key];
  const spoiled = spoil(inner, junk, Math.floor(place / 3));
  if (Array.isArray(value)) return [...value.filter((_, n) => String(n) !== key), spoiled];
  return { ...value, [key]: spoiled };
}

test("commands with input that is spoiled somewhere", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryCommand, junk, fc.nat(1000), async ({ name, id, input }, junk, place) => {
      await sendCommand(name, id, spoil(input, junk, place));
    }),
    { numRuns: 300 },
  );
});

test("after all that it is still there, and whoever was in is still in", async () => {
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token })).status, 200);
});
