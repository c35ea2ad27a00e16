/** Commands with any input succeed or are refused, and none fails with an internal error. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COMMANDS, type CommandName } from "../../events/commands/commands.ts";
import { arbitraryInput } from "../../fixtures/data/arbitrary-input.ts";
import { call, newKey, openOffice } from "../sessions/people.suite.ts";
import { checkResponse } from "./fuzz.suite.ts";

const { api, base, owner } = await openOffice();
const { token } = owner;
const log = (await api.organizations.get(owner.log))?.log;
const names = Object.keys(COMMANDS) as CommandName[];

/** A number for a path, mostly of an existing stream. Never the owner's, because the test uses the owner's token. */
const arbitraryId = fc
  .oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1e300, "x", "1.5", "%00"))
  .filter((id) => id !== 2);

const sendCommand = (name: CommandName, id: unknown, body: unknown) =>
  checkResponse(base, {
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
    input: body,
  });

/** A command with any input that its schema accepts. */
const inputs = new Map(names.map((name) => [name, arbitraryInput(COMMANDS[name].input as never)]));
const arbitraryCommand = fc
  .constantFrom(...names)
  .chain((name) => fc.record({ name: fc.constant(name), id: arbitraryId, input: inputs.get(name) ?? fc.constant({}) }));

test("commands with any input that their schemas accept cause no internal error", async () => {
  let succeeded = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryCommand, async ({ name, id, input }) => {
      const status = await sendCommand(name, id, input);
      assert.notEqual(status, 401);
      if (status === 200) succeeded++;
    }),
    { numRuns: 400 },
  );
  // About 25 succeed. Five or fewer happen once in a million runs.
  assert.ok(succeeded > 5, `${succeeded}`);
  assert.ok(((await log?.head()) ?? 0) > 5);
});

/** Unexpected JSON. Names are those of object members and of real fields. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, "", "\0", "\ud800", 1e308, -0, 0.1, 2 ** 53, [], {}, [[]], { length: 1e9 }),
  fc.dictionary(
    fc.constantFrom("toString", "constructor", "hasOwnProperty", "id", "lines", "__proto__"),
    fc.jsonValue(),
  ),
  fc.string({ minLength: 1000, maxLength: 5000 }),
);

/** Replaces or adds something inside a value. */
function spoil(value: unknown, junk: unknown, position: number): unknown {
  if (typeof value !== "object" || value === null || position % 3 === 0) return junk;
  const keys = Object.keys(value);
  const key = keys[position % (keys.length + 1)] ?? "new";
  const inner = (value as Record<string, unknown>)[key];
  const spoiled = spoil(inner, junk, Math.floor(position / 3));
  if (Array.isArray(value)) return [...value.filter((_, n) => String(n) !== key), spoiled];
  return { ...value, [key]: spoiled };
}

test("commands with partly invalid input cause no internal error", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryCommand, junk, fc.nat(1000), async ({ name, id, input }, junk, position) => {
      await sendCommand(name, id, spoil(input, junk, position));
    }),
    { numRuns: 300 },
  );
});

test("afterwards the server still runs, and the session is still valid", async () => {
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token })).status, 200);
});
