/** Whether this process can do its work now, for the proxy that sends it requests. */
import type { FastifyInstance } from "fastify";
import { HeadInFutureError, LogError } from "../../events/errors.ts";
import { MAX_SKEW_MS } from "../../projector/writer/clock-check.ts";
import type { Draining } from "../http/draining.ts";
import { HttpProblem } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import type { LogsAhead } from "../organizations/logs-ahead.ts";
import type { Contradictions } from "../proofs/contradictions.ts";
import type { Storage } from "../storage/storage.ts";

/** How long all checks may take together, ms. */
const TIMEOUT_MS = 3_000;
/** How long a result is cached, ms, so that frequent requests do not reach the database. */
const KEEP_MS = 1_000;

/** Checks by name, run one after the other. A check that fails rejects. */
type Checks = Readonly<Record<string, () => Promise<void>>>;

interface FailedCheck {
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
  #running: Promise<readonly FailedCheck[]> | null = null;

  constructor(checks: Checks, { timeoutMs = TIMEOUT_MS, keepMs = KEEP_MS }: ReadinessOptions = {}) {
    this.#checks = checks;
    this.#timeoutMs = timeoutMs;
    this.#keepMs = keepMs;
  }

  /** The checks that fail; none if the process is ready. A check that hangs is not started again before it ends. */
  async failed(): Promise<readonly FailedCheck[]> {
    if (this.#last && performance.now() - this.#last.atMs < this.#keepMs) return this.#last.failed;
    this.#running ??= this.#run();
    return await this.#running;
  }

  async #run(): Promise<readonly FailedCheck[]> {
    const failed: FailedCheck[] = [];
    let current = "";
    const results = (async () => {
      for (const [check, run] of Object.entries(this.#checks)) {
        current = check;
        await run().catch((error: unknown) => failed.push({ check, error }));
      }
      this.#last = { atMs: performance.now(), failed };
      this.#running = null;
      return failed;
    })();
    const { promise: late, resolve } = Promise.withResolvers<readonly FailedCheck[]>();
    const timer = setTimeout(() => {
      resolve([
        ...failed,
        { check: current, error: new LogError("UNREACHABLE", `no response within ${this.#timeoutMs} ms`) },
      ]);
    }, this.#timeoutMs);
    try {
      return await Promise.race([results, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

interface StorageChecksOptions {
  /** ms since 1970 UTC. */
  clock: () => number;
  /** False if the clock is artificial. */
  checkClock: boolean;
  ahead: LogsAhead;
}

/** The server's requirements on its storage. */
export function storageChecks(storage: Storage, { clock, checkClock, ahead }: StorageChecksOptions): Checks {
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
    // If other logs can be written, the process can do its work: `/api/ready` then only warns.
    async heads() {
      if (!checkClock) return;
      const [first, ...others] = await ahead.now();
      if (first && others.length + 1 === ahead.known)
        throw new HeadInFutureError(first.log, { headAtMs: first.headAtMs, nowMs: clock() });
    },
    async restore() {
      const mark = await storage.restoreMark.read();
      if (mark) throw new LogError("UNREACHABLE", `${mark.file} is being restored since ${mark.beganAt}`);
    },
  };
}

/** Monitoring needs neither a token nor TLS. It learns only whether the server works, and which check fails. */
const forMonitoring = (docs: RouteDocs) =>
  ({ config: { access: "public", plainHttp: true, docs: { ...docs, tag: "server" } }, logLevel: "warn" }) as const;

interface HealthParts {
  draining: Draining;
  /** Null if the clock is artificial. */
  ahead: Pick<LogsAhead, "seen"> | null;
  /** Null if the server signs nothing. */
  contradictions: Pick<Contradictions, "count"> | null;
}

export function healthRoutes(
  app: FastifyInstance,
  readiness: Readiness,
  { draining, ahead, contradictions }: HealthParts,
): void {
  app.get(
    "/api/health",
    forMonitoring({ id: "health", summary: "Tell whether the process responds", response: one("Done") }),
    async () => ({ ok: true }),
  );
  const ready = {
    id: "ready",
    summary: "Tell whether the process can do its work",
    response: one("Ready"),
    problems: { 503: ["NOT_READY"] },
  } as const;
  app.get("/api/ready", forMonitoring(ready), async (request) => {
    if (draining.hasBegun) throw draining.refusal();
    const failed = await readiness.failed();
    if (failed.length === 0) {
      const warnings = warningsOf({ ahead: ahead?.seen().length ?? 0, contradicting: contradictions?.count ?? 0 });
      return { ok: true, ...(warnings.length > 0 && { warnings }) };
    }
    for (const { check, error } of failed) request.log.warn({ err: error }, `not ready: ${check}`);
    const names = failed.map(({ check }) => check).join(", ");
    throw new HttpProblem("NOT_READY", `the server cannot work now; failed checks: ${names}`, { failed: names });
  });
}

/** They name no organization, because anyone may read them. The server's log has the ids. */
function warningsOf({ ahead, contradicting }: { ahead: number; contradicting: number }): string[] {
  const countOf = (logs: number, one: string, many: string) => (logs === 1 ? `1 log ${one}` : `${logs} logs ${many}`);
  const warnings: string[] = [];
  if (ahead > 0)
    warnings.push(`${countOf(ahead, "is", "are")} ahead of this machine's clock, so nothing is written there`);
  if (contradicting > 0)
    warnings.push(
      `${countOf(contradicting, "contradicts", "contradict")} what was signed, so nothing more is signed there`,
    );
  return warnings;
}
