import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { arbitraryEvent, arbitraryHeader, arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { aDraft, aLine } from "../../fixtures/data/builders.ts";
import { completeDraft } from "../document/complete-draft.ts";
import { LogError } from "../errors.ts";
import { parseUuidV7 } from "../uuid.ts";
import { MAX_INT } from "../values/schema.ts";
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
/** An event's nine positions; tests break one at a time. */
const POSITIONS = [17, HEADER.id, 9, 4, "UserDetailsChanged", 1, HEADER.at, 2, ["a@b", "Ann"]];
const NAMES = ["seq", "id", "stream", "version", "type", "schema", "at", "actor", "data"];

function throwsWith(code: string, problem: string | RegExp, act: () => unknown) {
  assert.throws(act, (error) => {
    assert.ok(error instanceof LogError, String(error));
    assert.equal(error.code, code);
    if (typeof problem === "string") assert.equal(error.message, problem);
    else assert.match(error.message, problem);
    return true;
  });
}

function decodeRaw(positions: unknown[]) {
  return decodeEvent(packr.pack(positions), "event 17");
}

test("encodeEvent() writes nine positions in order, and objects as arrays", () => {
  const event: LogEvent = { ...HEADER, type: "UserDetailsChanged", data: { email: "a@b", name: "Ann" } };
  const hex = [
    ["99", "11", "c4100192f0c17b3a7abc8def000000000017", "09", "04"],
    [`b2${Buffer.from("UserDetailsChanged").toString("hex")}`, "01", "cb42799c82cc000000", "02"],
    ["92", `a3${Buffer.from("a@b").toString("hex")}`, `a3${Buffer.from("Ann").toString("hex")}`],
  ];
  const encoded = encodeEvent(event);
  assert.equal(encoded.body instanceof Uint8Array && Buffer.from(encoded.body).toString("hex"), hex.flat().join(""));
  assert.deepEqual(decodeEvent(encoded.body), event);
});

test("encodeEvent() returns the fields that a log indexes beside the bytes", () => {
  const request = Buffer.alloc(32, 7);
  const { body, ...index } = encodeEvent({ ...HEADER, type: "UserDeactivated", data: {} }, request);
  assert.deepEqual(index, { ...HEADER, type: "UserDeactivated", request });
  assert.deepEqual(decodeHeader(body), { ...HEADER, type: "UserDeactivated", schema: 1 });
});

for (const type of TYPES) {
  test(`decodeEvent() returns the event that encodeEvent() encoded: any ${type}`, () => {
    fc.assert(
      fc.property(arbitraryEvent(type), (event) => {
        const { body } = encodeEvent(event);
        assert.deepEqual(decodeEvent(body), event);
        assert.deepEqual(encodeEvent(decodeEvent(body)).body, body);
      }),
      { numRuns: 100 },
    );
  });

  for (const [n, { shape }] of CATALOGUE[type].schemas.entries())
    test(`describeEvent() names fields in the shape of the bytes: any ${type}, schema ${n + 1}`, () => {
      fc.assert(
        fc.property(arbitraryHeader, arbitraryOf(shape), (header, data) => {
          const { body } = encodeFact(header, { type, data: data as object }, n + 1, null);
          const { id, data: named, ...rest } = describeEvent(body);
          const { id: bytes, ...where } = header;
          assert.deepEqual({ ...rest, data: named }, { ...where, type, schema: n + 1, data });
          assert.deepEqual(parseUuidV7(String(id)), new Uint8Array(bytes));
        }),
        { numRuns: 20 },
      );
    });
}

test("decodeEvent() converts data of any older shape to valid data of the current shape", () => {
  for (const type of TYPES)
    for (const [n, { shape }] of CATALOGUE[type].schemas.slice(0, -1).entries())
      fc.assert(
        fc.property(arbitraryHeader, arbitraryOf(shape), (header, data) => {
          const old = encodeFact(header, { type, data: data as object }, n + 1, null);
          const event = decodeEvent(old.body);
          assert.deepEqual(decodeEvent(encodeEvent(event).body), event);
        }),
      );
});

/** Bytes of old shapes, and their meaning today: one file for each type that has several shapes. */
const VECTORS = new URL("../../fixtures/logs/vectors/", import.meta.url);
interface Vector {
  name: string;
  hex: string;
  event: Record<string, unknown> & { id: string; type: string };
}
const vectors = readdirSync(VECTORS).flatMap(
  (file): Vector[] => JSON.parse(readFileSync(new URL(file, VECTORS), "utf8")).events,
);

for (const { name, hex, event } of vectors)
  test(`decodeEvent() reads an old ${event.type}: ${name}`, () => {
    const body = Buffer.from(hex, "hex");
    const { id, ...rest } = event;
    assert.deepEqual(decodeEvent(body), { ...rest, id: Buffer.from(parseUuidV7(id) ?? []) });
    const { schema, ...header } = decodeHeader(body);
    const named = describeEvent(body).data as object;
    assert.deepEqual(encodeFact(header, { type: event.type, data: named }, schema, null).body, body);
  });

test("fixtures/logs/vectors has bytes of every shape that has an upcaster", () => {
  const headers = vectors.map(({ hex }) => decodeHeader(Buffer.from(hex, "hex")));
  const shapes = new Set(headers.map(({ type, schema }) => `${type} ${schema}`));
  const old = TYPES.flatMap((type) =>
    CATALOGUE[type].schemas.flatMap(({ upcast }, n) => (upcast === null ? [] : [`${type} ${n + 1}`])),
  );
  assert.deepEqual(
    old.filter((shape) => !shapes.has(shape)),
    [],
    "npm run invoify-fixtures -- vectors adds them",
  );
});

const NO_LINES = completeDraft(aDraft(), "EUR");
const LINE = { ...aLine(), netMinor: 0 };

test("encodeFact() refuses data that does not fit, and names the path", () => {
  const lines = [{ ...LINE, quantity6: 1.5 }];
  const broken = { content: { ...NO_LINES, lines } };
  const cases: [string, object, string][] = [
    ["InvoiceRevised", broken, "data.content.lines[0].quantity6: the number 1.5, not an integer"],
    ["InvoiceRevised", {}, "data.content: nothing, not an array of 11"],
    ["UserDetailsChanged", { email: "A@b", name: "Ann" }, 'data.email: "A@b" does not match'],
    ["UserDetailsChanged", { name: "Ann" }, "data.email: nothing, not a string"],
    ["UserRoleChanged", { role: "king" }, 'data.role: "king" is none of owner, clerk, viewer, auditor'],
    ["OrganizationLogoChanged", { logo: { mediaType: "image/png" } }, "data.logo.image: nothing, not bytes"],
    ["OrganizationLogoChanged", { logo: "x" }, "data.logo: a string, not an array of 2"],
    ["PaymentReversed", { reason: "a\ud800b" }, "data.reason: "],
    ["PaymentReversed", { reason: 2n }, "data.reason: the number 2, not a string"],
    [
      "CreditApplied",
      { allocations: [{ invoiceId: 1, amountMinor: MAX_INT + 1 }] },
      "data.allocations[0].amountMinor: ",
    ],
    ["CreditApplied", { allocations: {} }, "data.allocations: an object, not an array"],
    ["UserDeactivated", [], "data: nothing, not an array of 0"],
  ];
  for (const [type, data, problem] of cases) {
    const act = () => encodeFact(HEADER, { type, data }, 1, null);
    const expected = `event 17 ${type}: ${problem}`;
    assert.throws(act, (error) => error instanceof LogError && error.code === "MALFORMED_EVENT", expected);
    assert.throws(act, (error) => (error as Error).message.startsWith(expected), expected);
  }
});

test("encodeFact() refuses a header that decodeEvent() would refuse", () => {
  for (const wrong of [
    { seq: 0 },
    { seq: 2 ** 53 },
    { version: 0 },
    { actor: -1 },
    { at: 0.5 },
    { id: Buffer.alloc(15) },
  ])
    throwsWith("MALFORMED_EVENT", new RegExp(Object.keys(wrong)[0] === "seq" ? "^event " : "^event 17 "), () =>
      encodeFact({ ...HEADER, ...wrong }, { type: "UserDeactivated", data: {} }, 1, null),
    );
});

test("encodeFact() refuses an unknown type or shape", () => {
  throwsWith("UNKNOWN_EVENT", 'event 17 Nope: this release does not know the type "Nope": update needed', () =>
    encodeFact(HEADER, { type: "Nope", data: {} }, 1, null),
  );
  throwsWith("UNKNOWN_EVENT", /UserDeactivated has schema 2, this release knows up to 1: update needed$/, () =>
    encodeFact(HEADER, { type: "UserDeactivated", data: {} }, 2, null),
  );
});

test("decodeEvent() refuses a wrong type at each position, and names the position", () => {
  const wrong = [
    null,
    true,
    "text",
    -1,
    0.5,
    2 ** 53,
    [],
    [1],
    Buffer.alloc(3),
    new Date(0),
    new Map([["a", 1]]),
    10n ** 18n,
  ];
  for (const [n, name] of NAMES.entries())
    for (const value of wrong) {
      const positions = POSITIONS.with(n, value as never);
      const unknown = name === "type" && value === "text";
      const known = name === "data" && Array.isArray(value);
      throwsWith(
        unknown ? "UNKNOWN_EVENT" : "MALFORMED_EVENT",
        known ? /data: \d positions, not 2/ : new RegExp(`${name}\\b|byte \\d+`),
        () => decodeRaw(positions),
      );
    }
});

test("decodeEvent() refuses numbers in the header that are too small, or beyond 2^53", () => {
  for (const [n, name] of NAMES.entries()) {
    if (["id", "type", "data"].includes(name)) continue;
    const least = name === "at" || name === "actor" ? 0 : 1;
    throwsWith("MALFORMED_EVENT", `event 17: ${name} is ${least - 1}, not an integer of at least ${least}`, () =>
      decodeRaw(POSITIONS.with(n, least - 1)),
    );
    throwsWith("MALFORMED_EVENT", /byte \d+: 9007199254740992 is not an integer within/, () =>
      decodeRaw(POSITIONS.with(n, 2 ** 53)),
    );
  }
});

test("decodeEvent() refuses an id that is not a UUIDv7", () => {
  for (const id of [
    "0192f0c17b3a4abc8def000000000017",
    "0192f0c17b3a7abc0def000000000017",
    "00".repeat(16),
    "ff".repeat(16),
  ])
    throwsWith("MALFORMED_EVENT", "event 17: id is not the 16 bytes of a UUIDv7", () =>
      decodeRaw(POSITIONS.with(1, Buffer.from(id, "hex"))),
    );
});

test("decodeEvent() refuses eight positions and ten", () => {
  for (const positions of [[], POSITIONS.slice(0, 8), [...POSITIONS, null]])
    throwsWith("MALFORMED_EVENT", `event 17: ${positions.length} positions, an event has 9`, () =>
      decodeRaw(positions),
    );
});

test("decodeEvent() stops at types and shapes of a newer release", () => {
  for (const type of ["InvoicePraised", "", "toString", "__proto__", "userDeactivated"])
    throwsWith("UNKNOWN_EVENT", /this release does not know the type .*: update needed$/, () =>
      decodeRaw(POSITIONS.with(4, type)),
    );
  throwsWith("UNKNOWN_EVENT", /UserDetailsChanged has schema 2, this release knows up to 1: update needed$/, () =>
    decodeRaw(POSITIONS.with(5, 2)),
  );
});

test("decodeHeader() reads the header of unknown types and shapes", () => {
  const positions = POSITIONS.with(4, "InvoicePraised")
    .with(5, 9)
    .with(8, [[1], "data of the future"] as never);
  assert.deepEqual(decodeHeader(packr.pack(positions)), { ...HEADER, type: "InvoicePraised", schema: 9 });
});
