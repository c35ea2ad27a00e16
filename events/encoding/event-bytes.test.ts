/** Damaged bytes: cut, changed, extended. Each is a coded error that names the byte or the field. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { arbitraryEvent, arbitraryHeader, arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { aDraft, aLine } from "../../fixtures/data/builders.ts";
import { completeDraft } from "../document/complete-draft.ts";
import { LogError } from "../errors.ts";
import { MAX_EVENT_BYTES } from "../values/size-limits.ts";
import { CATALOGUE, type EventType } from "./catalogue.ts";
import { decodeEvent, decodeHeader, describeEvent, encodeEvent, encodeFact, type LogEvent } from "./event.ts";

const packr = new Packr({ useRecords: false });
const TYPES = Object.keys(CATALOGUE) as EventType[];
const HEADER = {
  seq: 17,
  id: Buffer.from("0192f0c17b3a7abc8def000000000017", "hex"),
  stream: 9,
  version: 4,
  at: 1_760_000_000_000,
  actor: 2,
};

/** One event of each type in each shape. A fixed seed makes them the same in every run. */
const EVERY_SHAPE = TYPES.flatMap((type) =>
  CATALOGUE[type].schemas.map(({ shape }, n) => {
    const [sample] = fc.sample(fc.tuple(arbitraryHeader, arbitraryOf(shape)), { numRuns: 1, seed: 7 + n });
    assert.ok(sample);
    const [header, data] = sample;
    return { name: `${type} ${n + 1}`, body: encodeFact(header, { type, data: data as object }, n + 1, null).body };
  }),
);

/** A message that names an offset, a path in the data, or one of the nine positions. */
const NAMES_THE_POSITION =
  /^here(?: \(\w+\))?: (?:byte \d+[: ]|data[.:[]|(?:seq|stream|version|type|schema|at|actor|id) is |\d+ positions)/;

/** Decodes possibly damaged bytes. They are refused with a message that names the position, or they are canonical. */
function decodesOrNamesThePosition(body: Uint8Array): "refused" | "accepted" {
  let event: LogEvent;
  try {
    event = decodeEvent(body, "here");
  } catch (error) {
    assert.ok(error instanceof LogError, `${error} for ${Buffer.from(body).toString("hex")}`);
    if (error.code === "UNKNOWN_EVENT") assert.match(error.message, /: update needed$/);
    else {
      assert.equal(error.code, "MALFORMED_EVENT");
      assert.match(error.message, NAMES_THE_POSITION);
    }
    return "refused";
  }
  const { schema, ...header } = decodeHeader(body);
  const data = describeEvent(body).data as object;
  assert.deepEqual(Buffer.from(encodeFact(header, { type: event.type, data }, schema, null).body), Buffer.from(body));
  return "accepted";
}

test("decodeEvent() refuses every cut event, and names the offset", () => {
  for (const { name, body } of EVERY_SHAPE)
    for (let length = 0; length < body.length; length++)
      assert.throws(
        () => decodeEvent(body.subarray(0, length), "here"),
        (error) =>
          error instanceof LogError &&
          error.code === "MALFORMED_EVENT" &&
          /^here: byte (\d+)(: the bytes end inside the event| is missing, )/.test(error.message) &&
          Number(/byte (\d+)/.exec(error.message)?.[1]) <= length,
        `${name}: ${length} of ${body.length} bytes`,
      );
});

test("decodeEvent() refuses bytes after the event's end", () => {
  for (const { body } of EVERY_SHAPE)
    for (const rest of [Buffer.of(0xc0), body])
      assert.throws(() => decodeEvent(Buffer.concat([body, rest]), "here"), {
        code: "MALFORMED_EVENT",
        message: `here: byte ${body.length}: ${rest.length} bytes after the event's end`,
      });
});

test("decodeEvent() refuses a changed byte, or the changed bytes are canonical", () => {
  const outcomes = { refused: 0, accepted: 0 };
  for (const { body } of EVERY_SHAPE)
    for (const [n, byte] of body.entries())
      for (const other of [
        byte ^ 1,
        byte ^ 2,
        byte ^ 0x10,
        byte ^ 0x20,
        byte ^ 0x80,
        0x00,
        0x90,
        0xa0,
        0xc0,
        0xd4,
        0xff,
      ]) {
        const changed = Buffer.from(body);
        changed[n] = other;
        outcomes[decodesOrNamesThePosition(changed)]++;
      }
  assert.ok(outcomes.refused > 10_000 && outcomes.accepted > 10_000, JSON.stringify(outcomes));
});

test("decodeEvent() of a small event does so for every other value of every byte", () => {
  const { body } = encodeEvent({ ...HEADER, type: "UserRoleChanged", data: { role: "clerk" } });
  for (const n of body.keys())
    for (let other = 0; other < 256; other++) {
      const changed = Buffer.from(body);
      changed[n] = other;
      decodesOrNamesThePosition(changed);
    }
});

test("decodeEvent() refuses bytes inserted, removed and swapped by chance", () => {
  const edit = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 4 }), remove: fc.nat(4) });
  fc.assert(
    fc.property(fc.constantFrom(...EVERY_SHAPE), fc.array(edit, { minLength: 1, maxLength: 3 }), ({ body }, edits) => {
      const bytes = [...body];
      for (const { at, bytes: inserted, remove } of edits) bytes.splice(at % bytes.length, remove, ...inserted);
      decodesOrNamesThePosition(Buffer.from(bytes));
    }),
    { numRuns: 3000 },
  );
});

test("decodeEvent() refuses random bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom([], [0x99], [0x90]), (bytes, head) => {
      decodesOrNamesThePosition(Buffer.from([...head, ...bytes]));
    }),
    { numRuns: 2000 },
  );
});

test("decodeEvent() refuses a value of the wrong MessagePack type in any field, and names the field", () => {
  const others = [
    null,
    true,
    -7,
    2 ** 40,
    1.5,
    2 ** 53,
    2n ** 60n,
    "x",
    "",
    "y".repeat(3000),
    [],
    [[]],
    Buffer.alloc(3),
  ].concat([new Date(0), new Map([["a", 1]]), { a: 1 }, undefined, Array(70_000).fill(0)] as never[]);
  for (const type of TYPES)
    fc.assert(
      fc.property(arbitraryEvent(type), fc.nat(), fc.constantFrom(...others), (event, at, other) => {
        const { body } = encodeEvent(event);
        const positions = unpack(body);
        const before = [...positions.slice(0, 8), replaceNth(positions[8], at, other)];
        decodesOrNamesThePosition(packr.pack(before));
      }),
      { numRuns: 60 },
    );
});

function unpack(body: Uint8Array): unknown[] {
  return packr.unpack(body) as unknown[];
}

/** Replaces the nth value, counting arrays too; n wraps around. */
function replaceNth(value: unknown, at: number, by: unknown): unknown {
  const count = (node: unknown): number =>
    1 + (Array.isArray(node) ? node.reduce((sum: number, child) => sum + count(child), 0) : 0);
  let left = at % count(value);
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return by;
    return Array.isArray(node) ? node.map(walk) : node;
  };
  return walk(value);
}

const NOTHING = aDraft({ currency: "EUR" });
const LINE = aLine({ description: "x" });

/** An InvoiceRevised of exactly this many bytes, with lines of about a kilobyte. */
function revisionOf(size: number): LogEvent {
  const event = (lengths: readonly number[]): LogEvent => {
    const lines = lengths.map((length) => ({ ...LINE, description: "x".repeat(length) }));
    const content = completeDraft({ ...NOTHING, lines }, "EUR", MAX_EVENT_BYTES);
    return { ...HEADER, type: "InvoiceRevised", data: { content } };
  };
  const sizeOf = (lengths: readonly number[]) => encodeEvent(event(lengths)).body.length;
  const some = Array<number>(20).fill(1000);
  const each = sizeOf([1000, ...some]) - sizeOf(some);
  const lengths = Array<number>(18 + Math.floor((size - sizeOf(some)) / each)).fill(1000);
  const missing = size - sizeOf([...lengths, 500, 500, 500]);
  return event([...lengths, ...[0, 1, 2].map((n) => 500 + Math.floor((missing + n) / 3))]);
}

test("encodeEvent() and decodeEvent() accept 1 MiB and refuse a byte more", () => {
  const largest = revisionOf(MAX_EVENT_BYTES);
  const { body } = encodeEvent(largest);
  assert.equal(body.length, MAX_EVENT_BYTES);
  assert.deepEqual(decodeEvent(body), largest);

  const message = "1048577 bytes, an event has at most 1048576";
  assert.throws(() => encodeEvent(revisionOf(MAX_EVENT_BYTES + 1)), {
    code: "MALFORMED_EVENT",
    message: `event 17 InvoiceRevised: ${message}`,
  });
  const positions = unpack(body);
  const description = ((positions[8] as unknown[][][][])[0]?.[7]?.[0] as unknown[]) ?? [];
  description[2] = "x".repeat(1001);
  const larger = packr.pack(positions);
  assert.equal(larger.length, MAX_EVENT_BYTES + 1);
  assert.throws(() => decodeEvent(larger, "here"), { code: "MALFORMED_EVENT", message: `here: ${message}` });
});
