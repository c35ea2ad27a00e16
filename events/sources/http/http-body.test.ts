import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { LogError } from "../../errors.ts";
import { SEGMENT } from "../../sequence.ts";
import { MAX_EVENT_BYTES } from "../../values/schema.ts";
import { BodyTooLong, readBody } from "./http-body.ts";
import { HttpLog, LOG_HEADERS } from "./http-log.ts";

const TEXT = Buffer.from("an event after the other ".repeat(100));

/** An answer as a `fetch` gives it that unpacks nothing (a `Response` made by hand does not). */
function answer(body: Uint8Array, encoding: string | null): Response {
  return new Response(new Uint8Array(body), { headers: encoding === null ? {} : { "content-encoding": encoding } });
}

test("readBody() unpacks what fetch has left packed, and leaves what it has unpacked", async () => {
  for (const [encoding, packed] of [
    ["zstd", zstdCompressSync(TEXT)],
    ["gzip", gzipSync(TEXT)],
  ] as const) {
    assert.deepEqual(await readBody(answer(packed, encoding), TEXT.length), TEXT, encoding);
    // The header stays after fetch has unpacked.
    assert.deepEqual(await readBody(answer(TEXT, encoding), TEXT.length), TEXT, encoding);
  }
  assert.deepEqual(await readBody(answer(TEXT, null), TEXT.length), TEXT);
  assert.deepEqual(await readBody(answer(Buffer.alloc(0), "zstd"), 10), Buffer.alloc(0));
  assert.deepEqual(await readBody(new Response(null, { status: 204 }), 10), Buffer.alloc(0));
});

test("readBody() refuses a longer body, packed or not, at one byte more", async () => {
  const max = TEXT.length - 1;
  for (const body of [
    answer(TEXT, null),
    answer(zstdCompressSync(TEXT), "zstd"),
    answer(gzipSync(TEXT), "gzip"),
    answer(zstdCompressSync(Buffer.alloc(50_000_000)), "zstd"),
  ])
    await assert.rejects(readBody(body, max), BodyTooLong);
});

test("readBody() reads no further than its limit", async () => {
  let given = 0;
  let ended = false;
  const long = new ReadableStream({
    pull(controller) {
      given += 1000;
      controller.enqueue(new Uint8Array(1000));
      if (given === 10_000_000) controller.close();
    },
    cancel() {
      ended = true;
    },
  });
  await assert.rejects(readBody(new Response(long), 10_000), BodyTooLong);
  assert.ok(given <= 13_000, `${given} bytes were taken`);
  assert.ok(ended, "the transfer is ended");
});

test("readBody() does not take cut or broken packed bytes for whole", async () => {
  const packed = zstdCompressSync(TEXT);
  await assert.rejects(readBody(answer(packed.subarray(0, packed.length - 3), "zstd"), 1e6));
  await assert.rejects(readBody(answer(gzipSync(TEXT).fill(7, 10), "gzip"), 1e6));
});

test("HttpLog.read() takes a longer answer than a segment can be for no API, and broken ones for no answer", async () => {
  const bomb = zstdCompressSync(Buffer.alloc(SEGMENT * MAX_EVENT_BYTES + 1));
  const cases = [
    { body: bomb, code: "NOT_A_LOG" },
    { body: zstdCompressSync(TEXT).subarray(0, 20), code: "UNREACHABLE" },
  ];
  for (const { body, code } of cases) {
    const log = new HttpLog("http://127.0.0.1:1", { token: () => null, fetch: async () => answer(body, "zstd") });
    const read = async () => {
      for await (const _ of log.read({ after: 0, upTo: 10 }));
    };
    await assert.rejects(read, (error) => error instanceof LogError && error.code === code);
  }
});

test("HttpLog asks for packed answers, and for none that a cache has kept", async () => {
  let seen: RequestInit | undefined;
  const log = new HttpLog("http://127.0.0.1:1", {
    token: () => "me",
    fetch: async (_, init) => {
      seen = init;
      return new Response(null, { headers: { [LOG_HEADERS.log]: "a log", [LOG_HEADERS.head]: "7" } });
    },
  });
  assert.equal(await log.head(), 7);
  assert.deepEqual(seen?.headers, {
    accept: "application/vnd.msgpack",
    "accept-encoding": "zstd, gzip",
    authorization: "Bearer me",
  });
  assert.equal(seen?.cache, "no-store");
});

test("HttpLog.changed() does not press a server that ends its waits at once", async () => {
  let asked = 0;
  const stop = new AbortController();
  const log = new HttpLog("http://127.0.0.1:1", {
    token: () => null,
    fetch: async () => {
      if (++asked === 1) setTimeout(() => stop.abort(), 50);
      if (asked === 100) stop.abort();
      return new Response(null, { headers: { [LOG_HEADERS.log]: "a log", [LOG_HEADERS.head]: "7" } });
    },
  });
  await log.changed(7, stop.signal);
  assert.ok(asked <= 3, `asked ${asked} times`);
});
