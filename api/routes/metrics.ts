/**
 * The server's metrics for Prometheus. They describe the process as a whole: labels for logs or users would create
 * thousands of time series, and would reveal who they are.
 */
import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { WriterObserver } from "../../projector/writer/writer-options.ts";
import type { Encoding } from "../http/content-encoding.ts";
import type { LongPolls } from "../http/long-polls.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import type { Shares } from "../http/shares.ts";
import type { Unread } from "../http/unread.ts";
import type { MomentReads } from "../moments/moment-reads.ts";
import type { LogsAhead } from "../organizations/logs-ahead.ts";
import type { Organization } from "../organizations/organization.ts";
import type { Organizations } from "../organizations/organizations.ts";
import type { Signing } from "../proofs/signing.ts";
import type { AuditEntry } from "./audit.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

declare module "fastify" {
  interface FastifyRequest {
    /** Set if the request waited for an event or a moment's turn, so its duration says nothing about the server. */
    waited?: true;
  }
}

/** The objects that each scrape reads. */
interface MetricSources {
  organizations: Pick<Organizations, "open" | "opening">;
  polls: Pick<LongPolls, "size">;
  ahead: Pick<LogsAhead, "seen">;
  /** Null if the server has no signing key. */
  signing: Pick<Signing, "contradictions" | "clock"> | null;
  shares: Pick<Shares, "counts">;
  moments: Pick<MomentReads, "counts">;
  unread: Pick<Unread, "bytes">;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #appendSeconds = this.#histogram("append_duration_seconds", "Duration of an append to the log.", SECONDS);
  readonly #appendEvents = this.#histogram("append_events", "Events in an append: the writes that shared it.", BATCHES);
  readonly #lostRaces = this.#counter("lost_races_total", "Appends lost to another process and decided again.");
  readonly #unknown = this.#counter("unknown_outcomes_total", "Appends whose outcome the log did not report.");
  /** Bytes of events sent, by encoding. Copied to the counter at each scrape, because a labelled counter is slow. */
  readonly #rangeBytes = new Map<Encoding, number>();
  readonly #requests = this.#counter("http_requests_total", "Requests with a response.", ["route", "method", "status"]);
  readonly #requestSeconds = new Histogram({
    name: "invoify_http_request_duration_seconds",
    help: "Duration of a request, without long polls that waited.",
    labelNames: ["route", "method"],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #momentSeconds = this.#histogram(
    "moment_read_duration_seconds",
    "Duration of a read at a moment of the past, without the time that it waited for its turn.",
    SECONDS,
  );
  readonly #momentFailures = this.#counter(
    "moment_thread_failures_total",
    "Threads for reads at moments that ended: the read took too long, or they failed.",
    ["reason"],
  );
  readonly #loginFailures = this.#counter("login_failures_total", "Refused logins and similar attempts.", [
    "action",
    "reason",
  ]);

  /** Observes the writers. */
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
      help: "Bytes of events sent, after compression.",
      labelNames: ["encoding"],
      registers: [this.#registry],
      collect: () => {
        bytes.reset();
        for (const [encoding, sent] of this.#rangeBytes) bytes.inc({ encoding }, sent);
      },
    });
  }

  /** Adds gauges for objects that each scrape of `/metrics` reads. */
  watch({ organizations, polls, shares, moments, unread, ahead, signing }: MetricSources): void {
    const ofOpen = (measure: (organization: Organization) => number) => () =>
      organizations.open.reduce((most, organization) => Math.max(most, measure(organization)), 0);
    const failingMs = ({ failingSinceMs }: Organization) =>
      failingSinceMs === null ? 0 : performance.now() - failingSinceMs;
    this.#gauge("organizations_open", "Open organizations.", () => organizations.open.length);
    this.#gauge("organizations_opening", "Organizations being opened.", () => organizations.opening);
    this.#gauge("logs_ahead", "Logs whose last event is dated after this machine's clock.", () => ahead.seen().length);
    this.#gauge(
      "log_head_max",
      "Events in the longest of the open logs.",
      ofOpen(({ head }) => head),
    );
    this.#gauge(
      "cache_lag_events_max",
      "Events that this process has seen in a log but not yet folded into its cache; maximum over the open logs.",
      ofOpen(({ head, checkpoint }) => head - checkpoint),
    );
    this.#gauge(
      "cache_failing_seconds_max",
      "Time for which a cache could not be updated from its log; maximum over the open logs, 0 if all could.",
      ofOpen((organization) => failingMs(organization) / 1000),
    );
    if (signing) this.#watchSigning(signing, ofOpen);
    this.#gauge("long_polls", "Requests that wait for new events.", () => polls.size);
    this.#gauge("reads_waiting", "Reads that wait for their caller's turn.", () => shares.counts.waiting);
    this.#gauge(
      "moment_reads_waiting",
      "Reads at moments of the past that wait for their caller's turn.",
      () => moments.counts.waiting,
    );
    this.#gauge("unread_bytes", "Bytes of responses that clients have not read yet.", () => unread.bytes);
  }

  #watchSigning(
    { contradictions, clock }: NonNullable<MetricSources["signing"]>,
    ofOpen: (measure: (organization: Organization) => number) => () => number,
  ): void {
    this.#gauge(
      "signed_events_max",
      "Events in the largest checkpoint that this process has signed for an open log.",
      ofOpen(({ proofs }) => proofs?.signed?.size ?? 0),
    );
    this.#gauge(
      "unsigned_events_max",
      "Events that this process has seen in a log since its last signed checkpoint; maximum over the open logs.",
      ofOpen(({ head, proofs }) => Math.max(0, head - (proofs?.signed?.size ?? 0))),
    );
    this.#gauge(
      "signed_age_seconds_max",
      "Age of the last signature of a log; maximum over the open logs that have one.",
      ofOpen(({ proofs }) => (proofs?.signed ? Math.max(0, clock() - proofs.signed.signedAtMs) / 1000 : 0)),
    );
    this.#gauge(
      "logs_contradicting_signatures",
      "Logs that contradict what was signed, so nothing more is signed.",
      () => contradictions.count,
    );
  }

  /** Counts sent events. @param bytes their size after compression */
  served(encoding: Encoding, bytes: number): void {
    this.#rangeBytes.set(encoding, (this.#rangeBytes.get(encoding) ?? 0) + bytes);
  }

  /** Counts a read at a moment. @param durationMs without the time that it waited */
  readAtMoment(durationMs: number): void {
    this.#momentSeconds.observe(durationMs / 1000);
  }

  momentThreadEnded(reason: "too long" | "failed"): void {
    this.#momentFailures.inc({ reason });
  }

  audited({ action, outcome, reason = "" }: AuditEntry): void {
    if (outcome === "failure") this.#loginFailures.inc({ action, reason });
  }

  /** Counts the requests of a server. Call it before the first route is added. */
  count(app: FastifyInstance): void {
    app.addHook("onResponse", (request, reply, done) => {
      const url = request.is404 ? undefined : request.routeOptions.url;
      // Paths that a client invents must not become labels.
      const call = url === undefined ? { route: "none", method: "any" } : { route: url, method: request.method };
      this.#requests.inc({ ...call, status: reply.statusCode });
      if (!request.waited) this.#requestSeconds.observe(call, reply.elapsedTime / 1000);
      done();
    });
  }

  /** The text of all metrics, and its media type. */
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

/** Call it only if a token for metrics is configured. */
export function metricsRoutes(app: FastifyInstance, metrics: Metrics): void {
  // Plain HTTP is allowed, because a scraper asks each process directly and not through the proxy.
  const docs: RouteDocs = {
    id: "metrics",
    tag: "server",
    summary: "Get the process's metrics for Prometheus",
    response: { types: { "text/plain": { type: "string" } } },
  };
  const config = { access: "metrics", plainHttp: true, docs } as const;
  app.get("/metrics", { config, logLevel: "warn" }, async (_, reply) => {
    const { text, type } = await metrics.text();
    return reply.type(type).send(text);
  });
}

let ofProcess: Registry | null = null;

/** Memory, processor time, event loop: one registry per process, for any number of servers in it. */
function processRegistry(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
