/**
 * Keeps this device's copy of one log fresh: syncs it, and does what `recovery.ts` says of a failure. Where somebody has
 * to decide it stops, with everything readable.
 */
import { LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { HttpLog } from "../../../events/sources/http/http-log.ts";
import type { Progress } from "../../../projector/cache/follow.ts";
import type { Needs } from "../../contract/contract.ts";
import type { LocalStore } from "../files/local-store.ts";
import { failureOf } from "../server/failure-of.ts";
import type { ServerSession } from "../server/server-session.ts";
import type { LocalCopy } from "./local-copy.ts";
import { MirrorGenerations } from "./mirror-generations.ts";
import { type Repair, recoverableCode, recoveryOf } from "./recovery.ts";
import type { StatusBoard } from "./status-board.ts";

export interface LogKeeperOptions {
  folder: string;
  log: LogId;
  store: LocalStore;
  board: StatusBoard;
  /** Null: no server is set, what is here can only be read. */
  session: ServerSession | null;
  fetch?: typeof fetch;
}

export class LogKeeper {
  readonly log: LogId;
  readonly #options: LogKeeperOptions;
  readonly #remote: HttpLog | null;
  readonly #stop = new AbortController();
  readonly #generations: MirrorGenerations;
  #copy: LocalCopy;
  /** What cannot go on by itself. */
  #needs: Needs = null;
  /** Work on the files, one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: LogKeeperOptions) {
    const { folder, log, store, session, fetch } = options;
    this.log = log;
    this.#options = options;
    this.#remote = session
      ? new HttpLog(session.server, { token: () => session.token(), log, ...(fetch && { fetch }) })
      : null;
    this.#generations = new MirrorGenerations({ folder, log, store, server: session?.server ?? "" });
    this.#copy = this.#generations.open();
  }

  get copy(): LocalCopy {
    return this.#copy;
  }

  get needs(): Needs {
    return this.#needs;
  }

  /** Somebody has logged in, or agreed: try again. */
  clearNeeds(): void {
    this.#setNeeds(null);
  }

  /** From the next sync on, fetches the whole log into new files; the old ones stay. */
  planRefetch(): void {
    this.#generations.planRefetch(this.#copy);
    this.#setNeeds(null);
  }

  /**
   * Syncs once.
   *
   * @returns true if it is worth while to wait for the server to have more
   * @throws LogError, CacheError: try again later
   */
  async sync(closing: AbortSignal): Promise<boolean> {
    const signal = AbortSignal.any([closing, this.#stop.signal]);
    try {
      return await this.#alone(() => this.#sync(signal));
    } catch (error) {
      if (this.#stop.signal.aborted) return false; // another log is open by now
      throw error;
    }
  }

  /** Resolves when the server has more than is here. */
  async changed(signal: AbortSignal): Promise<void> {
    await this.#remote?.changed(this.#copy.head, AbortSignal.any([signal, this.#stop.signal]));
  }

  /** Rebuilds the cache from the mirror. */
  async rebuildCache(): Promise<void> {
    await this.#alone(async () => {
      this.#copy.dropCache();
      this.#copy.removeCache();
      await this.#withRepairs(this.#stop.signal, () => this.#bringUp(this.#stop.signal));
    });
  }

  /** Lets go of all files; what is under way is stopped. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#last;
    this.#copy.close();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #sync(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const { session, board } = this.#options;
    // What is here can be read, whatever the server says.
    await this.#withRepairs(signal, () => this.#bringUp(signal));
    const remote = this.#remote;
    if (!remote || !session?.isOpen) {
      this.#setNeeds(session ? "login" : "server");
      return false;
    }
    if (this.#needs === "agreement") return false;
    const startedMs = performance.now();
    let before = this.#copy.head;
    try {
      const stoppedBy = await this.#withRepairs(signal, async () => {
        before = Math.min(before, this.#copy.head); // a mirror that was replaced is empty
        return await this.#pull(remote, signal);
      });
      this.#setNeeds(stoppedBy && recoveryOf(stoppedBy).needs);
      this.#remember({ before, startedMs, error: stoppedBy?.code ?? null });
      board.synced(remote.lastHead);
      if (stoppedBy) board.failed(stoppedBy, null);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#remember({ before, startedMs, error: failureOf(error).code });
      if (this.#needs === null) throw error;
      board.failed(error, null);
      return false;
    } finally {
      board.idle();
    }
  }

  /** Brings what is here to the server's head. @returns what stopped the cache before it */
  async #pull(remote: HttpLog, signal: AbortSignal): Promise<LogError | null> {
    await this.#bringUp(signal); // a repair may have closed it
    await this.#refetch(remote, signal);
    const { stoppedBy } = await this.#copy.sync(remote, { signal, onProgress: this.#progress("pulling") });
    this.#lookStuck(remote, stoppedBy);
    return stoppedBy;
  }

  /** Fetches the whole log into the next generation of files, if that was asked for; swaps them when they are whole. */
  async #refetch(remote: HttpLog, signal: AbortSignal): Promise<void> {
    const next = this.#generations.openPlanned();
    if (next === null) return;
    try {
      await next.fill(remote, { signal, onProgress: this.#progress("pulling") });
    } catch (error) {
      next.close();
      throw error;
    }
    this.#generations.adopt(next);
    this.#copy.close();
    this.#copy = next;
    await this.#bringUp(signal);
  }

  async #bringUp(signal: AbortSignal): Promise<void> {
    if (this.#copy.isUp) return;
    try {
      await this.#copy.bringUp({ signal, onProgress: this.#progress("building") });
    } finally {
      this.#options.board.idle();
    }
  }

  /**
   * Does what the row of a failure says, and then the work again. A failure whose repair did not help is thrown: it is
   * for later, or for a person.
   */
  async #withRepairs<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const done = new Set<Repair>();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) throw error;
        const { repair, needs } = recoveryOf(error);
        if (repair === null && needs !== null) this.#setNeeds(needs);
        if (repair === null || done.has(repair) || !this.#canRepair(repair, error)) throw error;
        done.add(repair);
        await this.#repair(repair).catch((failure: unknown) => {
          if (recoverableCode(failure) === recoverableCode(error)) this.#setNeeds(needs);
          throw failure;
        });
      }
    }
  }

  /** A damaged answer of the server's is no reason to give the mirror up. */
  #canRepair(repair: Repair, error: unknown): boolean {
    return repair !== "replaceMirror" || this.#copy.isMirrorDamaged(error);
  }

  async #repair(repair: Repair): Promise<void> {
    if (repair === "renewToken") await this.#options.session?.renew();
    if (repair === "replaceMirror") this.#copy = this.#generations.replace(this.#copy);
    if (repair === "reopenCache") this.#copy.dropCache();
  }

  /** The server has more, and the sync that just ended brought none of it: something is stuck, so the next sync opens the cache again. */
  #lookStuck(remote: HttpLog, stoppedBy: LogError | null): void {
    const { checkpoint } = this.#copy;
    if (stoppedBy || checkpoint >= remote.lastHead) return;
    this.#copy.dropCache();
    throw new LogError("GAP", `${remote.name}: has ${remote.lastHead} events, ${checkpoint} came; trying again`);
  }

  #remember({ before, startedMs, error }: { before: Sequence; startedMs: number; error: string | null }): void {
    const { head: seq } = this.#copy;
    const durationMs = Math.round(performance.now() - startedMs);
    const events = Math.max(0, seq - before);
    this.#options.store.addSync(this.log, { at: Date.now(), seq, events, durationMs, error });
  }

  #progress(phase: "pulling" | "building"): Progress {
    return (done) => this.#options.board.progress(phase, done);
  }

  #setNeeds(needs: Needs): void {
    if (this.#needs === needs) return;
    this.#needs = needs;
    this.#options.board.changed();
  }
}
