/** How often somebody may be wrong: about a password, a link, or the address of a new organization's owner. */
import type { FastifyReply } from "fastify";
import { HttpProblem } from "../http/problems.ts";
import { RateLimit, senderOf } from "../http/rate-limit.ts";

const MINUTE_MS = 60_000;

export class LoginLimits {
  /** By e-mail address, whether or not it has an account. */
  readonly #byAccount = new RateLimit({ burst: 20, refillMs: 5 * MINUTE_MS });
  /** By sender: many people may share one address. */
  readonly #bySender = new RateLimit({ burst: 100, refillMs: MINUTE_MS / 2 });
  /** Organizations founded by a sender, and tries at it. */
  readonly #foundings = new RateLimit({ burst: 50, refillMs: 10 * MINUTE_MS });

  /**
   * Does what may be tried only so often. The attempt counts while it is under way, and after that if it was refused.
   *
   * @param account the e-mail address; null where none is given
   * @throws HttpProblem 429 TOO_MANY_ATTEMPTS
   */
  async attempt<Result>(reply: FastifyReply, account: string | null, work: () => Promise<Result>): Promise<Result> {
    const limits: Limit[] = [[this.#bySender, senderOf(reply.request.ip)]];
    if (account !== null) limits.push([this.#byAccount, account]);
    const giveBack = take(reply, limits);
    try {
      const result = await work();
      giveBack();
      return result;
    } catch (error) {
      // A server that cannot answer now says nothing about who asks.
      if (!(error instanceof HttpProblem) || error.status >= 500) giveBack();
      throw error;
    }
  }

  /** Counts the founding of an organization, whatever comes of it. @throws HttpProblem 429 TOO_MANY_ATTEMPTS */
  found(reply: FastifyReply): void {
    take(reply, [[this.#foundings, senderOf(reply.request.ip)]]);
  }
}

type Limit = readonly [RateLimit, key: string];

/** Takes an attempt of each limit, or of none. @returns what gives them back */
function take(reply: FastifyReply, limits: readonly Limit[]): () => void {
  const taken = limits.map(([limit, key]) => ({ limit, key, waitMs: limit.take(key) }));
  const giveBack = () => {
    for (const { limit, key, waitMs } of taken) if (waitMs === 0) limit.giveBack(key);
  };
  const waitMs = Math.max(...taken.map((one) => one.waitMs));
  if (waitMs === 0) return giveBack;
  giveBack();
  const seconds = Math.ceil(waitMs / 1000);
  reply.header("retry-after", String(seconds));
  throw new HttpProblem("TOO_MANY_ATTEMPTS", `too many attempts: try again in ${seconds} s`);
}
