/**
 * Work on the caches of organizations in a second thread, one task after the other: organizations take turns, and in each one
 * its users. So a user who asks for much waits for themselves, and this thread's reads and writes wait for nobody.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import type { CacheFile } from "../../projector/moments/places.ts";
import {
  TaskThread,
  type TaskThreadOptions,
  type ThreadEnd,
  ThreadError,
} from "../../projector/threads/task-thread.ts";
import type { ThreadFailure } from "../../projector/threads/thread-program.ts";
import type { HttpProblem } from "../http/problems.ts";
import { type ShareLimits, Shares } from "../http/shares.ts";
import type { Unread } from "../http/unread.ts";
import type { Organization } from "../organizations/organization.ts";
import { errorOfFailure } from "./failures.ts";

/** One task runs at a time. */
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

export interface OrganizationThreadOptions extends Partial<Pick<TaskThreadOptions, "limitMs" | "idleMs" | "program">> {
  limits?: Partial<ShareLimits>;
  refusalMs?: number;
  /** Called after each task with its time in the thread, ms. */
  observed?: (durationMs: number) => void;
}

/**
 * What a client is told if its task was not done. `failed`: it threw an error that is ours, which the server's log has; null:
 * a failure of the server as any other.
 */
export type ProblemOfThread = (reason: ThreadEnd | "failed") => HttpProblem | null;

/** What a task is for: the thread opens the file itself. */
export type OnFile = { file: CacheFile };

export class OrganizationThread<Task extends OnFile, Answer extends object> {
  readonly thread: TaskThread<Task | { forget: CacheFile }, Answer | { failure: ThreadFailure } | { forgotten: true }>;
  readonly #shares: Shares;
  readonly #refusalMs: number;
  readonly #problemOf: ProblemOfThread;
  readonly #files = new WeakMap<Organization, CacheFile>();
  readonly #observed: (durationMs: number) => void;

  /** @param problemOf what a client is told if its task was not done */
  constructor(
    unread: Unread,
    problemOf: ProblemOfThread,
    { limits, refusalMs = REFUSAL_MS, observed = () => {}, ...thread }: OrganizationThreadOptions & TaskThreadOptions,
  ) {
    this.#refusalMs = refusalMs;
    this.#problemOf = problemOf;
    this.thread = new TaskThread(thread);
    this.#shares = new Shares(unread, { ...LIMITS, ...limits }, { begin: async () => () => {} });
    this.#observed = observed;
  }

  /** Tasks that run now, and that wait. */
  get counts(): { running: number; waiting: number } {
    return this.#shares.counts;
  }

  /**
   * Does a task when it is the caller's turn.
   *
   * @param taskOn the task, on the organization's cache
   * @throws HttpProblem 429 TOO_MANY_REQUESTS, 503 BUSY, READ_TOO_LONG, SHUTTING_DOWN; ZodError
   */
  async run(
    request: FastifyRequest,
    organization: Organization,
    taskOn: (file: CacheFile) => Task,
  ): Promise<Exclude<Answer, { failure: ThreadFailure }>> {
    let hasBegun = false;
    const work = async () => {
      hasBegun = true;
      const startedMs = performance.now();
      const reply = await this.thread.run(taskOn(this.#fileOf(organization)));
      this.#observed(performance.now() - startedMs);
      if ("failure" in reply) throw this.#errorOf(reply.failure as ThreadFailure, request, organization);
      return reply as Exclude<Answer, { failure: ThreadFailure }>;
    };
    try {
      return await this.#shares.run(request, work);
    } catch (error) {
      if (!hasBegun) await sleep(this.#refusalMs);
      throw error instanceof ThreadError ? this.#problemOf(error.reason) : error;
    }
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  #fileOf(organization: Organization): CacheFile {
    const known = this.#files.get(organization);
    if (known) return known;
    const file = { path: organization.reader.name, opened: organization.opened };
    this.#files.set(organization, file);
    organization.onClose(() => this.thread.tell({ forget: file }));
    return file;
  }

  /** @returns the error to report; a cache that cannot be read is opened again by the next request */
  #errorOf(failure: ThreadFailure, request: FastifyRequest, { writer }: Organization): unknown {
    const error = errorOfFailure(failure);
    if (failure.kind === "cache" || failure.kind === "sqlite") return writer.failureOf(error);
    if (failure.kind !== "other") return error;
    const problem = this.#problemOf("failed");
    if (problem) request.log.error({ err: error }, problem.code);
    return problem ?? error;
  }
}
