/**
 * Reads at moments of the past. They run in a thread of their own, one after the other; organizations take turns, and in
 * each one its users. So whoever reads at many moments waits for themselves, and present reads and writes for nobody.
 */
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { AsOf } from "../../events/values/as-of.ts";
import { CacheError } from "../../projector/cache/errors.ts";
import type { ReadName } from "../../projector/queries/reads/reads.ts";
import { HttpProblem } from "../http/problems.ts";
import { type ShareLimits, Shares } from "../http/shares.ts";
import type { Unread } from "../http/unread.ts";
import type { Organization } from "../organizations/organization.ts";
import { MomentThread, type MomentThreadOptions } from "./moment-thread.ts";
import type { Failure, MomentAnswer, MomentRead } from "./moment-thread-program.ts";
import type { CacheFile } from "./places.ts";

/** One read runs at a time. */
const LIMITS: Partial<ShareLimits> = {
  running: 1,
  runningEach: 1,
  waiting: 512,
  waitingOf: 256,
  waitingEach: 16,
  waitingFrom: 128,
};

/** A refusal is sent after this time, ms: a client that asks again at once costs little. */
const REFUSAL_MS = 1_000;
/** Maximum age of the cache, ms, before it is said that an event does not exist. */
const UNKNOWN_AGE_MS = 20;

export interface MomentReadsOptions extends MomentThreadOptions {
  limits?: Partial<ShareLimits>;
  refusalMs?: number;
  /** Called after each read with its time in the thread, ms. */
  observed?: (durationMs: number) => void;
}

export interface ReadAtMoment {
  organization: Organization;
  read: ReadName;
  input: object & { at: AsOf };
  /** ms since 1970 UTC. */
  nowMs: number;
}

export class MomentReads {
  readonly thread: MomentThread;
  readonly #shares: Shares;
  readonly #refusalMs: number;
  readonly #files = new WeakMap<Organization, CacheFile>();
  readonly #observed: (durationMs: number) => void;

  constructor(
    unread: Unread,
    { limits, refusalMs = REFUSAL_MS, observed = () => {}, ...thread }: MomentReadsOptions = {},
  ) {
    this.#refusalMs = refusalMs;
    this.thread = new MomentThread(thread);
    this.#shares = new Shares(unread, { ...LIMITS, ...limits }, { begin: async () => () => {} });
    this.#observed = observed;
  }

  /** Reads that run now, and that wait. */
  get counts(): { running: number; waiting: number } {
    return this.#shares.counts;
  }

  /**
   * Reads when it is the caller's turn.
   *
   * @throws HttpProblem 429 TOO_MANY_REQUESTS, 503 BUSY, READ_TOO_LONG; ZodError for a moment that the log does not have
   */
  async read(request: FastifyRequest, read: ReadAtMoment): Promise<MomentAnswer> {
    const { organization, input } = read;
    // Another process may have written the event. Many such reads share one look at the log.
    if (input.at.kind === "sequence" && input.at.seq > organization.checkpoint)
      await organization.ensureFresh({ maxAgeMs: UNKNOWN_AGE_MS });
    let hasBegun = false;
    const work = async () => {
      hasBegun = true;
      const startedMs = performance.now();
      const reply = await this.thread.read({ ...this.#requestOf(read), user: request.caller });
      this.#observed(performance.now() - startedMs);
      if ("answer" in reply) return reply.answer;
      if ("failure" in reply) throw errorOf(reply.failure, organization);
      throw new Error("the thread sent no answer");
    };
    try {
      return await this.#shares.run(request, work);
    } catch (error) {
      if (!hasBegun) await sleep(this.#refusalMs);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  #requestOf({ organization, read, input, nowMs }: ReadAtMoment): Omit<MomentRead, "user"> {
    return { file: this.#fileOf(organization), read, input, nowMs };
  }

  #fileOf(organization: Organization): CacheFile {
    const known = this.#files.get(organization);
    if (known) return known;
    const file = { path: organization.reader.name, opened: organization.opened };
    this.#files.set(organization, file);
    organization.onClose(() => this.thread.forget(file));
    return file;
  }
}

/** @returns the error to report; a cache that cannot be read is opened again by the next request */
function errorOf(failure: Failure, { writer }: Organization): unknown {
  const { kind } = failure;
  if (kind === "input")
    return new z.ZodError([
      { code: "custom", path: failure.path === "" ? [] : failure.path.split("."), message: failure.message },
    ] as never);
  if (kind === "replaced") return new HttpProblem("OPENING", "the organization was opened again; try again");
  if (kind === "cache") return writer.failureOf(new CacheError(failure.code, failure.message));
  if (kind === "sqlite") return writer.failureOf(new Database.SqliteError(failure.message, failure.code));
  return new Error(failure.message);
}
