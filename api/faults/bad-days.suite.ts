/** Shared by the tests of faults: API clients that retry with the same key, and checks of the log afterwards. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandResult } from "../../events/commands/commands.ts";
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import type { EventLog } from "../../events/log/log.ts";
import { uuidText } from "../../events/uuid.ts";
import { CLIENT } from "../running-api.suite.ts";
import { type ApiResponse, call, newKey } from "../sessions/people.suite.ts";

/** 100.00 and 20 % VAT: 120.00. */
const LINE = {
  description: "Work",
  quantity6: 1_000_000,
  unit: "HUR",
  price6: 100_000_000,
  vatCategory: "S",
  vatRate3: 20_000,
};

/** Pause before a retry, ms. It is shorter than the server's Retry-After, to keep the tests fast. */
const AGAIN_MS = 50;
/** A command that has not succeeded by then fails the test, ms. */
const GIVE_UP_MS = 300_000;

/** A command that an API client sends, once or more often. */
export interface SentCommand {
  key: string;
  method: string;
  path: string;
  body: object;
}

export function registration(name = CLIENT.name): SentCommand {
  return { key: newKey(), method: "POST", path: "/api/clients", body: { ...CLIENT, name } };
}

export function drafting(clientId: number): SentCommand {
  return { key: newKey(), method: "POST", path: "/api/invoices", body: { clientId, lines: [LINE] } };
}

export function issuing(invoice: number): SentCommand {
  return { key: newKey(), method: "POST", path: `/api/invoices/${invoice}/issue`, body: {} };
}

/**
 * Sends a command once.
 *
 * @returns null if there was no response, or a 503: the event may have been written or not
 * @throws on any other response, or a 503 without Retry-After
 */
export async function send(base: string, token: string, sending: SentCommand): Promise<CommandResult | null> {
  const { key, method, path, body } = sending;
  let response: ApiResponse;
  try {
    response = await call(base, method, path, body, { token, headers: { "idempotency-key": key } });
  } catch (error) {
    // undici throws a TypeError if a connection was refused or cut. A call that hangs is a TimeoutError.
    if (error instanceof TypeError) return null;
    throw error;
  }
  if (response.status === 503) assertRetryable(response);
  else assert.equal(response.status, 200, `${method} ${path}: ${response.text}`);
  return response.status === 200 ? (response.body as unknown as CommandResult) : null;
}

/** Checks that a response is a 503 that a client can act on. */
export function assertRetryable({ status, headers, body, text }: ApiResponse): void {
  assert.equal(status, 503, text);
  assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.ok(Number(headers.get("retry-after")) > 0, `no Retry-After: ${text}`);
  assert.match(String(body.code), /^[A-Z_]+$/);
}

/** The results that API clients received: the first result of each key. */
export class Acknowledgements {
  readonly byKey = new Map<string, CommandResult>();
  /** Attempts without a response, or with a 503. */
  retries = 0;

  get size(): number {
    return this.byKey.size;
  }

  /** Records a result. The same key must always get the same one. */
  record({ key }: SentCommand, written: CommandResult): void {
    const first = this.byKey.get(key);
    if (first) assert.deepEqual(written, first, `${key}: differs from the first result`);
    else this.byKey.set(key, written);
  }

  /** Sends a command with one key until it succeeds. @param base returns the server's current address */
  async insist(base: () => string, token: string, sending: SentCommand): Promise<CommandResult> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    for (;;) {
      const written = await send(base(), token, sending);
      if (written) {
        this.record(sending, written);
        return written;
      }
      this.retries++;
      assert.ok(performance.now() < giveUpAt, `${sending.path} does not succeed`);
      await sleep(AGAIN_MS);
    }
  }

  /**
   * Checks a log from its beginning: no gap, no duplicate, times in order, invoice numbers in a row, and each
   * acknowledged event at its sequence.
   */
  async check(log: EventLog): Promise<LogEvent[]> {
    const events: LogEvent[] = [];
    for await (const { bodies } of log.read({ after: 0, upTo: Number.POSITIVE_INFINITY }))
      events.push(...bodies.map((body) => decodeEvent(body)));
    const ids = events.map(({ id }) => uuidText(id));
    assert.equal(new Set(ids).size, ids.length, "an id occurs twice");
    let [atMs, counter] = [0, 0];
    for (const [n, event] of events.entries()) {
      assert.equal(event.seq, n + 1);
      assert.ok(event.at >= atMs, `event ${event.seq} is earlier than the event before it`);
      atMs = event.at;
      if (event.type === "InvoiceIssued") assert.equal(event.data.counter, ++counter, `event ${event.seq}`);
    }
    for (const [key, { seq, stream, version }] of this.byKey) {
      const event = events[(seq ?? 0) - 1];
      assert.ok(event && ids[event.seq - 1] === key, `${key} was acknowledged as event ${seq}`);
      assert.deepEqual([event.stream, event.version], [stream, version]);
    }
    return events;
  }
}

/** Runs API clients at once, each with one write after the other, until `isDone`. */
export async function writeAtOnce(
  clients: number,
  isDone: () => boolean,
  write: () => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (!isDone()) await write();
    }),
  );
}

/** `p50 3 ms, p99 20 ms, max 31 ms`, for printed figures. */
export function percentilesOf(durationsMs: readonly number[]): string {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}
