import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryUuid } from "../fixtures/data/arbitrary.ts";
import { followingUuid, isUuidV7, newUuid, parseUuidV7, uuidText } from "./uuid.ts";

const TEXT = "0192f0c1-7b3a-7abc-8def-000000000017"; // the time part of RFC 9562's layout: 0x0192f0c17b3a ms
const BYTES = Buffer.from(TEXT.replaceAll("-", ""), "hex");

test("newUuid() is a UUIDv7 whose first six bytes are the time", () => {
  const id = newUuid(0x0192f0c17b3a);
  assert.equal(id.length, 16);
  assert.equal(isUuidV7(id), true);
  assert.equal(Buffer.from(id).readUIntBE(0, 6), 0x0192f0c17b3a);
});

test("newUuid() never returns the same UUID twice, not even within a millisecond", () => {
  const ids = Array.from({ length: 1000 }, () => uuidText(newUuid(1_700_000_000_000)));
  assert.equal(new Set(ids).size, 1000);
});

test("uuidText() and parseUuidV7() are inverses", () => {
  assert.equal(uuidText(BYTES), TEXT);
  assert.deepEqual(Buffer.from(parseUuidV7(TEXT) ?? []), BYTES);
  fc.assert(
    fc.property(arbitraryUuid, (id) => {
      assert.deepEqual(Buffer.from(parseUuidV7(uuidText(id)) ?? []), Buffer.from(id));
    }),
  );
});

test("parseUuidV7() accepts capital letters, as RFC 9562 requires", () => {
  assert.deepEqual(Buffer.from(parseUuidV7(TEXT.toUpperCase()) ?? []), BYTES);
});

test("parseUuidV7() returns null for every other version, variant and form", () => {
  for (const version of "01234568 9abcdef".replace(" ", ""))
    assert.equal(parseUuidV7(TEXT.replace("7abc", `${version}abc`)), null, version);
  for (const variant of "01234567cdef") assert.equal(parseUuidV7(TEXT.replace("8def", `${variant}def`)), null, variant);
  const others = [
    "",
    "x",
    TEXT.slice(1),
    `${TEXT}0`,
    ` ${TEXT}`,
    TEXT.replaceAll("-", ""),
    `{${TEXT}}`,
    `urn:uuid:${TEXT}`,
  ];
  for (const text of [...others, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"])
    assert.equal(parseUuidV7(text), null, text);
});

test("isUuidV7() checks length, version and variant", () => {
  assert.equal(isUuidV7(BYTES), true);
  assert.equal(isUuidV7(BYTES.subarray(1)), false);
  assert.equal(isUuidV7(Buffer.concat([BYTES, Buffer.of(0)])), false);
  for (let version = 0; version < 16; version++)
    assert.equal(isUuidV7(Buffer.from(BYTES).fill((version << 4) | 0x0a, 6, 7)), version === 7);
  for (const [ninth, is] of [0x3f, 0x80, 0xbf, 0xc0].map((byte) => [byte, byte === 0x80 || byte === 0xbf] as const))
    assert.equal(isUuidV7(Buffer.from(BYTES).fill(ninth, 8, 9)), is);
});

test("followingUuid() returns another UUIDv7 of the same millisecond and does not change its argument", () => {
  assert.equal(uuidText(followingUuid(BYTES)), "0192f0c1-7b3a-7abc-8def-000000000018");
  assert.equal(uuidText(BYTES), TEXT);
  const last = Buffer.from(BYTES).fill(0xff, 12);
  assert.equal(uuidText(followingUuid(last)), "0192f0c1-7b3a-7abc-8def-000000000000");
  fc.assert(
    fc.property(arbitraryUuid, (id) => {
      const next = followingUuid(id);
      assert.ok(isUuidV7(next) && !Buffer.from(next).equals(Buffer.from(id)));
      assert.deepEqual(Buffer.from(next.subarray(0, 12)), Buffer.from(id.subarray(0, 12)));
    }),
  );
});
