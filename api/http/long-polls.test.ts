/** Places for long polls are shared: a caller with many gives its oldest to one with fewer. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { FastifyReply } from "fastify";
import type { EventLog } from "../../events/log/log.ts";
import { LongPolls } from "./long-polls.ts";

/** A log in which nothing happens. */
const LOG = {
  changed: (_: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve()))),
} as unknown as EventLog;
const LONG = { timeoutMs: 3_600_000, onEnd: () => () => {} };

test("LongPolls gives a place of the caller with the most to one with fewer, and refuses the one with the most", async () => {
  const polls = new LongPolls({ maxWaiting: 4 });
  const raws = new Map<string, EventEmitter>();
  const wait = (caller: string, name: string) => {
    const raw = Object.assign(new EventEmitter(), { destroyed: false });
    raws.set(name, raw);
    return polls.wait(LOG, 0, { raw, request: { caller } } as unknown as FastifyReply, LONG);
  };
  const greedy = [1, 2, 3, 4].map((n) => wait("greedy", `greedy ${n}`));
  await assert.rejects(wait("greedy", "greedy 5"), { code: "TOO_MANY_WAITING" });
  const modest = wait("modest", "modest 1");
  assert.equal(await greedy[0], true, "it gets a response");
  const other = wait("other", "other 1");
  assert.equal(await greedy[1], true);
  assert.equal(polls.size, 4);
  // Two, one and one: a second wait of another caller would only change who has the most.
  await assert.rejects(wait("modest", "modest 2"), { code: "TOO_MANY_WAITING" });
  for (const raw of raws.values()) raw.emit("close");
  await Promise.all([...greedy, modest, other]);
  assert.equal(polls.size, 0);
});
