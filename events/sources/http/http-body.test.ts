import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { LogError } from "../../errors.ts";
import { LOG_HEADERS, MAX_RESPONSE_BYTES } from "./events-request.ts";
import { BodyTooLong, readBody, readBodySoFar } from "./http-body.ts";
import { HttpLog } from "./http-log.ts";

const TEXT = Buffer.from("an event after the other ".repeat(100));

/** A response as from a `fetch` that decompresses nothing (a new `Response` does not decompress). */
function responseOf(body: Uint8Array, encoding: string | null): Response {
  return new Response(new Uint8Array(body), { headers: encoding === null ? {} : { "content-encoding": encoding } });
}

test("readBody() decompresses a body that fetch left compressed, and only then", async () => {
  for (const [encoding, packed] of [
    ["zstd", zstdCompressSync(TEXT)],
    ["gzip", gzipSync(TEXT)],
  ] as const) {
    assert.deepEqual(await readBody(responseOf(packed, encoding), TEXT.length), TEXT, encoding);
    // The header stays after fetch has decompressed the body.
    assert.deepEqual(await readBody(responseOf(TEXT, encoding), TEXT.length), TEXT, encoding);
  }
  assert.deepEqual(await readBody(responseOf(TEXT, null), TEXT.length), TEXT);
  assert.deepEqual(await readBody(responseOf(Buffer.alloc(0), "zstd"), 10), Buffer.alloc(0));
  assert.deepEqual(await readBody(new Response(null, { status: 204 }), 10), Buffer.alloc(0));
});

test("readBody() refuses a body one byte over the limit, compressed or not", async () => {
  const max = TEXT.length - 1;
  for (const body of [
    responseOf(TEXT, null),
    responseOf(zstdCompressSync(TEXT), "zstd"),
    responseOf(gzipSync(TEXT), "gzip"),
    responseOf(zstdCompressSync(Buffer.alloc(50_000_000)), "zstd"),
  ])
    await assert.rejects(readBody(body, max), BodyTooLong);
});

test("readBody() stops reading at its limit", async () => {
  let sent = 0;
  let cancelled = false;
  const long = new ReadableStream({
    pull(controller) {
      sent += 1000;
      controller.enqueue(new Uint8Array(1000));
      if (sent === 10_000_000) controller.close();
    },
    cancel() {
      cancelled = true;
    },
  });
  await assert.rejects(readBody(new Response(long), 10_000), BodyTooLong);
  assert.ok(sent <= 13_000, `${sent} bytes were read`);
  assert.ok(cancelled, "the transfer is cancelled");
});

test("readBody() refuses cut or damaged compressed bytes", async () => {
  const packed = zstdCompressSync(TEXT);
  await assert.rejects(readBody(responseOf(packed.subarray(0, packed.length - 3), "zstd"), 1e6));
  await assert.rejects(readBody(responseOf(gzipSync(TEXT).fill(7, 10), "gzip"), 1e6));
});

test("readBodySoFar() keeps what arrived before the connection was lost, compressed or not", async () => {
  const text = Buffer.from(Array.from({ length: 200_000 }, (_, n) => `${n * n} `).join(""));
  for (const [encoding, sent] of [
    ["zstd", zstdCompressSync(text)],
    ["gzip", gzipSync(text)],
    [null, text],
  ] as const) {
    const lost = new TypeError("terminated");
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(sent.subarray(0, sent.length / 2)),
      pull: (controller) => controller.error(lost),
    });
    const headers = encoding === null ? {} : { "content-encoding": encoding };
    const { bytes, failure } = await readBodySoFar(new Response(body, { headers }), text.length);
    assert.equal(failure, lost);
    assert.ok(bytes.length > text.length / 4 && bytes.length < text.length, `${encoding}: ${bytes.length}`);
    assert.deepEqual(Buffer.from(bytes), text.subarray(0, bytes.length));
  }
});

test("HttpLog.read() reports FOREIGN_REPLY for a body that is too long, and UNREACHABLE for a damaged one", async () => {
  const bomb = zstdCompressSync(Buffer.alloc(MAX_RESPONSE_BYTES + 1));
  const cases = [
    { body: bomb, code: "FOREIGN_REPLY" },
    { body: zstdCompressSync(TEXT).subarray(0, 20), code: "UNREACHABLE" },
  ];
  for (const { body, code } of cases) {
    const response = responseOf(body, "zstd");
    response.headers.set(LOG_HEADERS.log, "a log");
    const log = new HttpLog("http://127.0.0.1:1", { token: () => null, fetch: async () => response });
    const read = async () => {
      for await (const _ of log.read({ after: 0, upTo: 10 }));
    };
    await assert.rejects(read, (error) => error instanceof LogError && error.code === code);
  }
});

test("HttpLog requests compressed responses, and bypasses HTTP caches", async () => {
  let sent: RequestInit | undefined;
  const log = new HttpLog("http://127.0.0.1:1", {
    token: () => "me",
    fetch: async (_, init) => {
      sent = init;
      return new Response(null, { headers: { [LOG_HEADERS.log]: "a log", [LOG_HEADERS.head]: "7" } });
    },
  });
  assert.equal(await log.head(), 7);
  assert.deepEqual(sent?.headers, {
    accept: "application/vnd.msgpack",
    "accept-encoding": "zstd, gzip",
    "invoify-reads": "blocks",
    authorization: "Bearer me",
  });
  assert.equal(sent?.cache, "no-store");
});

test("HttpLog.changed() does not flood a server that ends long polls immediately", async () => {
  let requests = 0;
  const stop = new AbortController();
  const log = new HttpLog("http://127.0.0.1:1", {
    token: () => null,
    fetch: async () => {
      if (++requests === 1) setTimeout(() => stop.abort(), 50);
      if (requests === 100) stop.abort();
      return new Response(null, { headers: { [LOG_HEADERS.log]: "a log", [LOG_HEADERS.head]: "7" } });
    },
  });
  await log.changed(7, stop.signal);
  assert.ok(requests <= 3, `${requests} requests`);
});
