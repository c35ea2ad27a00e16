/** Requests that arrive at once start in a fair order, a few in each turn of the event loop. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { inFairOrder } from "./arrivals.ts";

const RESPONSE = {} as ServerResponse;
const senderOf = ({ url = "" }: IncomingMessage) => url;

/** Longer than all requests may take in one turn, ms. */
const LONG_MS = 3;

function burn(): void {
  for (const endMs = performance.now() + LONG_MS; performance.now() < endMs; );
}

async function untilStarted(started: readonly string[], count: number): Promise<void> {
  for (let turns = 0; started.length < count; turns++) {
    assert.ok(turns < 10_000, `${started.length} of ${count} started`);
    await turn();
  }
}

test("inFairOrder() starts a request at once if nothing waits", async () => {
  const started: string[] = [];
  const arrive = inFairOrder(({ url = "" }) => started.push(url), senderOf);
  for (let n = 0; n < 3; n++) {
    arrive({ url: `/${n}` } as IncomingMessage, RESPONSE);
    assert.equal(started.length, n + 1);
    await turn();
  }
});

test("inFairOrder() gives turns to senders: one with many requests delays another by few", async () => {
  const started: string[] = [];
  const arrive = inFairOrder(({ url = "" }) => {
    started.push(url);
    burn();
  }, senderOf);
  for (let n = 0; n < 30; n++) arrive({ url: "many" } as IncomingMessage, RESPONSE);
  for (const url of ["one", "two"]) arrive({ url } as IncomingMessage, RESPONSE);
  assert.deepEqual(started, ["many"], "the rest waits for later turns");
  await untilStarted(started, 32);
  assert.deepEqual(started.slice(0, 4), ["many", "many", "one", "two"]);
  assert.deepEqual(new Set(started.slice(4)), new Set(["many"]));
});

test("inFairOrder() lets other work run between the requests of one turn and the next", async () => {
  const order: string[] = [];
  const arrive = inFairOrder(() => {
    order.push("request");
    burn();
  }, senderOf);
  for (let n = 0; n < 3; n++) arrive({ url: "many" } as IncomingMessage, RESPONSE);
  for (let n = 0; n < 3; n++) {
    await turn();
    order.push("other");
  }
  assert.deepEqual(order, ["request", "request", "other", "request", "other", "other"]);
});
