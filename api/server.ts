/** The API's server: assembles its parts, and closes them in order. */
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { WriterOptions } from "../projector/writer/writer-options.ts";
import { type Config, foldersOf } from "./config/config.ts";
import { logAddress } from "./config/log-address.ts";
import { DocumentMaker } from "./documents/document-maker.ts";
import { KeptFiles } from "./documents/kept-files.ts";
import { Draining } from "./http/draining.ts";
import { LongPolls } from "./http/long-polls.ts";
import { type HttpServerOptions, newHttpServer } from "./http/server/http-server.ts";
import { type ShareLimits, Shares } from "./http/shares.ts";
import { Unread } from "./http/unread.ts";
import { MomentReads, type MomentReadsOptions } from "./moments/moment-reads.ts";
import { docsRoutes } from "./openapi/docs-routes.ts";
import { takeCacheSlot } from "./organizations/cache-slot.ts";
import { announceLogsAhead, LogsAhead } from "./organizations/logs-ahead.ts";
import { Organizations, type OrganizationsOptions } from "./organizations/organizations.ts";
import { openSigning } from "./proofs/open-server-key.ts";
import type { Signing } from "./proofs/signing.ts";
import type { AuditEntry } from "./routes/audit.ts";
import { authRoutes } from "./routes/auth-routes.ts";
import { blobRoutes } from "./routes/blob-routes.ts";
import { commandRoutes } from "./routes/command-routes.ts";
import { documentRoutes } from "./routes/document-routes.ts";
import { eventRoutes } from "./routes/event-routes.ts";
import { Metrics, metricsRoutes } from "./routes/metrics.ts";
import { organizationRoutes } from "./routes/organization-routes.ts";
import { proofRoutes } from "./routes/proof-routes.ts";
import { readRoutes } from "./routes/read-routes.ts";
import { healthRoutes, Readiness, type ReadinessOptions, storageChecks } from "./routes/readiness.ts";
import { syncRoutes } from "./routes/sync-routes.ts";
import { userRoutes } from "./routes/user-routes.ts";
import { type DeclaredRoute, guardRoutes, userOf } from "./sessions/access.ts";
import { accountEffects } from "./sessions/account-effects.ts";
import { EmailClaims } from "./sessions/email-claims.ts";
import { Invitations } from "./sessions/invitations.ts";
import { KnownDevices } from "./sessions/known-devices.ts";
import { LoginLimits } from "./sessions/login-limits.ts";
import { PasswordChecks } from "./sessions/password-checks.ts";
import { ACCESS_TOKEN_LIFE, type Claims, Sessions } from "./sessions/sessions.ts";
import { VerifiedTokens } from "./sessions/verified-tokens.ts";
import { openStorage } from "./storage/open-storage.ts";
import type { Storage } from "./storage/storage.ts";
import type { OrganizationThreadOptions } from "./threads/organization-thread.ts";

export interface Api {
  app: FastifyInstance;
  storage: Storage;
  organizations: Organizations;
  claims: EmailClaims;
  invitations: Invitations;
  /** Every route of the server. */
  routes: readonly DeclaredRoute[];
  /** Ends long polls, finishes accepted requests, and closes all files and connections. */
  close(): Promise<void>;
}

export interface ApiOptions {
  logger?: FastifyServerOptions["logger"];
  /** Replaces the machine's clock and the generator of ids. */
  writer?: WriterOptions;
  /** Replaces the default limits. */
  organizations?: Partial<OrganizationsOptions>;
  shares?: Partial<ShareLimits>;
  moments?: MomentReadsOptions;
  documents?: OrganizationThreadOptions;
  readiness?: ReadinessOptions;
  draining?: { deadlineMs?: number };
  requestTimeoutMs?: HttpServerOptions["requestTimeoutMs"];
}

/** The server's log says which logs contradict what was signed, and when a witness begins and ends to fail. */
function announceSigning(app: FastifyInstance, signing: Signing): void {
  signing.contradictions.onNew = (logId, error) =>
    app.log.error(
      { err: error },
      `log ${logId} contradicts what was signed, so nothing more is signed (see "A log that contradicts what was signed" in api/README.md)`,
    );
  const failing = new Set<string>();
  signing.onWitness = ({ name }, error) => {
    if (error === null) {
      if (failing.delete(name)) app.log.info(`the witness ${name} cosigns again`);
      return;
    }
    if (!failing.has(name)) app.log.warn({ err: error }, `the witness ${name} does not cosign`);
    failing.add(name);
  };
}

/** Opens the storage and builds the server; `app.listen` starts it. */
export async function openApi(config: Config, options: ApiOptions = {}): Promise<Api> {
  const notes: string[] = [];
  const storage = await openStorage(config, { onNote: (text) => notes.push(text) });
  const slot = takeCacheSlot(foldersOf(config).caches);
  const metrics = new Metrics();
  const { clock = Date.now, checkClock = true } = options.writer ?? {};
  const signing = await openSigning(config, {
    clock,
    checkClock,
    witnesses: config.witnesses,
    onNote: (text) => notes.push(text),
  });
  const organizations = new Organizations(storage, slot.folder, {
    signing,
    writer: { ...options.writer, observer: metrics.writer },
    addressOf: (logId) => logAddress(config, logId),
    acceptedAhead: config.acceptedAhead,
    ...options.organizations,
  });
  const unread = new Unread();
  const shares = new Shares(unread, options.shares);
  const moments = new MomentReads(unread, { ...options.moments, observed: (ms) => metrics.readAtMoment(ms) });
  const documents = new DocumentMaker(unread, options.documents);
  const verified = new VerifiedTokens<Claims>();
  const app = await newHttpServer(config, {
    logger: options.logger ?? false,
    userOf: (request) => userOf(request, verified),
    unread,
    ...(options.requestTimeoutMs !== undefined && { requestTimeoutMs: options.requestTimeoutMs }),
  });
  for (const note of notes) app.log.warn(note);
  const draining = new Draining(options.draining);
  app.addHook("preClose", async () => draining.begin());
  draining.guard(app);
  metrics.count(app);
  app.decorate("audited", (entry: AuditEntry) => metrics.audited(entry));
  const { accounts } = storage;
  const sign = (claims: Claims) => app.jwt.sign(claims, { expiresIn: ACCESS_TOKEN_LIFE });
  const sessions = new Sessions({ accounts, organizations, secret: config.jwtSecret, sign });
  const claims = new EmailClaims(accounts, organizations);
  const limits = new LoginLimits();
  const devices = new KnownDevices(accounts, config.jwtSecret);
  const passwords = new PasswordChecks(accounts, limits, devices);
  const invitations = new Invitations(accounts);

  const polls = new LongPolls();
  const ahead = new LogsAhead({ storage, organizations, clock, accepted: config.acceptedAhead });
  if (checkClock) announceLogsAhead(app, ahead);
  const checks = storageChecks(storage, { clock, checkClock, ahead });
  const readiness = new Readiness(checks, options.readiness);
  metrics.watch({ organizations, polls, shares, moments, unread, ahead, signing });
  moments.thread.onFailure = (reason, error) => {
    metrics.momentThreadEnded(reason);
    app.log.error({ err: error }, `the thread for reads at moments ended: ${reason}`);
  };

  documents.thread.onFailure = (reason, error) =>
    app.log.error({ err: error }, `the thread that makes documents ended: ${reason}`);

  const routes = guardRoutes(app, sessions, { metricsToken: config.metricsToken, verified });
  const contradictions = signing?.contradictions ?? null;
  if (signing) announceSigning(app, signing);
  healthRoutes(app, readiness, { draining, ahead: checkClock ? ahead : null, contradictions });
  if (config.metricsToken !== null) metricsRoutes(app, metrics);
  authRoutes(app, { accounts, organizations, sessions, claims, limits, passwords, devices });
  organizationRoutes(app, { accounts, organizations, claims }, { limits, passwords, signUp: config.signUp });
  const files = new KeptFiles(documents, clock);
  commandRoutes(app, { effects: accountEffects({ accounts, claims, limits, sessions, invitations }), files });
  userRoutes(app, invitations);
  eventRoutes(app, {
    shares,
    polls,
    served: (encoding, bytes) => metrics.served(encoding, bytes),
    headSeen: (organization, head) => organization.noteHead(head),
  });
  proofRoutes(app, { shares });
  syncRoutes(app, shares);
  readRoutes(app, { shares, moments, clock });
  documentRoutes(app, { documents, files, shares, clock });
  blobRoutes(app, { shares });
  docsRoutes(app, routes);
  app.addHook("preClose", () => draining.finish()); // last, after the hook that ends long polls

  return {
    app,
    storage,
    organizations,
    claims,
    invitations,
    routes,
    async close() {
      await app.close();
      await moments.close();
      await documents.close();
      await organizations.close();
      await storage.close();
      signing?.close();
      slot.release();
    },
  };
}
