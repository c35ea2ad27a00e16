import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Packr, Unpackr } from "msgpackr";
import { arbitraryCharacter } from "../../fixtures/data/arbitrary.ts";
import { LogError } from "../errors.ts";
import { MAX_INT } from "../values/schema.ts";
import { MAX_EVENT_BYTES } from "../values/size-limits.ts";
import { scanEvent, sequenceOf } from "./scan.ts";

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

/** Wraps one value in an array of one, as in an event. */
function inArray(value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x91]), value]);
}

function scan(bytes: Uint8Array): number {
  return scanEvent(bytes, 0, "here");
}

function refuses(bytes: Uint8Array, problem: string | RegExp) {
  assert.throws(
    () => scan(bytes),
    (error) => {
      assert.ok(error instanceof LogError, String(error));
      assert.equal(error.code, "MALFORMED_EVENT");
      if (typeof problem === "string") assert.equal(error.message, `here: ${problem}`);
      else assert.match(error.message, problem);
      return true;
    },
    Buffer.from(bytes.subarray(0, 20)).toString("hex"),
  );
}

/** A head byte, a big-endian number of `size` bytes, and the rest. */
function form(head: number, value: number | bigint, size: number, rest: Uint8Array = new Uint8Array(0)): Buffer {
  const number = Buffer.from(
    (BigInt(value) & ((1n << BigInt(8 * size)) - 1n)).toString(16).padStart(2 * size, "0"),
    "hex",
  );
  return Buffer.concat([Buffer.from([head]), number, rest]);
}

function float(n: number, size: 4 | 8): Buffer {
  const bytes = Buffer.alloc(1 + size, size === 4 ? 0xca : 0xcb);
  size === 4 ? bytes.writeFloatBE(n, 1) : bytes.writeDoubleBE(n, 1);
  return bytes;
}

/** Every form in which MessagePack can write a whole number. */
function formsOfInt(n: number): Buffer[] {
  const forms: Buffer[] = [float(n, 8)];
  if (n >= 0 && n <= 0x7f) forms.push(Buffer.from([n]));
  if (n < 0 && n >= -32) forms.push(Buffer.from([0x100 + n]));
  for (const [head, size] of [0xcc, 0xcd, 0xce, 0xcf].entries().map(([k, head]) => [head, 2 ** k] as const))
    if (n >= 0 && n < 2 ** (8 * size)) forms.push(form(head, n, size));
  for (const [head, size] of [0xd0, 0xd1, 0xd2, 0xd3].entries().map(([k, head]) => [head, 2 ** k] as const))
    if (n >= -(2 ** (8 * size - 1)) && n < 2 ** (8 * size - 1)) forms.push(form(head, n, size));
  if (Math.fround(n) === n) forms.push(float(n, 4));
  return forms;
}

/** The form that an event must use: the shortest up to 32 bits, or else float64. */
function canonical(n: number): Buffer {
  if (n < -(2 ** 31) || n >= 2 ** 32) return float(n, 8);
  const integers = formsOfInt(n).filter(([head]) => head !== 0xca && head !== 0xcb);
  const [shortest] = integers.sort((a, b) => a.length - b.length || (a[0] ?? 0) - (b[0] ?? 0)); // unsigned comes first
  return shortest as Buffer;
}

const EDGES = [0, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32]
  .flatMap((n) => [n, -n, -n - 1])
  .concat(-32, -33, MAX_INT, -MAX_INT)
  .map((n) => n + 0);

test("scanEvent() accepts each integer in exactly one form, the one that msgpackr writes", () => {
  for (const n of EDGES) {
    const one = canonical(n);
    assert.deepEqual(one, Buffer.from(packr.pack(n)), String(n));
    assert.equal(scan(inArray(one)), 1 + one.length);
    for (const other of formsOfInt(n)) if (!other.equals(one)) refuses(inArray(other), /^here: byte 1: /);
  }
});

test("scanEvent() refuses numbers that are not integers within 2^53 - 1", () => {
  for (const n of [2 ** 53, -(2 ** 53), 1e300, Number.NaN, Number.POSITIVE_INFINITY, 0.5, -0.5, 2 ** 40 + 0.5])
    refuses(inArray(float(n, 8)), `byte 1: ${n} is not an integer within ±(2^53 - 1)`);
  refuses(inArray(float(-0, 8)), "byte 1: 0 is not in its shortest form");
  refuses(inArray(form(0xcf, 2n ** 53n, 8)), "byte 1: 0xcf: integers beyond 32 bits must be float64");
  refuses(inArray(form(0xd3, -(2n ** 63n), 8)), "byte 1: 0xd3: integers beyond 32 bits must be float64");
});

test("scanEvent() accepts each length of string and bin in exactly one form", () => {
  for (const length of [0, 1, 31, 32, 255, 256, 60_000]) {
    const content = Buffer.alloc(length, "a");
    const strings = [
      ...(length < 32 ? [form(0xa0 + length, 0, 0, content)] : []),
      ...(length < 256 ? [form(0xd9, length, 1, content)] : []),
      form(0xda, length, 2, content),
      form(0xdb, length, 4, content),
    ];
    const bins = [
      ...(length < 256 ? [form(0xc4, length, 1, content)] : []),
      form(0xc5, length, 2, content),
      form(0xc6, length, 4, content),
    ];
    for (const [shortest, ...others] of [strings, bins]) {
      assert.equal(scan(inArray(shortest as Buffer)), 1 + (shortest as Buffer).length);
      for (const other of others) refuses(inArray(other), /^here: byte 1: /);
    }
  }
});

test("scanEvent() accepts each length of array in exactly one form", () => {
  for (const count of [0, 1, 15, 16, 1000]) {
    const content = Buffer.alloc(count, 0xc0);
    const forms = [
      ...(count < 16 ? [form(0x90 + count, 0, 0, content)] : []),
      form(0xdc, count, 2, content),
      form(0xdd, count, 4, content),
    ];
    const [shortest, ...others] = forms;
    assert.equal(scan(inArray(shortest as Buffer)), 1 + (shortest as Buffer).length);
    for (const other of others) refuses(inArray(other), /^here: byte [12]: /);
  }
});

test("scanEvent() refuses an array that claims four billion elements, and one that claims 65,535", () => {
  refuses(Buffer.from("91ddffffffff", "hex"), "byte 1: 0xdd is not allowed in an event");
  refuses(Buffer.from("ddffffffff", "hex"), "byte 0 is 0xdd, not the array that begins an event");
  refuses(Buffer.from("91dcffff", "hex"), "byte 4: the bytes end inside the event");
  refuses(Buffer.from("91dcffffc0c0", "hex"), "byte 6: the bytes end inside the event");
});

test("scanEvent() refuses strings and bins that claim more bytes than there are", () => {
  for (const cut of ["91a161a261", "91d9ff61", "91daffff61", "91c40200", "91c5ffff00"]) {
    const bytes = Buffer.from(cut, "hex");
    if (cut === "91a161a261")
      assert.equal(scan(bytes), 3); // the array ends before the cut string
    else refuses(bytes, "byte 1: the bytes end inside the event");
  }
});

test("scanEvent() refuses maps, extensions and heads that MessagePack does not use", () => {
  const heads = [
    ...Array(16)
      .keys()
      .map((n) => 0x80 + n),
    0xde,
    0xdf,
  ];
  for (const head of heads) refuses(inArray(Buffer.alloc(40, head)), "byte 1: a map; objects must be arrays");
  for (const head of [0xc1, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xc6, 0xdb, 0xdd])
    refuses(inArray(Buffer.alloc(40, head)), `byte 1: 0x${head.toString(16)} is not allowed in an event`);
  for (const value of [new Date(0), new Map([["a", 1]]), { a: 1 }, undefined, 10n ** 18n])
    refuses(inArray(packr.pack(value)), /^here: byte 1: /);
});

test("scanEvent() refuses strings that are not UTF-8, including lone surrogates", () => {
  const broken = [
    "ff",
    "80",
    "c3",
    "c080",
    "e080af",
    "eda080",
    "edb080",
    "eda0bdedb880",
    "f4908080",
    "f8888080",
    "61c3",
  ];
  for (const hex of broken) {
    const content = Buffer.from(hex, "hex");
    refuses(inArray(form(0xa0 + content.length, 0, 0, content)), "byte 1: a string that is not valid UTF-8");
  }
  for (const text of ["é", "€", "\u{10ffff}", "\uffff", "\ufeff", "a\0b"])
    assert.equal(scan(inArray(packr.pack(text))), 1 + packr.pack(text).length);
});

test("scanEvent() accepts arrays eight deep and refuses nine", () => {
  assert.equal(scan(Buffer.from([...Array(7).fill(0x91), 0x90])), 8);
  refuses(Buffer.from([...Array(8).fill(0x91), 0x90]), "byte 9: arrays nested deeper than 8");
  refuses(Buffer.alloc(60_000, 0x91), "byte 9: arrays nested deeper than 8");
});

test("scanEvent() accepts only a start with an array of at most 15", () => {
  refuses(Buffer.alloc(0), "byte 0 is missing, not the array that begins an event");
  for (const head of [0x00, 0x81, 0xa0, 0xc0, 0xc1, 0xc4, 0xdc, 0xdd, 0xe0])
    refuses(
      Buffer.alloc(40, head),
      `byte 0 is 0x${head.toString(16).padStart(2, "0")}, not the array that begins an event`,
    );
});

test("scanEvent() accepts 1 MiB and refuses a byte more", () => {
  const ofSize = (bytes: number) => {
    const largest = form(0xc5, 65_535, 2, Buffer.alloc(65_535));
    const list = form(0xdc, 17, 2, Buffer.concat(Array(15).fill(largest)));
    const rest = bytes - 1 - list.length;
    const halves = [Math.floor(rest / 2), Math.ceil(rest / 2)].map((half) =>
      form(0xc5, half - 3, 2, Buffer.alloc(half - 3)),
    );
    return inArray(Buffer.concat([list, ...halves]));
  };
  assert.equal(scan(ofSize(MAX_EVENT_BYTES)), MAX_EVENT_BYTES);
  refuses(ofSize(MAX_EVENT_BYTES + 1), "1048577 bytes, an event has at most 1048576");
});

test("scanEvent() finds the end of an event among others, and counts offsets from the start of the event", () => {
  const one = packr.pack([1, "a", [null]]);
  const bytes = Buffer.concat([Buffer.from("c1c1c1", "hex"), one, Buffer.from("c1", "hex")]);
  assert.equal(scanEvent(bytes, 3, "here"), 3 + one.length);
  const cut = bytes.subarray(0, 3 + one.length - 1);
  assert.throws(() => scanEvent(cut, 3, "here"), { message: "here: byte 5: the bytes end inside the event" });
});

test("sequenceOf() reads a first position of any width, and returns NaN if it is not a number", () => {
  for (const n of EDGES.filter((n) => n >= 0)) assert.equal(sequenceOf(packr.pack([n, "the rest"])), n);
  const behind = Buffer.concat([Buffer.alloc(3), packr.pack([70_000, "the rest"])]);
  assert.equal(sequenceOf(behind.subarray(3)), 70_000);
  for (const first of [null, "7", [7], Buffer.of(7), -1])
    assert.equal(sequenceOf(packr.pack([first, "the rest"])), Number.NaN);
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(20), packr.pack([7]), packr.pack("not an event")])
    assert.equal(sequenceOf(bytes), Number.NaN);
});

/** Values of MessagePack's types that an event can hold. */
const value = fc.letrec((again) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(...EDGES),
    fc.maxSafeInteger(),
    fc.constantFrom(null, true, false),
    fc.string({ unit: arbitraryCharacter, maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.array(again("value"), { maxLength: 20 }),
  ),
})).value;

test("scanEvent() accepts what msgpackr writes for values that an event can hold", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 9 }), (values) => {
      fc.pre(depthOf(values) <= 8);
      const bytes = packr.pack(values);
      assert.equal(scan(bytes), bytes.length);
    }),
    { numRuns: 500 },
  );
});

test("scanEvent() accepts only bytes that stay the same when they are decoded and encoded again", () => {
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x90, 0xa1, 0xc0, 0xc4, 0xcb, 0xcc, 0xcd, 0xce, 0xd0, 0xd9, 0xdc));
  const edit = fc.tuple(fc.nat(), byte, fc.constantFrom("replace", "insert", "remove"));
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), fc.array(edit, { maxLength: 3 }), (values, edits) => {
      fc.pre(depthOf(values) <= 8);
      const bytes = [...packr.pack(values)];
      for (const [at, by, how] of edits)
        bytes.splice(at % (bytes.length + 1), how === "insert" ? 0 : 1, ...(how === "remove" ? [] : [by]));
      const edited = Buffer.from(bytes);
      let end: number;
      try {
        end = scan(edited);
      } catch (error) {
        assert.ok(error instanceof LogError && error.code === "MALFORMED_EVENT", String(error));
        return;
      }
      accepted++;
      const whole = edited.subarray(0, end);
      assert.deepEqual(Buffer.from(packr.pack(unpackr.unpack(whole))), Buffer.from(whole));
    }),
    { numRuns: 2000 },
  );
  assert.ok(accepted > 100, `only ${accepted} edits were accepted`);
});

function depthOf(value: unknown): number {
  return Array.isArray(value) ? 1 + Math.max(0, ...value.map(depthOf)) : 0;
}
