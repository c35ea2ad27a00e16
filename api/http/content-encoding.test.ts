import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { chooseEncoding, ENCODINGS, pack } from "./content-encoding.ts";

const CHOICES: readonly [string | undefined, ReturnType<typeof chooseEncoding>][] = [
  [undefined, "identity"],
  ["", "identity"],
  ["zstd", "zstd"],
  ["gzip", "gzip"],
  ["gzip, deflate, br, zstd", "zstd"],
  ["gzip, deflate, br", "gzip"],
  ["deflate, br", "identity"],
  ["GZIP", "gzip"],
  ["x-gzip", "gzip"],
  ["gzip;q=1, zstd;q=0.5", "gzip"],
  ["gzip;q=0.5, zstd;q=0.5", "zstd"],
  ["gzip ; q = 0.9 , zstd;Q=0.001", "gzip"],
  ["zstd;q=0, gzip", "gzip"],
  ["zstd;q=0.001", "zstd"],
  ["identity, zstd;q=0.9", "identity"],
  ["identity;q=0.5, gzip;q=0.8", "gzip"],
  ["*", "zstd"],
  ["*;q=0.5, gzip", "gzip"],
  ["*, zstd;q=0", "gzip"],
  ["*;q=0", null],
  ["identity;q=0", null],
  ["*;q=0, identity", "identity"],
  ["*;q=0, gzip", "gzip"],
  ["br, identity;q=0", null],
  // An invalid weight counts as absent.
  ["zstd;q=2", "identity"],
  ["zstd;q=-1, gzip;q=banana", "identity"],
];

test("chooseEncoding() prefers the client's first choice, then zstd, then gzip", () => {
  for (const [accept, chosen] of CHOICES) assert.equal(chooseEncoding(accept), chosen, accept);
});

test("chooseEncoding() accepts any header", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (accept) => {
      const chosen = chooseEncoding(accept);
      return chosen === null || ENCODINGS.includes(chosen);
    }),
    { numRuns: 300 },
  );
});

test("pack() loses nothing, in each encoding", async () => {
  const bytes = Buffer.from("again and ".repeat(500));
  for (const use of ["once", "often"] as const) {
    assert.deepEqual(zstdDecompressSync(await pack(bytes, "zstd", use)), bytes);
    assert.deepEqual(gunzipSync(await pack(bytes, "gzip", use)), bytes);
    assert.equal(await pack(bytes, "identity", use), bytes);
    assert.ok((await pack(bytes, "zstd", use)).length < bytes.length / 10);
  }
});
