/** Logs with events of all sizes, read over lines that break: every event arrives once, and the wire stays bounded. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { LogError } from "../../events/errors.ts";
import { BLOCK_BYTES } from "../../events/log/blocks.ts";
import { assertBodies } from "../../events/log/log-harness.suite.ts";
import { SEGMENT } from "../../events/sequence.ts";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { MAX_EVENT_BYTES } from "../../events/values/size-limits.ts";
import { idOf } from "../../fixtures/data/events.ts";
import { sizedEvent, sizedLog } from "../../fixtures/data/sized-events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { serveLog } from "../served-log.suite.ts";

const folder = temporaryFolder();
let logs = 0;
/** Connections that were cut while the server sent. */
let cut = 0;

/** A log of these events, and its server. */
async function serve(t: TestContext, events: ReturnType<typeof sizedLog>): Promise<string> {
  const log = SqliteLog.open(`${folder}/${++logs}.sqlite`, { create: true });
  t.after(() => log.closeNow());
  for (let n = 0; n < events.length; n += 64) log.appendNow(events.slice(n, n + 64));
  return await serveLog(log, uuidText(idOf(1)));
}

/** A proxy that cuts one connection after the other, each after so many bytes from the server; then it cuts no more. */
async function cutting(t: TestContext, base: string, cuts: readonly number[]): Promise<string> {
  const left = [...cuts];
  const proxy = createServer((client) => {
    const server = connect(Number(new URL(base).port), "127.0.0.1");
    let bytes = left.shift() ?? Number.POSITIVE_INFINITY;
    const end = () => [client, server].map((socket) => socket.destroy());
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    client.pipe(server);
    server.on("data", (chunk: Buffer) => {
      client.write(chunk.subarray(0, bytes));
      bytes -= chunk.length;
      if (bytes > 0) return;
      cut++;
      client.end(end);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** Reads a range as a desktop does: what arrived is kept, and the rest is fetched later. */
async function readByAndBy(log: HttpLog, after: number, failures: number): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for (let failed = 0; ; failed++) {
    try {
      for await (const batch of log.read({ after: after + bodies.length, upTo: Number.POSITIVE_INFINITY })) {
        assert.equal(batch.after, after + bodies.length);
        const bytes = batch.bodies.reduce((sum, { length }) => sum + length, 0);
        assert.ok(bytes < BLOCK_BYTES + MAX_EVENT_BYTES, `${bytes} bytes at once`);
        bodies.push(...batch.bodies);
      }
      return bodies;
    } catch (error) {
      if (!(error instanceof LogError) || error.code !== "UNREACHABLE" || failed > failures) throw error;
    }
  }
}

const size = fc.oneof(
  { arbitrary: fc.integer({ min: 100, max: 1_000 }), weight: 4 },
  { arbitrary: fc.integer({ min: 1_000, max: MAX_EVENT_BYTES }), weight: 2 },
  fc.constant(MAX_EVENT_BYTES),
);
/** A run of events of one size: segments get full, and blocks end in and at the end of them. */
const run = fc.record({ bytes: size, count: fc.integer({ min: 1, max: 600 }) });
const sizes = fc
  .array(run, { minLength: 1, maxLength: 8 })
  .map((runs) =>
    runs.flatMap(({ bytes, count }) => Array<number>(Math.min(count, 1 + Math.floor(5e6 / bytes))).fill(bytes)),
  );

test("every event of a log with large events arrives once, over lines that break", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.oneof(fc.nat(50_000), fc.nat(3_000_000)), { minLength: 1, maxLength: 8 }),
      async (sizes, place, cuts) => {
        const events = sizedLog(sizes);
        const after = Math.floor(place * place * events.length);
        const log = new HttpLog(await cutting(t, await serve(t, events), cuts), { token: () => "a token" });
        const bodies = await readByAndBy(log, after, cuts.length);
        assertBodies(bodies, events.slice(after));
      },
    ),
    { numRuns: 15 },
  );
  t.diagnostic(`${cut} connections were cut`);
  assert.ok(cut > 0, "lines broke");
});

test("blocks and full segments are requested ahead, and each of them once", async (t) => {
  const large = Array<number>(30).fill(MAX_EVENT_BYTES);
  const events = [
    ...sizedLog([...large, ...Array<number>(2 * SEGMENT - 31).fill(150)]),
    ...Array.from({ length: 2 * SEGMENT + 9 }, (_, n) => sizedEvent(2 * SEGMENT + n + 1, 150)),
  ];
  const base = await serve(t, events);
  const asked: string[] = [];
  let [running, most] = [0, 0];
  const log = new HttpLog(base, {
    token: () => "a token",
    pace: { quickMs: Number.POSITIVE_INFINITY, slowMs: Number.POSITIVE_INFINITY },
    fetch: async (url, init) => {
      asked.push(new URL(String(url)).searchParams.get("after") ?? "");
      most = Math.max(most, ++running);
      return await fetch(url, init).finally(() => running--);
    },
  });
  assert.equal(await log.head(), events.length);
  asked.length = 0;
  assert.equal((await readByAndBy(log, 0, 0)).length, events.length);
  assert.equal(new Set(asked).size, asked.length, `no range was requested twice: ${asked}`);
  // 30 MiB in blocks of 4, the rest of that segment, three more full segments, and the part of the last one.
  assert.ok(asked.length >= 12 && asked.length <= 14, `${asked}`);
  assert.ok(most >= 2, "some at the same time");
});
