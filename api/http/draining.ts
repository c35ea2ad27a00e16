/** Shuts a server down: finishes the requests that it has accepted, and refuses new ones. */
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { HttpProblem } from "./problems.ts";

/** Time for the accepted requests, ms. Then connections are cut, and their clients retry with the same keys. */
const DEADLINE_MS = 10_000;

/** Monitoring gets responses until the end. */
const STILL_SERVED: ReadonlySet<string | undefined> = new Set(["/api/health", "/api/ready"]);

export class Draining {
  readonly #deadlineMs: number;
  readonly #inProgress = new Set<ServerResponse>();
  #begun = false;

  constructor({ deadlineMs = DEADLINE_MS }: { deadlineMs?: number } = {}) {
    this.#deadlineMs = deadlineMs;
  }

  get hasBegun(): boolean {
    return this.#begun;
  }

  /** The response to a request that arrives during the shutdown. */
  refusal(): HttpProblem {
    return new HttpProblem("SHUTTING_DOWN", "the server is shutting down; try again");
  }

  /** Starts to refuse requests. */
  begin(): void {
    this.#begun = true;
  }

  /** Tracks every request. Call it before the first route is added. */
  guard(app: FastifyInstance): void {
    app.addHook("onRequest", (request, reply, done) => {
      const { raw } = reply;
      if (this.#begun) {
        reply.header("connection", "close");
        if (!STILL_SERVED.has(request.routeOptions.url)) throw this.refusal();
      }
      if (!raw.destroyed) {
        this.#inProgress.add(raw);
        raw.once("close", () => this.#inProgress.delete(raw));
      }
      done();
    });
  }

  /** Resolves when all accepted requests are finished, or at the deadline. */
  async finish(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#deadlineMs);
    const closings = [...this.#inProgress].map((raw) => new Promise<void>((closed) => raw.once("close", closed)));
    await Promise.race([Promise.all(closings), late]);
    clearTimeout(timer);
  }
}
