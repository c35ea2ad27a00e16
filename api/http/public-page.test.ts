/** Public pages are made once, compressed once per encoding, and not sent again to a client that has them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fastify from "fastify";
import { PublicPage } from "./public-page.ts";

const TEXT = "Page. ".repeat(10_000);

let made = 0;
const page = new PublicPage(() => {
  made++;
  return TEXT;
});
const app = fastify();
app.get("/page", (request, reply) => page.send(request, reply.type("text/plain")));
const get = (headers: Record<string, string> = {}) => app.inject({ url: "/page", headers });

test("PublicPage makes its text once, however many ask at once", async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => get()));
  for (const { body } of answers) assert.equal(body, TEXT);
  assert.equal(made, 1);
});

test("PublicPage sends the preferred encoding, each with a tag of its own", async () => {
  const zstd = await get({ "accept-encoding": "zstd, gzip" });
  const gzip = await get({ "accept-encoding": "gzip" });
  const plain = await get();
  assert.equal(zstdDecompressSync(zstd.rawPayload).toString(), TEXT);
  assert.equal(gunzipSync(gzip.rawPayload).toString(), TEXT);
  assert.deepEqual(
    [zstd, gzip, plain].map(({ headers }) => headers["content-encoding"]),
    ["zstd", "gzip", undefined],
  );
  assert.equal(new Set([zstd, gzip, plain].map(({ headers }) => headers.etag)).size, 3);
});

test("PublicPage sends nothing to a client that has the page in that encoding", async () => {
  const { headers } = await get({ "accept-encoding": "gzip" });
  const etag = String(headers.etag);
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const { statusCode, body } = await get({ "accept-encoding": "gzip", "if-none-match": tag });
    assert.deepEqual([statusCode, body], [304, ""], tag);
  }
  assert.equal((await get({ "if-none-match": etag })).statusCode, 200);
});
