/**
 * What the server counts, in Prometheus' terms. Of the process as a whole: a label for each log or user would be a time
 * series for each of thousands, and would tell who they are.
 */
import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { WriterObserver } from "../../projector/writer/writer-options.ts";
import type { Encoding } from "../http/content-encoding.ts";
import type { LongPolls } from "../http/long-polls.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import type { Organization } from "../organizations/organization.ts";
import type { Organizations } from "../organizations/organizations.ts";
import type { AuditEntry } from "./audit.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

declare module "fastify" {
  interface FastifyRequest {
    /** It waited for something to happen: how long it took says nothing about the server. */
    waited?: true;
  }
}

/** What is looked at when somebody asks. */
export interface Watched {
  organizations: Pick<Organizations, "open" | "opening">;
  polls: Pick<LongPolls, "size">;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #appendSeconds = this.#histogram(
    "append_duration_seconds",
    "Time that the log took for an append.",
    SECONDS,
  );
  readonly #appendEvents = this.#histogram("append_events", "Events in an append: how many writes shared it.", BATCHES);
  readonly #lostRaces = this.#counter("lost_races_total", "Appends that another process was faster at: decided again.");
  readonly #unknown = this.#counter(
    "unknown_outcomes_total",
    "Appends of which the log did not say what came of them.",
  );
  /** Bytes of events sent, in each encoding: told when somebody asks, for a counter by label takes longer than to add. */
  readonly #rangeBytes = new Map<Encoding, number>();
  readonly #requests = this.#counter("http_requests_total", "Requests that were answered.", [
    "route",
    "method",
    "status",
  ]);
  readonly #requestSeconds = new Histogram({
    name: "invoify_http_request_duration_seconds",
    help: "Time to answer a request, long polls that waited left out.",
    labelNames: ["route", "method"],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #loginFailures = this.#counter("login_failures_total", "Logins and the like that were refused.", [
    "action",
    "reason",
  ]);

  /** For writers. */
  readonly writer: WriterObserver = {
    onAppend: (events, durationMs) => {
      this.#appendSeconds.observe(durationMs / 1000);
      this.#appendEvents.observe(events);
    },
    onLostRace: () => this.#lostRaces.inc(),
    onUnknownOutcome: () => this.#unknown.inc(),
  };

  constructor() {
    const bytes: Counter = new Counter({
      name: "invoify_range_bytes_total",
      help: "Bytes of events sent, as they were packed.",
      labelNames: ["encoding"],
      registers: [this.#registry],
      collect: () => {
        bytes.reset();
        for (const [encoding, sent] of this.#rangeBytes) bytes.inc({ encoding }, sent);
      },
    });
  }

  /** @param watched asked for each answer of `/metrics` */
  watch({ organizations, polls }: Watched): void {
    const ofOpen = (measure: (organization: Organization) => number) => () =>
      organizations.open.reduce((most, organization) => Math.max(most, measure(organization)), 0);
    const failingMs = ({ failingSinceMs }: Organization) =>
      failingSinceMs === null ? 0 : performance.now() - failingSinceMs;
    this.#gauge("organizations_open", "Organizations that are open.", () => organizations.open.length);
    this.#gauge("organizations_opening", "Organizations that are being opened.", () => organizations.opening);
    this.#gauge(
      "log_head_max",
      "Events in the longest of the open logs.",
      ofOpen(({ head }) => head),
    );
    this.#gauge(
      "cache_lag_events_max",
      "Events that the server's cache lacks, where it lacks most of those that this process has seen the log to have.",
      ofOpen(({ head, checkpoint }) => head - checkpoint),
    );
    this.#gauge(
      "cache_failing_seconds_max",
      "Since when a cache could not be brought up to its log, where that is longest; 0: all can.",
      ofOpen((organization) => failingMs(organization) / 1000),
    );
    this.#gauge("long_polls", "Requests that wait for a log to grow.", () => polls.size);
  }

  /** Events were sent. @param bytes as they were packed */
  served(encoding: Encoding, bytes: number): void {
    this.#rangeBytes.set(encoding, (this.#rangeBytes.get(encoding) ?? 0) + bytes);
  }

  audited({ action, outcome, reason = "" }: AuditEntry): void {
    if (outcome === "failure") this.#loginFailures.inc({ action, reason });
  }

  /** Counts the requests of a server: to be called before the first route is added. */
  count(app: FastifyInstance): void {
    app.addHook("onResponse", (request, reply, done) => {
      const url = request.is404 ? undefined : request.routeOptions.url;
      // What clients make up is no label.
      const call = url === undefined ? { route: "none", method: "any" } : { route: url, method: request.method };
      this.#requests.inc({ ...call, status: reply.statusCode });
      if (!request.waited) this.#requestSeconds.observe(call, reply.elapsedTime / 1000);
      done();
    });
  }

  /** All of it, and its media type. */
  async text(): Promise<{ text: string; type: string }> {
    const texts = await Promise.all([this.#registry.metrics(), processRegistry().metrics()]);
    return { text: texts.join("\n"), type: this.#registry.contentType };
  }

  #counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name: `invoify_${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `invoify_${name}`, help, buckets, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, measure: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `invoify_${name}`,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(measure()),
    });
  }
}

/** Where a token for it is configured. */
export function metricsRoutes(app: FastifyInstance, metrics: Metrics): void {
  // Who reads along learns what the answer says anyway, and a scraper asks each process, not the proxy before them.
  const docs: RouteDocs = {
    id: "metrics",
    tag: "server",
    summary: "What the process counts, for Prometheus",
    answer: { types: { "text/plain": { type: "string" } } },
  };
  const config = { access: "metrics", plainHttp: true, docs } as const;
  app.get("/metrics", { config, logLevel: "warn" }, async (_, reply) => {
    const { text, type } = await metrics.text();
    return reply.type(type).send(text);
  });
}

let ofProcess: Registry | null = null;

/** Memory, processor time, event loop: once a process, however many servers there are in it. */
function processRegistry(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
