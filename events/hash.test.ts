import assert from "node:assert/strict";
import { test } from "node:test";
import { eventHash, sameBytes, sha256 } from "./hash.ts";

test("eventHash() is SHA-256 of a zero byte and the event, as RFC 6962 hashes a leaf", () => {
  // The leaf of no bytes and of 0x00, from the test data of google/certificate-transparency.
  assert.equal(
    eventHash(Buffer.alloc(0)).toString("hex"),
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  );
  assert.equal(
    eventHash(Buffer.of(0)).toString("hex"),
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
  );
  assert.deepEqual(eventHash(Buffer.from("abc")), sha256(Buffer.from("\0abc")));
});

test("eventHash() hashes a view's own bytes, not the buffer behind it", () => {
  const behind = Buffer.from("xabcx");
  assert.deepEqual(eventHash(behind.subarray(1, 4)), eventHash(Buffer.from("abc")));
});

test("eventHash() is the same for short and long events", () => {
  for (const length of [4095, 4096, 4097, 70_000]) {
    const body = Buffer.alloc(length, "event");
    assert.deepEqual(eventHash(body), sha256(Buffer.concat([Buffer.of(0), body])), String(length));
  }
});

test("sha256() hashes bytes, and text as UTF-8", () => {
  assert.equal(sha256("abc").toString("hex"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.deepEqual(sha256("é"), sha256(Buffer.of(0xc3, 0xa9)));
});

test("sameBytes() is true for equal bytes, and false where one is absent", () => {
  assert.equal(sameBytes(Buffer.of(1, 2), new Uint8Array([1, 2])), true);
  assert.equal(sameBytes(Buffer.of(1, 2), Buffer.of(1, 3)), false);
  assert.equal(sameBytes(Buffer.of(1, 2), Buffer.of(1)), false);
  assert.equal(sameBytes(null, null), false);
  assert.equal(sameBytes(undefined, Buffer.of(1)), false);
  assert.equal(sameBytes(Buffer.alloc(0), new Uint8Array(0)), true);
});
