/**
 * Shares the server's time for reads that cost milliseconds: callers take turns, each runs a few at once, and what is too
 * much is refused with a time to try again. So a caller that asks for very much waits for itself and not others for it.
 */
import type { FastifyRequest } from "fastify";
import { HttpProblem } from "./problems.ts";
import { addressOf, networksOf } from "./senders.ts";
import { type Pause, Slices } from "./slices.ts";
import type { Unread } from "./unread.ts";

const DEFAULTS = {
  /** Reads that run at the same time: in all, and of one caller. */
  running: 8,
  runningEach: 2,
  /** Reads that wait: in all, of one caller, and from one address. */
  waiting: 4_000,
  waitingEach: 256,
  waitingFrom: 1_024,
  /** A caller that has not read this many bytes of its responses gets no turn. */
  unreadBytes: 8 * 1024 * 1024,
};
export type ShareLimits = typeof DEFAULTS;

declare module "fastify" {
  interface FastifyRequest {
    /** The user with whose token it came; empty before that is known, and without one. */
    caller: string;
  }
}

/** Who gets a share: the user, or else the sender's address. */
export function callerOf(request: Pick<FastifyRequest, "caller" | "ip" | "ips">): string {
  return request.caller || senderOf(request);
}

function senderOf(request: Pick<FastifyRequest, "ip" | "ips">): string {
  return networksOf(addressOf(request))[0];
}

interface Waiter {
  address: string;
  begin: () => void;
}

/** The reads of a caller. */
interface Caller {
  running: number;
  waiting: Waiter[];
}

export class Shares {
  readonly #limits: ShareLimits;
  readonly #unread: Unread;
  readonly #slices: Pick<Slices, "begin">;
  /** Callers with reads, in the order of their turns. */
  readonly #callers = new Map<string, Caller>();
  readonly #waitingFrom = new Map<string, number>();
  #running = 0;
  #waiting = 0;

  constructor(unread: Unread, limits: Partial<ShareLimits> = {}, slices: Pick<Slices, "begin"> = new Slices()) {
    this.#unread = unread;
    this.#slices = slices;
    this.#limits = { ...DEFAULTS, ...limits };
    unread.onRead = () => this.#beginNext();
  }

  /** Reads that run now, and that wait. */
  get counts(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting };
  }

  /**
   * Runs a read when it is the caller's turn.
   *
   * @param work must call `pause` after each small part, and return when its response has been passed on
   * @throws HttpProblem 429 TOO_MANY_REQUESTS, 503 BUSY
   */
  async run<Result>(request: FastifyRequest, work: (pause: Pause) => Promise<Result>): Promise<Result> {
    const name = callerOf(request);
    const caller = this.#callers.get(name) ?? { running: 0, waiting: [] };
    if (caller.waiting.length > 0 || !this.#mayRun(name, caller)) await this.#wait(name, caller, senderOf(request));
    else this.#begin(name, caller);
    try {
      if (request.raw.destroyed) throw new HttpProblem("TOO_MANY_REQUESTS", "the client did not wait for its turn");
      return await work(await this.#slices.begin());
    } finally {
      this.#running--;
      caller.running--;
      if (caller.running === 0 && caller.waiting.length === 0) this.#callers.delete(name);
      this.#beginNext();
    }
  }

  #mayRun(name: string, { running }: Caller): boolean {
    const { running: most, runningEach, unreadBytes } = this.#limits;
    return this.#running < most && running < runningEach && this.#unread.bytesOf(name) < unreadBytes;
  }

  #begin(name: string, caller: Caller): void {
    this.#running++;
    caller.running++;
    // Its next turn comes after those of all others.
    this.#callers.delete(name);
    this.#callers.set(name, caller);
  }

  async #wait(name: string, caller: Caller, address: string): Promise<void> {
    const { waiting, waitingEach, waitingFrom } = this.#limits;
    const from = this.#waitingFrom.get(address) ?? 0;
    if (caller.waiting.length >= waitingEach || from >= waitingFrom)
      throw new HttpProblem(
        "TOO_MANY_REQUESTS",
        "too many of your requests are in progress; read their responses first",
      );
    if (this.#waiting >= waiting) throw new HttpProblem("BUSY", "the server has too much to read; try again");
    this.#waiting++;
    this.#waitingFrom.set(address, from + 1);
    this.#callers.set(name, caller);
    await new Promise<void>((begin) => caller.waiting.push({ address, begin }));
  }

  /** Gives turns to those who wait, one caller after the other. */
  #beginNext(): void {
    if (this.#waiting === 0) return;
    for (const [name, caller] of [...this.#callers]) {
      if (this.#running >= this.#limits.running) return;
      const next = this.#mayRun(name, caller) ? caller.waiting.shift() : undefined;
      if (!next) continue;
      this.#waiting--;
      const from = (this.#waitingFrom.get(next.address) ?? 1) - 1;
      if (from === 0) this.#waitingFrom.delete(next.address);
      else this.#waitingFrom.set(next.address, from);
      this.#begin(name, caller);
      next.begin();
    }
  }
}
