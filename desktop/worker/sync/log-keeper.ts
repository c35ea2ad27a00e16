/**
 * Keeps this device's copy of one log up to date: syncs it, and recovers from failures as `recovery.ts` says. If the user
 * has to decide, it stops, and everything stays readable.
 */
import type { LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { HttpLog } from "../../../events/sources/http/http-log.ts";
import type { Progress } from "../../../projector/cache/follow.ts";
import { AlteredError } from "../../../projector/trust/alteration.ts";
import type { Needs } from "../../contract/contract.ts";
import type { Proof } from "../../contract/proof.ts";
import type { LocalStore } from "../files/local-store.ts";
import { failureOf } from "../server/failure-of.ts";
import type { ServerSession } from "../server/server-session.ts";
import type { CheckPauses } from "./background-check.ts";
import { HistoryKeeper } from "./history-keeper.ts";
import type { LocalCopy } from "./local-copy.ts";
import { MirrorGenerations } from "./mirror-generations.ts";
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
  readonly history: HistoryKeeper;
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
    this.history = new HistoryKeeper({
      ...{ log, store, fetch: options.fetch, pauses: options.check },
      verifyLast: () => this.#enqueue(() => this.#verifyLast()),
      onCheckFailed: (error) => this.#checkFailed(error),
      onTrusted: () => this.#setNeeds(null),
      wake: () => options.wake?.(),
    });
    if (session) this.history.useSession(session);
    const { trust } = this.history;
    this.#generations = new MirrorGenerations({ folder, log, store, trust, server: session?.server ?? "" });
    this.#copy = this.#generations.open();
    if (this.#copy.history.facts.altered) this.#needs = "altered";
  }

  get proof(): Proof {
    return this.history.proofOf(this.#copy);
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
    this.history.useSession(session);
    this.#setNeeds("login");
  }

  /** Makes the next sync fetch the whole log into new files; the old ones stay. */
  planRefetch(): void {
    this.#generations.planRefetch(this.#copy);
    this.#setNeeds(null);
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
      this.#copy.removeCache();
      await this.#withRepairs(this.#stop.signal, () => this.#openCache(this.#stop.signal));
    });
  }

  /** Stops the work in progress, and closes all files. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.history.close();
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
    const [{ board }, session] = [this.#options, this.#session];
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
      this.history.synced(this.#copy);
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
    return await this.history.around(this.#copy, { signal }, async () => {
      const { stoppedBy } = await this.#copy.sync(remote, { signal, onProgress: this.#progress("pulling") });
      if (!stoppedBy) this.#copy.requireHead(remote.lastHead, remote.name);
      return stoppedBy;
    });
  }

  /** If a refetch is planned, fetches the whole log into the next generation of the mirror, and adopts it once complete. */
  async #refetch(remote: HttpLog, signal: AbortSignal): Promise<void> {
    const plan = this.#generations.openPlanned();
    if (plan === null) return;
    const { copy: next, isAccepted } = plan;
    try {
      const fill = () => next.fillMirror(remote, { signal, onProgress: this.#progress("pulling") });
      await this.history.around(next, { signal, isAccepted }, fill);
      // Its rows may be those of a changed event, although the event at its checkpoint is right.
      if (this.#copy.history.facts.altered) {
        this.#copy.closeCache();
        next.removeCache();
      }
    } catch (error) {
      next.close();
      if (error instanceof AlteredError) this.#generations.cancelPlan();
      throw error;
    }
    await this.history.release();
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
      await this.history.release();
      this.#copy = this.#generations.replace(this.#copy);
    }
    if (repair === "reopenCache") this.#copy.closeCache();
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
    const { fetch, log } = this.#options;
    return new HttpLog(session.server, { token: () => session.token(), log, ...(fetch && { fetch }) });
  }

  /** Verifies what the last sync brought. @returns false if there is something left to verify */
  async #verifyLast(): Promise<boolean> {
    const { signal } = this.#stop;
    if (signal.aborted || this.#needs) return true;
    await this.history.around(this.#copy, { signal }, async () => {});
    this.#options.board.publish();
    return this.history.isVerified(this.#copy);
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
    if (needs === "altered") this.#options.wake?.(); // the next sync asks the server which event it is
    this.#options.board.publish();
  }
}
