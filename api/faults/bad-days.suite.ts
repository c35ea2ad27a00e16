/** What tests of bad days share: clients that try again with the same key, and what must hold afterwards. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandResult } from "../../events/commands/commands.ts";
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import type { EventLog } from "../../events/log/log.ts";
import { uuidText } from "../../events/uuid.ts";
import { type ApiResponse, call, newKey } from "../sessions/people.suite.ts";

export const CLIENT = { name: "A client", address: { country: "GB" } };
/** 100.00 and 20 % VAT: 120.00. */
export const LINE = {
  description: "Work",
  quantity6: 1_000_000,
  unit: "HUR",
  price6: 100_000_000,
  vatCategory: "S",
  vatRateBp: 2000,
};

/** Pause of a client before it tries again, ms: the server's Retry-After is for clients in less of a hurry. */
const AGAIN_MS = 50;
/** A command that was not answered for good by then is given up, ms. */
const GIVE_UP_MS = 300_000;

/** A command as a client sends it, once or more often. */
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
 * @returns null if it was not answered, or with 503: it may be there or not
 * @throws if the answer is another one, or a 503 that does not say when to come again
 */
export async function send(base: string, token: string, sending: SentCommand): Promise<CommandResult | null> {
  const { key, method, path, body } = sending;
  let answer: ApiResponse;
  try {
    answer = await call(base, method, path, body, { token, headers: { "idempotency-key": key } });
  } catch (error) {
    // What undici says of a connection that was refused or cut; a call that hangs is a TimeoutError.
    if (error instanceof TypeError) return null;
    throw error;
  }
  if (answer.status === 503) assertRetryable(answer);
  else assert.equal(answer.status, 200, `${method} ${path}: ${answer.text}`);
  return answer.status === 200 ? (answer.body as unknown as CommandResult) : null;
}

/** A 503 that a client can act on. */
export function assertRetryable({ status, headers, body, text }: ApiResponse): void {
  assert.equal(status, 503, text);
  assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.ok(Number(headers.get("retry-after")) > 0, `no Retry-After: ${text}`);
  assert.match(String(body.code), /^[A-Z_]+$/);
}

/** What clients were told: the first answer to each key. */
export class Acknowledgements {
  readonly byKey = new Map<string, CommandResult>();
  /** Commands that had no answer at first. */
  retries = 0;

  get size(): number {
    return this.byKey.size;
  }

  /** Takes an answer. The same key must always get the same one. */
  take({ key }: SentCommand, written: CommandResult): void {
    const first = this.byKey.get(key);
    if (first) assert.deepEqual(written, first, `${key}: another answer than the first`);
    else this.byKey.set(key, written);
  }

  /** Sends a command with one key until it is answered. @param base the server's address, as it is then */
  async insist(base: () => string, token: string, sending: SentCommand): Promise<CommandResult> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    for (;;) {
      const written = await send(base(), token, sending);
      if (written) {
        this.take(sending, written);
        return written;
      }
      this.retries++;
      assert.ok(performance.now() < giveUpAt, `${sending.path} is not answered`);
      await sleep(AGAIN_MS);
    }
  }

  /**
   * Checks a log from its beginning: no gap, no double, times in order, invoice numbers in a row, and each answer
   * stands where it says.
   */
  async check(log: EventLog): Promise<LogEvent[]> {
    const events: LogEvent[] = [];
    for await (const { bodies } of log.read({ after: 0, upTo: Number.POSITIVE_INFINITY }))
      events.push(...bodies.map((body) => decodeEvent(body)));
    const ids = events.map(({ id }) => uuidText(id));
    assert.equal(new Set(ids).size, ids.length, "an id is there twice");
    let [atMs, counter] = [0, 0];
    for (const [n, event] of events.entries()) {
      assert.equal(event.seq, n + 1);
      assert.ok(event.at >= atMs, `event ${event.seq} is before the one before it`);
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

/** Clients at once, each with one command after the other, until `done`. */
export async function writeAtOnce(clients: number, done: () => boolean, write: () => Promise<unknown>): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (!done()) await write();
    }),
  );
}

/** `p50 3 ms, p99 20 ms, most 31 ms`, for a figure that is printed. */
export function percentilesOf(durationsMs: readonly number[]): string {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}
