/** Whether this process can do its work now: for the proxy that sends it requests. */
import type { FastifyInstance } from "fastify";
import { LogError } from "../../events/errors.ts";
import type { Draining } from "../http/draining.ts";
import { HttpProblem } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import type { Storage } from "../storage/storage.ts";

/** How long all checks may take together, ms. */
const TIMEOUT_MS = 3_000;
/** How long an answer is given again, ms: whoever asks, and however often, the database is asked once. */
const KEEP_MS = 1_000;
/** As far as that the clock may be from the database's: beyond it nothing is written, ms. */
const MAX_SKEW_MS = 60_000;

/** By their names, done one after the other; one rejects if it is not so. */
export type Checks = Readonly<Record<string, () => Promise<void>>>;

export interface FailedCheck {
  check: string;
  error: unknown;
}

export interface ReadinessOptions {
  timeoutMs?: number;
  keepMs?: number;
}

export class Readiness {
  readonly #checks: Checks;
  readonly #timeoutMs: number;
  readonly #keepMs: number;
  #last: { atMs: number; failed: readonly FailedCheck[] } | null = null;
  #looking: Promise<readonly FailedCheck[]> | null = null;

  constructor(checks: Checks, { timeoutMs = TIMEOUT_MS, keepMs = KEEP_MS }: ReadinessOptions = {}) {
    this.#checks = checks;
    this.#timeoutMs = timeoutMs;
    this.#keepMs = keepMs;
  }

  /** The checks that fail; none: it is ready. Those that hang are never begun again before they have ended. */
  async failed(): Promise<readonly FailedCheck[]> {
    if (this.#last && performance.now() - this.#last.atMs < this.#keepMs) return this.#last.failed;
    this.#looking ??= this.#look();
    return await this.#looking;
  }

  async #look(): Promise<readonly FailedCheck[]> {
    const failed: FailedCheck[] = [];
    let at = "";
    const looked = (async () => {
      for (const [check, run] of Object.entries(this.#checks)) {
        at = check;
        await run().catch((error: unknown) => failed.push({ check, error }));
      }
      this.#last = { atMs: performance.now(), failed };
      this.#looking = null;
      return failed;
    })();
    const { promise: late, resolve } = Promise.withResolvers<readonly FailedCheck[]>();
    const timer = setTimeout(() => {
      resolve([...failed, { check: at, error: new LogError("UNREACHABLE", `no answer in ${this.#timeoutMs} ms`) }]);
    }, this.#timeoutMs);
    try {
      return await Promise.race([looked, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

export interface StorageChecksOptions {
  /** ms since 1970 UTC. */
  clock: () => number;
  /** False where the clock is made up. */
  checkClock: boolean;
}

/** What a server needs of its storage. */
export function storageChecks(storage: Storage, { clock, checkClock }: StorageChecksOptions): Checks {
  let skewMs: number | null = null;
  return {
    async storage() {
      skewMs = null;
      skewMs = (await storage.probe()) - clock();
    },
    async accounts() {
      await storage.accounts.findClaim("");
    },
    async clock() {
      if (checkClock && skewMs !== null && Math.abs(skewMs) > MAX_SKEW_MS)
        throw new LogError("CLOCK_SKEW", `the database's clock is ${skewMs} ms ahead of this machine's`);
    },
    async restore() {
      const mark = await storage.restoreMark.read();
      if (mark) throw new LogError("UNREACHABLE", `${mark.file} is being restored since ${mark.beganAt}`);
    },
  };
}

/** Whoever watches over the server asks without a token, and without TLS: they learn yes or no, and which check fails. */
const watched = (docs: RouteDocs) =>
  ({ config: { access: "public", plainHttp: true, docs: { ...docs, tag: "server" } }, logLevel: "warn" }) as const;

export function healthRoutes(app: FastifyInstance, readiness: Readiness, draining: Draining): void {
  app.get(
    "/api/health",
    watched({ id: "health", summary: "Whether the process answers", answer: one("Done") }),
    async () => ({ ok: true }),
  );
  const ready = {
    id: "ready",
    summary: "Whether the process can do its work",
    answer: one("Done"),
    problems: { 503: ["NOT_READY"] },
  } as const;
  app.get("/api/ready", watched(ready), async (request) => {
    if (draining.hasBegun) throw draining.refusal();
    const failed = await readiness.failed();
    if (failed.length === 0) return { ok: true };
    for (const { check, error } of failed) request.log.warn({ err: error }, `not ready: ${check}`);
    const names = failed.map(({ check }) => check).join(", ");
    throw new HttpProblem("NOT_READY", `this server cannot do its work now: ${names}`, { failed: names });
  });
}
