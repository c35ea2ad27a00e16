/**
 * Work on the caches of organizations in a second thread, one task after the other: organizations take turns, and in each one
 * its users. So a user who asks for much waits for themselves, and this thread's reads and writes wait for nobody.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import type { CacheFile } from "../../projector/moments/places.ts";
import { TaskThread, type TaskThreadOptions } from "../../projector/threads/task-thread.ts";
import type { ThreadFailure } from "../../projector/threads/thread-program.ts";
import { type ShareLimits, Shares } from "../http/shares.ts";
import type { Unread } from "../http/unread.ts";
import type { Organization } from "../organizations/organization.ts";
import { errorOfFailure, problemOfThread } from "./thread-problems.ts";

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

/** What a task is for: the thread opens the file itself. */
export type OnFile = { file: CacheFile };

export class OrganizationThread<Task extends OnFile, Answer extends object> {
  readonly thread: TaskThread<Task | { forget: CacheFile }, Answer | { failure: ThreadFailure } | { forgotten: true }>;
  readonly #shares: Shares;
  readonly #refusalMs: number;
  readonly #tooLong: string;
  readonly #files = new WeakMap<Organization, CacheFile>();
  readonly #observed: (durationMs: number) => void;

  /** @param tooLong what a client is told if the time limit ended its task */
  constructor(
    unread: Unread,
    tooLong: string,
    { limits, refusalMs = REFUSAL_MS, observed = () => {}, ...thread }: OrganizationThreadOptions & TaskThreadOptions,
  ) {
    this.#refusalMs = refusalMs;
    this.#tooLong = tooLong;
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
      if ("failure" in reply) throw errorOf(reply.failure as ThreadFailure, organization);
      return reply as Exclude<Answer, { failure: ThreadFailure }>;
    };
    try {
      return await this.#shares.run(request, work);
    } catch (error) {
      if (!hasBegun) await sleep(this.#refusalMs);
      throw problemOfThread(error, this.#tooLong);
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
}

/** @returns the error to report; a cache that cannot be read is opened again by the next request */
function errorOf(failure: ThreadFailure, { writer }: Organization): unknown {
  const error = errorOfFailure(failure);
  return failure.kind === "cache" || failure.kind === "sqlite" ? writer.failureOf(error) : error;
}
