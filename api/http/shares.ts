/**
 * Shares the server's time for reads that cost milliseconds: organizations take turns, and in each one its callers do. Each
 * caller runs a few at once, and what is too much is refused with a time to try again. So a caller that asks for very much
 * waits for itself and not others for it, and neither does another organization for one with many callers.
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
  /** Reads that wait: in all, of one organization, of one caller, and from one address. */
  waiting: 4_000,
  waitingOf: 2_000,
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

/** The callers of an organization, or one address. */
interface Group {
  /** Those with reads, in the order of their turns. */
  callers: Map<string, Caller>;
  waiting: number;
}

/** The organization of a user; an address is on its own. */
function groupOf(caller: string): string {
  return caller.split(" ", 1)[0] ?? caller;
}

export class Shares {
  readonly #limits: ShareLimits;
  readonly #unread: Unread;
  readonly #slices: Pick<Slices, "begin">;
  /** Those with reads, in the order of their turns. */
  readonly #groups = new Map<string, Group>();
  readonly #waitingFrom = new Map<string, number>();
  #running = 0;
  #waiting = 0;

  constructor(unread: Unread, limits: Partial<ShareLimits> = {}, slices: Pick<Slices, "begin"> = new Slices()) {
    this.#unread = unread;
    this.#slices = slices;
    this.#limits = { ...DEFAULTS, ...limits };
    unread.onRead(() => this.#beginNext());
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
    const group = this.#groups.get(groupOf(name)) ?? { callers: new Map(), waiting: 0 };
    const caller = group.callers.get(name) ?? { running: 0, waiting: [] };
    if (caller.waiting.length > 0 || !this.#mayRun(name, caller)) await this.#wait(name, { group, caller }, request);
    else this.#begin(name, group, caller);
    try {
      // Not that of the request: one with a body is destroyed once the body was read.
      if (request.raw.socket.destroyed)
        throw new HttpProblem("TOO_MANY_REQUESTS", "the client did not wait for its turn");
      return await work(await this.#slices.begin());
    } finally {
      this.#running--;
      caller.running--;
      this.#forgetIdle(name, group, caller);
      this.#beginNext();
    }
  }

  #mayRun(name: string, { running }: Caller): boolean {
    const { running: most, runningEach, unreadBytes } = this.#limits;
    return this.#running < most && running < runningEach && this.#unread.bytesOf(name) < unreadBytes;
  }

  #begin(name: string, group: Group, caller: Caller): void {
    this.#running++;
    caller.running++;
    // The next turn of both comes after those of all others.
    this.#groups.delete(groupOf(name));
    this.#groups.set(groupOf(name), group);
    group.callers.delete(name);
    group.callers.set(name, caller);
  }

  #forgetIdle(name: string, { callers }: Group, { running, waiting }: Caller): void {
    if (running > 0 || waiting.length > 0) return;
    callers.delete(name);
    if (callers.size === 0) this.#groups.delete(groupOf(name));
  }

  async #wait(
    name: string,
    { group, caller }: { group: Group; caller: Caller },
    request: Pick<FastifyRequest, "ip" | "ips">,
  ): Promise<void> {
    const { waiting, waitingOf, waitingEach, waitingFrom } = this.#limits;
    const address = senderOf(request);
    const from = this.#waitingFrom.get(address) ?? 0;
    if (caller.waiting.length >= waitingEach || from >= waitingFrom)
      throw new HttpProblem(
        "TOO_MANY_REQUESTS",
        "too many of your requests are in progress; read their responses first",
      );
    if (this.#waiting >= waiting || group.waiting >= waitingOf)
      throw new HttpProblem("BUSY", "the server has too much to read; try again");
    this.#waiting++;
    group.waiting++;
    this.#waitingFrom.set(address, from + 1);
    this.#groups.set(groupOf(name), group);
    group.callers.set(name, caller);
    await new Promise<void>((begin) => caller.waiting.push({ address, begin }));
  }

  /** Gives turns to those who wait, as long as any may run. */
  #beginNext(): void {
    while (this.#waiting > 0 && this.#running < this.#limits.running && this.#beginOne());
  }

  /** Gives a turn to the organization, and in it the caller, whose last one was the longest ago. */
  #beginOne(): boolean {
    for (const group of this.#groups.values()) {
      if (group.waiting === 0) continue;
      for (const [name, caller] of group.callers) {
        const next = this.#mayRun(name, caller) ? caller.waiting.shift() : undefined;
        if (!next) continue;
        this.#waiting--;
        group.waiting--;
        const from = (this.#waitingFrom.get(next.address) ?? 1) - 1;
        if (from === 0) this.#waitingFrom.delete(next.address);
        else this.#waitingFrom.set(next.address, from);
        this.#begin(name, group, caller);
        next.begin();
        return true;
      }
    }
    return false;
  }
}
