/** The end of a server: what it took it finishes, and takes nothing more. */
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { HttpProblem } from "./problems.ts";

/** Time for what was taken, ms; then connections are cut. Whoever waited for an answer asks again with the same key. */
const DEADLINE_MS = 10_000;

/** Who watches over the server is answered to the end. */
const STILL_ANSWERED: ReadonlySet<string | undefined> = new Set(["/api/health", "/api/ready"]);

export class Draining {
  readonly #deadlineMs: number;
  readonly #underWay = new Set<ServerResponse>();
  #begun = false;

  constructor({ deadlineMs = DEADLINE_MS }: { deadlineMs?: number } = {}) {
    this.#deadlineMs = deadlineMs;
  }

  get hasBegun(): boolean {
    return this.#begun;
  }

  /** What a request is told that comes too late. */
  refusal(): HttpProblem {
    return new HttpProblem("SHUTTING_DOWN", "this server is being shut down; try again");
  }

  /** From now on requests are refused. */
  begin(): void {
    this.#begun = true;
  }

  /** Knows of each request: to be called before the first route is added. */
  guard(app: FastifyInstance): void {
    app.addHook("onRequest", (request, reply, done) => {
      const { raw } = reply;
      if (this.#begun) {
        reply.header("connection", "close");
        if (!STILL_ANSWERED.has(request.routeOptions.url)) throw this.refusal();
      }
      if (!raw.destroyed) {
        this.#underWay.add(raw);
        raw.once("close", () => this.#underWay.delete(raw));
      }
      done();
    });
  }

  /** Resolves when all that was taken is answered, or the time for it is over. */
  async finish(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#deadlineMs);
    const answers = [...this.#underWay].map((raw) => new Promise<void>((answered) => raw.once("close", answered)));
    await Promise.race([Promise.all(answers), late]);
    clearTimeout(timer);
  }
}
