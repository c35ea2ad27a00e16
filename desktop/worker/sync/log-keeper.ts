/**
 * Keeps this device's copy of one log up to date: syncs it, and recovers from failures as `recovery.ts` says. If the user
 * has to decide, it stops, and everything stays readable.
 */
import { LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { HttpLog } from "../../../events/sources/http/http-log.ts";
import { ProofRequests } from "../../../events/sources/http/proof-requests.ts";
import type { Progress } from "../../../projector/cache/follow.ts";
import { AlteredError } from "../../../projector/trust/alteration.ts";
import { type ClaimSource, HistoryProof } from "../../../projector/trust/history-proof.ts";
import { ServerClaims } from "../../../projector/trust/server-claims.ts";
import { TrustStore } from "../../../projector/trust/trust-store.ts";
import type { Needs } from "../../contract/contract.ts";
import type { Proof } from "../../contract/proof.ts";
import type { LocalStore } from "../files/local-store.ts";
import { failureOf } from "../server/failure-of.ts";
import type { ServerSession } from "../server/server-session.ts";
import { BackgroundCheck, type CheckPauses } from "./background-check.ts";
import type { LocalCopy } from "./local-copy.ts";
import { MirrorGenerations } from "./mirror-generations.ts";
import { proofOf } from "./proof-status.ts";
import { type Repair, recoverableCode, recoveryOf } from "./recovery.ts";
import type { StatusBoard } from "./status-board.ts";

interface LogKeeperOptions {
  folder: string;
  log: LogId;
  store: LocalStore;
  board: StatusBoard;
  /** Null: no server is set, so the copy is only read. */
  session: ServerSession | null;
  fetch?: typeof fetch;
  /** Pauses of the background check, ms. Default: those of `background-check.ts`. */
  check?: CheckPauses;
  /** Call to sync soon. */
  wake?: () => void;
}

export class LogKeeper {
  readonly log: LogId;
  readonly #options: LogKeeperOptions;
  #session: ServerSession | null;
  #remote: HttpLog | null;
  #claims: ClaimSource | null;
  readonly #trust: TrustStore;
  readonly #proof: HistoryProof;
  readonly #check: BackgroundCheck;
  readonly #stop = new AbortController();
  readonly #generations: MirrorGenerations;
  #copy: LocalCopy;
  /** What the user has to do before sync can continue. */
  #needs: Needs = null;
  /** The end of the last work on the files: one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: LogKeeperOptions) {
    const { folder, log, store, session } = options;
    this.log = log;
    this.#options = options;
    this.#session = session;
    this.#remote = session && this.#remoteOf(session);
    this.#trust = new TrustStore(store.db, log);
    this.#claims = session && this.#claimsOf(session);
    this.#proof = new HistoryProof(this.#trust);
    this.#generations = new MirrorGenerations({
      folder,
      log,
      store,
      trust: this.#trust,
      server: session?.server ?? "",
    });
    this.#copy = this.#generations.open();
    if (this.#copy.history.facts.altered) this.#needs = "altered";
    this.#check = new BackgroundCheck({ ...options.check, onFailure: (error) => this.#checkFailed(error) });
  }

  /** What is proven about the history. */
  get proof(): Proof {
    return proofOf(this.#proof.facts, this.#copy);
  }

  get trust(): TrustStore {
    return this.#trust;
  }

  get copy(): LocalCopy {
    return this.#copy;
  }

  get needs(): Needs {
    return this.#needs;
  }

  /** Call after the user has done what was needed: sync tries again. */
  clearNeeds(): void {
    this.#setNeeds(null);
  }

  /** Syncs with another server from now on, after a login there. */
  useSession(session: ServerSession): void {
    this.#session = session;
    this.#remote = this.#remoteOf(session);
    this.#claims = this.#claimsOf(session);
    this.#setNeeds("login");
  }

  /** Makes the next sync fetch the whole log into new files; the old ones stay. */
  planRefetch(): void {
    const { altered } = this.#copy.history.facts;
    // Whoever replaces a changed copy has not accepted that the server changed as well.
    this.#generations.planRefetch(this.#copy, { accept: altered === null || altered.kind === "rewritten" });
    this.#setNeeds(null);
  }

  /** Trusts the key that the server offers. @returns false if it offers another one by now */
  trustKey(fingerprint: string | null): boolean {
    const isTrusted = this.#proof.trustOffered(fingerprint);
    if (isTrusted) this.#setNeeds(null);
    return isTrusted;
  }

  /**
   * Syncs once.
   *
   * @returns true if the caller should wait for new events on the server (`changed`)
   * @throws LogError, CacheError: retry later; `needs` says whether the user has to do something first
   */
  async sync(closing: AbortSignal): Promise<boolean> {
    const signal = AbortSignal.any([closing, this.#stop.signal]);
    try {
      return await this.#enqueue(() => this.#sync(signal));
    } catch (error) {
      if (this.#stop.signal.aborted) return false; // closed: another log is open by now
      throw error;
    }
  }

  /** Resolves when the server has more events than the mirror. */
  async changed(signal: AbortSignal): Promise<void> {
    await this.#remote?.changed(this.#copy.head, AbortSignal.any([signal, this.#stop.signal]));
  }

  /** Rebuilds the cache from the mirror. */
  async rebuildCache(): Promise<void> {
    await this.#enqueue(async () => {
      this.#copy.closeCache();
      this.#copy.removeCache();
      await this.#withRepairs(this.#stop.signal, () => this.#openCache(this.#stop.signal));
    });
  }

  /** Stops the work in progress, and closes all files. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#check.close();
    await this.#last;
    this.#copy.close();
  }

  /** Does the work after all earlier work has ended. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #sync(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const { board } = this.#options;
    const session = this.#session;
    // First, so that the local copy can be read even if the server does not answer.
    await this.#withRepairs(signal, () => this.#openCache(signal));
    const remote = this.#remote;
    if (!remote || !session?.isOpen) {
      this.#setNeeds(session ? "login" : "server");
      return false;
    }
    const startedMs = performance.now();
    let before = this.#copy.head;
    try {
      const stoppedBy = await this.#withRepairs(signal, async () => {
        before = Math.min(before, this.#copy.head); // a replaced mirror is empty
        return await this.#fetchAndFold(remote, signal);
      });
      this.#check.begin(this.#copy.history);
      this.#setNeeds(stoppedBy && recoveryOf(stoppedBy).needs);
      this.#record({ before, startedMs, error: stoppedBy?.code ?? null });
      board.reportSuccess(remote.lastHead);
      if (stoppedBy) board.reportFailure(stoppedBy, null);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#record({ before, startedMs, error: failureOf(error).code });
      throw error;
    } finally {
      board.reportIdle();
    }
  }

  /** Brings the copy to the server's head. @returns the error of the event that stopped the cache before it, or null */
  async #fetchAndFold(remote: HttpLog, signal: AbortSignal): Promise<LogError | null> {
    await this.#openCache(signal); // a repair may have closed it
    await this.#refetch(remote, signal);
    return await this.#proven(this.#copy, { signal }, async () => {
      const { stoppedBy } = await this.#copy.sync(remote, { signal, onProgress: this.#progress("pulling") });
      this.#checkProgress(remote, stoppedBy);
      return stoppedBy;
    });
  }

  async #proven<Result>(
    { history }: LocalCopy,
    options: { signal: AbortSignal; isAccepted?: boolean },
    work: () => Promise<Result>,
  ): Promise<Result> {
    return this.#claims ? await this.#proof.around(history, this.#claims, work, options) : await work();
  }

  /** If a refetch is planned, fetches the whole log into the next generation of the mirror, and adopts it once complete. */
  async #refetch(remote: HttpLog, signal: AbortSignal): Promise<void> {
    const plan = this.#generations.openPlanned();
    if (plan === null) return;
    const { copy: next, isAccepted } = plan;
    try {
      const fill = () => next.fillMirror(remote, { signal, onProgress: this.#progress("pulling") });
      await this.#proven(next, { signal, isAccepted }, fill);
    } catch (error) {
      next.close();
      if (error instanceof AlteredError) this.#generations.cancelPlan();
      throw error;
    }
    await this.#check.stop();
    this.#generations.adopt(next);
    this.#copy.close();
    this.#copy = next;
    await this.#openCache(signal);
  }

  async #openCache(signal: AbortSignal): Promise<void> {
    if (this.#copy.isCacheOpen) return;
    try {
      await this.#copy.openCache({ signal, onProgress: this.#progress("building") });
    } finally {
      this.#options.board.reportIdle();
    }
  }

  /**
   * Does the work. If it fails, does the repair that `recovery.ts` names, each repair at most once, and then the work
   * again. Throws a failure that no repair has solved: a later sync retries, or the user is needed.
   */
  async #withRepairs<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const tried = new Set<Repair>();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) throw error;
        const { repair, needs } = recoveryOf(error);
        if (repair === null && needs !== null) this.#setNeeds(needs);
        if (repair === null || tried.has(repair) || !this.#canRepair(repair, error)) throw error;
        tried.add(repair);
        await this.#repair(repair).catch((failure: unknown) => {
          if (recoverableCode(failure) === recoverableCode(error)) this.#setNeeds(needs);
          throw failure;
        });
      }
    }
  }

  /** A damaged response of the server is no reason to replace the mirror. */
  #canRepair(repair: Repair, error: unknown): boolean {
    return repair !== "replaceMirror" || this.#copy.isMirrorDamaged(error);
  }

  async #repair(repair: Repair): Promise<void> {
    if (repair === "renewToken") await this.#session?.renew();
    if (repair === "replaceMirror") {
      await this.#check.stop();
      this.#copy = this.#generations.replace(this.#copy);
    }
    if (repair === "reopenCache") this.#copy.closeCache();
  }

  /**
   * Closes the cache if the sync ended below the server's head: something is stuck, so the next sync opens it again.
   *
   * @throws LogError GAP
   */
  #checkProgress(remote: HttpLog, stoppedBy: LogError | null): void {
    const { checkpoint } = this.#copy;
    if (stoppedBy || checkpoint >= remote.lastHead) return;
    this.#copy.closeCache();
    const message = `${remote.name}: has ${remote.lastHead} events, but only ${checkpoint} arrived; trying again`;
    throw new LogError("GAP", message);
  }

  #record({ before, startedMs, error }: { before: Sequence; startedMs: number; error: string | null }): void {
    const { head: seq } = this.#copy;
    const durationMs = Math.round(performance.now() - startedMs);
    const events = Math.max(0, seq - before);
    this.#options.store.addSync(this.log, { at: Date.now(), seq, events, durationMs, error });
  }

  #progress(phase: "pulling" | "building"): Progress {
    return (progress) => this.#options.board.reportProgress(phase, progress);
  }

  #remoteOf(session: ServerSession): HttpLog {
    const { log } = this;
    const { fetch } = this.#options;
    return new HttpLog(session.server, { token: () => session.token(), log, ...(fetch && { fetch }) });
  }

  #claimsOf(session: ServerSession): ClaimSource {
    const { log } = this;
    const { fetch } = this.#options;
    const requests = new ProofRequests(session.server, { token: () => session.token(), log, ...(fetch && { fetch }) });
    return new ServerClaims(requests, { trust: this.#trust });
  }

  /** The background check has found that the mirror is not what it was, or cannot be read. */
  #checkFailed(error: unknown): void {
    const { needs, repair } = recoveryOf(error);
    if (needs !== null) this.#setNeeds(needs);
    this.#options.board.reportFailure(error, null);
    if (repair === "replaceMirror" && this.#copy.isMirrorDamaged(error))
      void this.#enqueue(() => this.#repair(repair)).then(this.#options.wake, () => {});
  }

  #setNeeds(needs: Needs): void {
    if (this.#needs === needs) return;
    this.#needs = needs;
    this.#options.board.publish();
  }
}
