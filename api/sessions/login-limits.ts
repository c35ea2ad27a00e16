/** Limits on failed attempts: wrong passwords, wrong links, and foundings of organizations. */
import type { FastifyReply } from "fastify";
import { HttpProblem } from "../http/problems.ts";
import { RateLimit } from "../http/rate-limit.ts";
import { addressOf, networksOf } from "../http/senders.ts";

const MINUTE_MS = 60_000;

export class LoginLimits {
  /** By e-mail address, whether or not it has an account. */
  readonly #byAccount = new RateLimit({ burst: 20, refillMs: 5 * MINUTE_MS });
  /** By sender. The limit is higher, because many people may share one network address. */
  readonly #bySender = new RateLimit({ burst: 100, refillMs: MINUTE_MS / 2 });
  /** By site: a sender with a /48 has 256 networks that count as senders. */
  readonly #bySite = new RateLimit({ burst: 300, refillMs: MINUTE_MS / 6 });
  /** Foundings by sender, successful or not. */
  readonly #foundings = new RateLimit({ burst: 50, refillMs: 10 * MINUTE_MS });

  /**
   * Runs work that is limited. The attempt counts while it runs, and afterwards if it was refused.
   *
   * @param account the e-mail address; null if there is none
   * @throws HttpProblem 429 TOO_MANY_ATTEMPTS
   */
  async attempt<Result>(reply: FastifyReply, account: string | null, work: () => Promise<Result>): Promise<Result> {
    const [sender, site] = networksOf(addressOf(reply.request));
    const limits: Limit[] = [
      [this.#bySender, sender],
      [this.#bySite, site],
    ];
    if (account !== null) limits.push([this.#byAccount, account]);
    const giveBack = take(reply, limits);
    try {
      const result = await work();
      giveBack();
      return result;
    } catch (error) {
      // A failure of the server says nothing about the caller.
      if (!(error instanceof HttpProblem) || error.status >= 500) giveBack();
      throw error;
    }
  }

  /** Counts a founding of an organization, successful or not. @throws HttpProblem 429 TOO_MANY_ATTEMPTS */
  countFounding(reply: FastifyReply): void {
    take(reply, [[this.#foundings, networksOf(addressOf(reply.request))[0]]]);
  }
}

type Limit = readonly [RateLimit, key: string];

/** Takes one attempt from each limit, or from none. @returns a function that gives them back */
function take(reply: FastifyReply, limits: readonly Limit[]): () => void {
  const attempts = limits.map(([limit, key]) => ({ limit, key, waitMs: limit.take(key) }));
  const giveBack = () => {
    for (const { limit, key, waitMs } of attempts) if (waitMs === 0) limit.giveBack(key);
  };
  const waitMs = Math.max(...attempts.map((one) => one.waitMs));
  if (waitMs === 0) return giveBack;
  giveBack();
  const seconds = Math.ceil(waitMs / 1000);
  reply.header("retry-after", String(seconds));
  throw new HttpProblem("TOO_MANY_ATTEMPTS", `too many attempts; try again in ${seconds} s`);
}
