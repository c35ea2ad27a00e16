/** An `HttpLog` on slow and broken lines: time-outs are about silence, what arrived is kept, and the pace follows the line. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { logOf } from "../../../fixtures/data/events.ts";
import { EventsApi } from "../../../fixtures/data/events-api.ts";
import { SEGMENT } from "../../sequence.ts";
import { HttpLog, type HttpLogOptions } from "./http-log.ts";
import { Pace } from "./pace.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const FOR_EVER = Number.POSITIVE_INFINITY;
const token = () => "token";
const long = logOf(3 * SEGMENT + 5).map(({ body }) => body);

interface Line {
  log: HttpLog;
  api: EventsApi;
  /** The greatest number of requests at the same time. */
  most(): number;
}

/** Serves events through `send`, which may be slow, or break the connection. */
async function serve(
  t: TestContext,
  send: (body: Buffer, response: ServerResponse, request: IncomingMessage) => Promise<unknown>,
  options: Partial<HttpLogOptions> = {},
): Promise<Line> {
  const api = new EventsApi(long);
  let [now, most] = [0, 0];
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++now);
    const { status, headers, arrayBuffer } = await answer(api, request);
    response.writeHead(status, headers).flushHeaders();
    await send(Buffer.from(await arrayBuffer), response, request);
    now--;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { log: new HttpLog(base, { token, ...options }), api, most: () => most };
}

async function answer(api: EventsApi, { url }: IncomingMessage) {
  const response = await api.fetch(new URL(url ?? "", "http://127.0.0.1"));
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    arrayBuffer: response.arrayBuffer(),
  };
}

/** Sends so many bytes at a time, with a pause before each part. */
async function trickle(body: Buffer, response: ServerResponse, { bytes, pauseMs }: { bytes: number; pauseMs: number }) {
  for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
    await sleep(pauseMs);
    response.write(body.subarray(at, at + bytes));
  }
  response.end();
}

async function readAll(log: HttpLog, after = 0): Promise<Buffer> {
  const bodies: Uint8Array[] = [];
  for await (const batch of log.read({ ...ALL, after })) bodies.push(...batch.bodies);
  return Buffer.concat(bodies);
}

/** The bytes of the range that begins after a sequence. */
const bytesAfter = (seq: number) => Buffer.concat(long.slice(seq));

test("a response may take any time, as long as bytes arrive", async (t) => {
  const silenceMs = 500;
  let longestMs = 0;
  const { log } = await serve(
    t,
    async (body, response) => {
      const startedMs = performance.now();
      await trickle(body, response, { bytes: body.length / 8, pauseMs: silenceMs / 4 });
      longestMs = Math.max(longestMs, performance.now() - startedMs);
    },
    { silenceMs },
  );
  assert.deepEqual(await readAll(log), bytesAfter(0));
  assert.ok(longestMs > silenceMs);
});

test("a server that is silent for too long is UNREACHABLE, before its headers and after them", async (t) => {
  const silent = await serve(t, () => new Promise(() => {}), { silenceMs: 50 });
  await assert.rejects(readAll(silent.log), { code: "UNREACHABLE", message: /no answer.*\(no data for/ });
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await assert.rejects(new HttpLog(base, { token, silenceMs: 50 }).head(), { code: "UNREACHABLE" });
});

test("a line that breaks every few kilobytes delivers the whole log, and no event twice", async (t) => {
  let breaks = 0;
  const { log, api } = await serve(t, async (body, response) => {
    if (body.length < 20_000) return response.end(body);
    breaks++;
    await new Promise((done) => response.write(body.subarray(0, 20_000), done));
    return response.destroy();
  });
  const starts: number[] = [];
  const bodies: Uint8Array[] = [];
  for await (const batch of log.read(ALL)) {
    starts.push(batch.after);
    bodies.push(...batch.bodies);
  }
  assert.deepEqual(Buffer.concat(bodies), bytesAfter(0));
  assert.ok(breaks > 1);
  assert.ok(starts.some((after) => after % SEGMENT !== 0));
  const limits = api.requests.map((request) => Number(request.split("limit=")[1]));
  assert.ok(Math.min(...limits) < SEGMENT, "after a failure it requests less");
});

test("a line that goes silent in every large response delivers the whole log", async (t) => {
  const { log } = await serve(
    t,
    async (body, response) => {
      if (body.length < 20_000) response.end(body);
      else response.write(body.subarray(0, 20_000));
    },
    { silenceMs: 100 },
  );
  assert.deepEqual(await readAll(log), bytesAfter(0));
});

test("a read whose requests deliver no event fails, and the next one requests less", async (t) => {
  const { log, api } = await serve(t, () => new Promise(() => {}), { silenceMs: 30 });
  for (let n = 0; n < 5; n++) await assert.rejects(readAll(log), { code: "UNREACHABLE" });
  assert.deepEqual(
    api.requests,
    [SEGMENT, 256, 64, 16, 16].map((limit) => `after=0 limit=${limit}`),
  );
});

test("a request ahead that failed is repeated when the reader gets there", async (t) => {
  let failed = 0;
  const { log } = await serve(t, async (body, response, { url }) => {
    if (url?.includes(`after=${SEGMENT}&`) && failed++ === 0) return response.destroy();
    return response.end(body);
  });
  await log.head();
  assert.deepEqual(await readAll(log), bytesAfter(0));
  assert.equal(failed, 2);
});

test("on a slow line there is one request at a time", async (t) => {
  const { log, most } = await serve(t, (body, response) => trickle(body, response, { bytes: 40_000, pauseMs: 20 }), {
    pace: { quickMs: 1, slowMs: 5 },
  });
  await log.head();
  assert.deepEqual(await readAll(log), bytesAfter(0));
  assert.equal(most(), 1);
});

test("on a quick line more segments are requested ahead, and none while the reader waits", async () => {
  const api = new EventsApi(logOf(12 * SEGMENT).map(({ body }) => body));
  const log = new HttpLog("http://127.0.0.1:1", {
    token,
    fetch: api.fetch as typeof fetch,
    pace: { quickMs: FOR_EVER, slowMs: FOR_EVER },
  });
  await log.head();
  const read = log.read(ALL)[Symbol.asyncIterator]();
  const ahead: number[] = [];
  for (let segments = 1; segments <= 5; segments++) {
    await read.next();
    await sleep(50);
    ahead.push(api.requests.length - 1 - segments); // the first request was for the head
  }
  assert.deepEqual(ahead, [2, 4, 4, 4, 4]);
  await read.return?.(undefined);
});

test("Pace grows with quick responses, keeps its number in between, and shrinks with slow ones", () => {
  const pace = new Pace({ quickMs: 10, slowMs: 100 });
  const after = (...durationsMs: number[]) => {
    for (const ms of durationsMs) pace.arrived(ms);
    return pace.ahead(1);
  };
  assert.equal(pace.ahead(1), 1);
  assert.equal(after(1, 1), 3);
  assert.equal(after(10, 50, 100), 3);
  assert.equal(after(1, 1, 1), 4);
  assert.equal(pace.ahead(4 * 1024 * 1024), 2, "long segments take memory");
  assert.equal(pace.ahead(1e9), 1);
  assert.equal(after(101), 2);
  assert.equal(after(101), 1);
  assert.equal(after(101), 0);
  assert.equal(after(1), 1);
});

test("Pace counts requests that fail together as one failure, and recovers", () => {
  const pace = new Pace({ quickMs: 10, slowMs: 100 });
  for (let n = 0; n < 4; n++) pace.failed(SEGMENT);
  assert.deepEqual([pace.events, pace.ahead(1)], [256, 0]);
  pace.arrived(1);
  assert.deepEqual([pace.events, pace.ahead(1)], [512, 0]);
  pace.arrived(1);
  pace.arrived(1);
  assert.deepEqual([pace.events, pace.ahead(1)], [SEGMENT, 1]);
});
