/** Limits on failed attempts: wrong passwords, wrong links, foundings, and questions about addresses. */
import type { FastifyReply } from "fastify";
import type { ProblemCode } from "../http/problem-codes.ts";
import { HttpProblem } from "../http/problems.ts";
import { RateLimit } from "../http/rate-limit.ts";
import { addressOf, networksOf } from "../http/senders.ts";

const MINUTE_MS = 60_000;

/** Refusals that say nothing about a guess: the limits themselves, and a new password that is too weak. */
const NO_GUESS: ReadonlySet<ProblemCode> = new Set<ProblemCode>(["TOO_MANY_ATTEMPTS", "PASSWORD_TOO_WEAK"]);

export class LoginLimits {
  /** By account and known device; by account alone for all unknown devices, whether or not it exists. */
  readonly #byAccount = new RateLimit({ burst: 20, refillMs: 5 * MINUTE_MS });
  /** By sender. The limit is higher, because many people may share one network address. */
  readonly #bySender = new RateLimit({ burst: 100, refillMs: MINUTE_MS / 2 });
  /** By site: a sender with a /48 has 256 networks that count as senders. */
  readonly #bySite = new RateLimit({ burst: 300, refillMs: MINUTE_MS / 6 });
  /** Foundings by sender, successful or not. */
  readonly #foundings = new RateLimit({ burst: 50, refillMs: 10 * MINUTE_MS });
  /** Responses that an address belongs to another organization, by sender and by the organization that asks. */
  readonly #takenBySender = new RateLimit({ burst: 20, refillMs: 10 * MINUTE_MS });
  readonly #takenByLog = new RateLimit({ burst: 10, refillMs: 30 * MINUTE_MS });

  /**
   * Runs work that a sender may fail only so often. The attempt counts while the work runs, and afterwards if it was
   * refused.
   *
   * @throws HttpProblem 429 TOO_MANY_ATTEMPTS
   */
  async attempt<Result>(reply: FastifyReply, work: () => Promise<Result>): Promise<Result> {
    const [sender, site] = networksOf(addressOf(reply.request));
    return await counting(reply, work, [
      [this.#bySender, sender],
      [this.#bySite, site],
    ]);
  }

  /** As `attempt`, for an account. @param bucket names the account, and its device if the account knows that */
  async attemptOn<Result>(reply: FastifyReply, bucket: string, work: () => Promise<Result>): Promise<Result> {
    return await counting(reply, work, [[this.#byAccount, bucket]]);
  }

  /** Runs work that tells an organization whether another one has an address. @throws HttpProblem 429 TOO_MANY_ATTEMPTS */
  async askingWhoHas<Result>(reply: FastifyReply, logId: string, work: () => Promise<Result>): Promise<Result> {
    return await counting(reply, work, [
      [this.#takenBySender, networksOf(addressOf(reply.request))[0]],
      [this.#takenByLog, logId],
    ]);
  }

  /** Counts a founding of an organization, successful or not. @throws HttpProblem 429 TOO_MANY_ATTEMPTS */
  countFounding(reply: FastifyReply): void {
    take(reply, [[this.#foundings, networksOf(addressOf(reply.request))[0]]]);
  }
}

type Limit = readonly [RateLimit, key: string];

async function counting<Result>(
  reply: FastifyReply,
  work: () => Promise<Result>,
  limits: readonly Limit[],
): Promise<Result> {
  const giveBack = take(reply, limits);
  try {
    const result = await work();
    giveBack();
    return result;
  } catch (error) {
    // A failure of the server says nothing about the caller.
    if (!(error instanceof HttpProblem) || error.status >= 500 || NO_GUESS.has(error.code)) giveBack();
    throw error;
  }
}

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
