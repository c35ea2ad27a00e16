/** Callers share the server: they take turns, wait for themselves, and nobody's unread responses fill the memory. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import { type ShareLimits, Shares } from "./shares.ts";
import { Slices } from "./slices.ts";
import { Unread } from "./unread.ts";

const MIB = 1024 * 1024;

/** A request of a caller, from an address. */
function from(caller: string, ip = "192.0.2.1"): FastifyRequest {
  return { caller, ip, raw: { socket: { destroyed: false } } } as unknown as FastifyRequest;
}

/** A response that a client reads when the test says so. */
class FakeResponse extends EventEmitter {
  destroyed = false;
  readonly socket = null;
  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
  get asResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

/** Shares whose reads end when the test says so. */
function newShares(limits: Partial<ShareLimits>, unread = new Unread()) {
  const shares = new Shares(unread, limits, { begin: async () => () => {} });
  const running: { name: string; end: () => void }[] = [];
  const started: string[] = [];
  const run = (name: string, request = from(name)) =>
    shares
      .run(request, async () => {
        started.push(name);
        await new Promise<void>((resolve) => running.push({ name, end: resolve }));
        return "done";
      })
      .catch((error) => error.code as string);
  return { shares, run, started, running };
}

async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await turn();
}

test("Shares gives turns to callers, not to requests: one that asks for much waits for itself", async () => {
  const { run, started, running } = newShares({ running: 1 });
  const all = [...Array.from({ length: 20 }, () => run("greedy")), run("modest"), run("other")];
  for (let n = 0; n < all.length; n++) {
    await settle();
    running.shift()?.end();
  }
  assert.deepEqual(new Set(await Promise.all(all)), new Set(["done"]));
  assert.deepEqual(started.slice(0, 4).sort(), ["greedy", "greedy", "modest", "other"]);
  assert.equal(started.length, 22);
});

test("Shares gives turns to organizations: one with many users does not get more of them", async () => {
  const { run, started, running } = newShares({ running: 1 });
  const crowd = Array.from({ length: 30 }, (_, n) => run(`crowd user${n % 10}`));
  const all = [...crowd, run("small one"), run("small one"), run("small two"), run("192.0.2.1")];
  for (let n = 0; n < all.length; n++) {
    await settle();
    running.shift()?.end();
  }
  await Promise.all(all);
  assert.deepEqual(
    started
      .slice(0, 8)
      .map((name) => name.split(" ")[0])
      .sort(),
    ["192.0.2.1", ...Array<string>(4).fill("crowd"), ...Array<string>(3).fill("small")],
  );
  assert.deepEqual(
    started
      .filter((name) => name.startsWith("small"))
      .slice(0, 2)
      .sort(),
    ["small one", "small two"],
  );
});

test("Shares refuses what is too much of an organization with 503; others still wait for their turn", async () => {
  const { run } = newShares({ running: 0, waitingOf: 4, waiting: 6 });
  const outcomeOf = (name: string) => Promise.race([run(name), settle().then(() => "waits")]);
  const crowd = await Promise.all(Array.from({ length: 6 }, (_, n) => outcomeOf(`crowd user${n}`)));
  assert.deepEqual(crowd, ["waits", "waits", "waits", "waits", "BUSY", "BUSY"]);
  assert.deepEqual(await Promise.all([outcomeOf("other a"), outcomeOf("other b"), outcomeOf("third a")]), [
    "waits",
    "waits",
    "BUSY",
  ]);
});

test("Shares runs a few of one caller at once, and refuses what is too much with 429", async () => {
  const { shares, run, running } = newShares({ running: 8, runningEach: 2, waitingEach: 3 });
  const all = Array.from({ length: 10 }, () => run("greedy"));
  await settle();
  assert.deepEqual(shares.counts, { running: 2, waiting: 3 });
  for (; running.length > 0; await settle()) running.shift()?.end();
  const results = await Promise.all(all);
  assert.equal(results.filter((one) => one === "done").length, 5);
  assert.equal(results.filter((one) => one === "TOO_MANY_REQUESTS").length, 5);
  assert.deepEqual(shares.counts, { running: 0, waiting: 0 });
});

test("Shares limits the waiting requests of an address, whatever the user, and of all addresses", async () => {
  const { run } = newShares({ running: 0, waitingFrom: 4, waiting: 6 });
  const outcomeOf = (name: string, ip: string) =>
    Promise.race([run(name, from(name, ip)), settle().then(() => "waits")]);
  const one = await Promise.all(Array.from({ length: 6 }, (_, n) => outcomeOf(`user ${n}`, "192.0.2.1")));
  assert.deepEqual(one, ["waits", "waits", "waits", "waits", "TOO_MANY_REQUESTS", "TOO_MANY_REQUESTS"]);
  const others = await Promise.all([1, 2, 3].map((n) => outcomeOf(`other ${n}`, `198.51.100.${n}`)));
  assert.deepEqual(others, ["waits", "waits", "BUSY"]);
});

test("Shares runs nothing for a client that is gone, and nothing more for one that does not read", async () => {
  const unread = new Unread();
  const { run, started, running } = newShares({ unreadBytes: MIB }, unread);
  const response = new FakeResponse();
  unread.add("deaf", response.asResponse, 2 * MIB);
  const gone = { ...from("gone"), raw: { socket: { destroyed: true } } } as FastifyRequest;
  const all = [run("deaf"), run("reader"), run("gone", gone)];
  await settle();
  assert.deepEqual(started, ["reader"]);
  response.emit("close");
  for (; running.length > 0; await settle()) running.shift()?.end();
  assert.deepEqual(await Promise.all(all), ["done", "done", "TOO_MANY_REQUESTS"]);
});

test("Shares frees the turn of work that fails", async () => {
  const shares = new Shares(new Unread(), { running: 1 });
  for (let n = 0; n < 3; n++)
    await assert.rejects(
      shares.run(from("a"), async () => Promise.reject(new Error("no"))),
      /no/,
    );
  assert.deepEqual(shares.counts, { running: 0, waiting: 0 });
});

test("Slices gives each turn of the event loop to one work only", async () => {
  const slices = new Slices();
  const sliceOf: number[] = [];
  let loop = 0;
  let isOver = false;
  const count = () => {
    loop++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const work = async () => {
    const pause = await slices.begin();
    for (let n = 0; n < 3; n++) {
      sliceOf.push(loop);
      for (const endMs = performance.now() + 3; performance.now() < endMs; );
      await pause();
    }
  };
  await Promise.all([work(), work(), work()]);
  isOver = true;
  assert.equal(sliceOf.length, 9);
  assert.equal(new Set(sliceOf).size, 9, sliceOf.join());
});

test("Unread cuts the oldest responses of the caller with the most, and nobody else's", () => {
  const unread = new Unread({ maxBytes: 10 * MIB });
  const add = (caller: string, mib: number) => {
    const response = new FakeResponse();
    unread.add(caller, response.asResponse, mib * MIB);
    return response;
  };
  const [modest, first, second] = [add("modest", 2), add("deaf", 4), add("deaf", 3)];
  assert.equal(unread.bytes, 9 * MIB);
  const third = add("other", 3);
  assert.deepEqual(
    [modest, first, second, third].map(({ destroyed }) => destroyed),
    [false, true, false, false],
  );
  assert.equal(unread.bytes, 8 * MIB);
  for (const response of [modest, second, third]) response.emit("close");
  assert.deepEqual([unread.bytes, unread.bytesOf("deaf")], [0, 0]);
});
