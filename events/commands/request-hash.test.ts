import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { COMMANDS, type CommandCall, type CommandName, type InputOf } from "./commands.ts";
import { parseInput } from "./read-input.ts";
import { isHashOf, requestHash } from "./request-hash.ts";
import vectors from "./request-vectors.json" with { type: "json" };
import { withNewFields } from "./schema-change.suite.ts";

interface Vector {
  command: CommandName;
  id: number;
  actor: number;
  /** As release 0.1 stored it; null if 0.1 did not know one of the fields. */
  first: string | null;
  current: string;
  body: object;
}

const VECTORS = vectors.requests as unknown as Vector[];
const hashesOf = ({ first, current }: Vector) => (first === null ? [current] : [first, current]);
const bytesOf = (hex: string) => Buffer.from(hex, "hex");

function callOf({ command, id, body }: Pick<Vector, "command" | "id" | "body">): CommandCall {
  return { command, id, input: parseInput<unknown>(COMMANDS[command].input, body) as InputOf<CommandName> };
}

const client = (body: object) => requestHash(callOf({ command: "RegisterClient", id: 0, body }), 2).toString("hex");
const change = (body: object) =>
  requestHash(callOf({ command: "ChangeClientDetails", id: 7, body }), 2).toString("hex");

test("the vectors cover every command and every field of its input", () => {
  const fieldsIn = (value: unknown): string[] =>
    Array.isArray(value)
      ? value.flatMap(fieldsIn)
      : value !== null && typeof value === "object" && !(value instanceof Uint8Array)
        ? Object.entries(value).flatMap(([name, field]) => [name, ...fieldsIn(field)])
        : [];
  for (const command of Object.keys(COMMANDS) as CommandName[]) {
    const own = VECTORS.filter((vector) => vector.command === command);
    const sent = new Set(own.flatMap(({ body }) => fieldsIn(body)));
    const known = new Set(own.flatMap((vector) => fieldsIn(callOf(vector).input)));
    assert.ok(own.length > 0, `${command} has no vector in request-vectors.json`);
    assert.deepEqual(
      [...known].filter((name) => !sent.has(name)),
      [],
      command,
    );
  }
});

for (const [n, vector] of VECTORS.entries())
  test(`requestHash() and isHashOf() of vector ${n + 1}, ${vector.command}, match the committed hashes`, () => {
    const call = callOf(vector);
    assert.equal(requestHash(call, vector.actor).toString("hex"), vector.current);
    assert.ok(isHashOf(bytesOf(vector.current), call, vector.actor), "the current hash is accepted");
    if (vector.first !== null)
      assert.ok(isHashOf(bytesOf(vector.first), call, vector.actor), "the hash of release 0.1 is accepted");
  });

test("isHashOf() accepts the hashes of no other vector", () => {
  for (const vector of VECTORS)
    for (const other of VECTORS)
      if (other !== vector)
        for (const hash of hashesOf(other))
          assert.ok(!isHashOf(bytesOf(hash), callOf(vector), vector.actor), JSON.stringify([vector, other]));
});

test("isHashOf() accepts stored hashes after new optional fields, at every depth of every command", (t) => {
  for (const command of Object.keys(COMMANDS) as CommandName[]) withNewFields(t, command);
  for (const vector of VECTORS) {
    const call = callOf(vector);
    assert.equal(requestHash(call, vector.actor).toString("hex"), vector.current, vector.command);
    if (vector.first !== null)
      assert.ok(isHashOf(bytesOf(vector.first), call, vector.actor), `${vector.command}: the hash of release 0.1`);
  }
});

test("isHashOf() distinguishes a request with a new field from the one without it", (t) => {
  withNewFields(t, "RegisterClient");
  const vector = VECTORS.find(({ command }) => command === "RegisterClient");
  assert.ok(vector);
  for (const added of [{ newText: "x" }, { newList: ["x"] }, { newChoice: "b" }]) {
    const call = callOf({ ...vector, body: { ...vector.body, ...added } });
    for (const hash of hashesOf(vector)) assert.ok(!isHashOf(bytesOf(hash), call, vector.actor));
  }
});

test("requestHash() treats a field with its default as absent, and ignores the order of fields", () => {
  const address = { country: "GB", city: "York" };
  const plain = client({ name: "A", address });
  assert.equal(client({ address: { city: "York", street: null, country: "GB" }, note: null, name: "A" }), plain);
  assert.notEqual(client({ name: "A", address: { country: "GB" } }), plain);
  assert.notEqual(client({ name: "A", address, note: "x" }), plain);
  const draft = (body: object) => requestHash(callOf({ command: "DraftInvoice", id: 0, body }), 2).toString("hex");
  assert.equal(draft({ kind: "invoice", lines: [], clientId: 7 }), draft({ clientId: 7 }));
  assert.notEqual(draft({ kind: "credit_note", clientId: 7 }), draft({ clientId: 7 }));
});

test("requestHash() distinguishes the fields that a change clears, empties and leaves out", () => {
  const hashes = [{}, { note: null }, { note: "x" }, { contact: null }].map(change);
  assert.equal(new Set(hashes).size, 4);
  const profile = (body: object) => requestHash(callOf({ command: "ChangeProfile", id: 0, body }), 2).toString("hex");
  assert.notEqual(profile({ series: [] }), profile({}));
});

test("requestHash() is the same for a rate under its former name, in basis points, at every depth", () => {
  const formerly = VECTORS.filter(({ body }) => JSON.stringify(body).includes("vatRateBp"));
  assert.ok(formerly.length > 5);
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) =>
        name === "vatRateBp" ? ["vatRate3", field === null ? null : Number(field) * 10] : [name, renamed(field)],
      ),
    );
  };
  for (const vector of formerly) {
    const call = callOf({ ...vector, body: renamed(vector.body) as object });
    assert.equal(requestHash(call, vector.actor).toString("hex"), vector.current);
    for (const hash of hashesOf(vector)) assert.ok(isHashOf(bytesOf(hash), call, vector.actor));
  }
});

test("requestHash() depends on the order of lists", () => {
  const allocations = [
    { invoiceId: 12, amountMinor: 500 },
    { invoiceId: 15, amountMinor: 700 },
  ];
  const credit = (body: object) => requestHash(callOf({ command: "ApplyCredit", id: 20, body }), 2).toString("hex");
  assert.notEqual(credit({ allocations }), credit({ allocations: allocations.toReversed() }));
});

test("requestHash() depends on the path and the actor", () => {
  const hash = (command: CommandName, id: number, actor: number) =>
    requestHash(callOf({ command, id, body: {} }), actor).toString("hex");
  const hashes = [hash("ArchiveClient", 7, 2), hash("ArchiveClient", 8, 2), hash("ArchiveClient", 7, 3)];
  assert.equal(new Set([...hashes, hash("RestoreClient", 7, 2), hash("ArchiveItem", 7, 2)]).size, 5);
});

test("every leaf of every input is text, a number, a boolean or bytes: requestHash() handles no others", () => {
  const leaf = (schema: z.ZodType): void => {
    if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
      leaf(schema.unwrap() as z.ZodType);
    else if (schema instanceof z.ZodArray) leaf(schema.element as z.ZodType);
    else if (schema instanceof z.ZodObject) for (const field of Object.values(schema.shape)) leaf(field as z.ZodType);
    else
      assert.ok([z.ZodString, z.ZodNumber, z.ZodEnum, z.ZodBoolean, z.ZodPipe].some((kind) => schema instanceof kind));
  };
  for (const { input } of Object.values(COMMANDS)) leaf(input);
});
