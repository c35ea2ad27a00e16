/** The desktop behind its windows: who is logged in, what is here of their log, and how fresh it is. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { HttpLog } from "../../events/http-log.ts";
import type { LogId } from "../../events/log.ts";
import type { Progress } from "../../projector/follow.ts";
import { CallError, failureOf } from "../call-error.ts";
import type { Needs, PullResult, SyncStatus } from "../contract.ts";
import { LocalCopy } from "./local-copy.ts";
import { LocalStore } from "./local-store.ts";
import { type KeptTokens, ServerSession, type User } from "./server-session.ts";
import { type Facts, StatusBoard } from "./status-board.ts";
import { SyncLoop, type SyncLoopOptions } from "./sync-loop.ts";

export interface DesktopOptions {
  /** Where its files lie. Made if it is not there. */
  folder: string;
  /** The server's address, where somebody has laid it down for this machine. */
  server?: string | null;
  /** From an earlier start. */
  tokens?: KeptTokens | null;
  /** Keeps the refresh token for the next start; null forgets it. */
  keep?: (tokens: KeptTokens | null) => Promise<void>;
  fetch?: typeof fetch;
  onStatus?: (status: SyncStatus) => void;
  appVersion?: string;
  loop?: Partial<SyncLoopOptions>;
}

/** Who was logged in, and of which log what is here is shown. */
interface Seat {
  log: LogId;
  user: User | null;
}

export class Desktop {
  readonly folder: string;
  readonly store: LocalStore;
  readonly #options: DesktopOptions;
  readonly #board: StatusBoard;
  readonly #loop: SyncLoop;
  #session: ServerSession | null = null;
  #copy: LocalCopy | null = null;
  #remote: HttpLog | null = null;
  /** What cannot go on by itself. */
  #needs: Needs = null;
  /** Work on the files, one at a time. */
  #last: Promise<unknown> = Promise.resolve();
  /** Ends what is under way for the log that was open when it began. */
  #stop = new AbortController();

  constructor(options: DesktopOptions) {
    this.#options = options;
    this.folder = options.folder;
    mkdirSync(options.folder, { recursive: true });
    this.store = LocalStore.open(join(options.folder, "local.sqlite"));
    this.#board = new StatusBoard(() => this.#facts(), options.onStatus);
    this.#loop = new SyncLoop({
      sync: (signal) => this.#sync(signal),
      changed: (signal) => this.#changed(signal),
      onFailure: (error, nextTryAtMs) => this.#board.failed(failureOf(error), nextTryAtMs),
      ...options.loop,
    });
  }

  /** Opens what is here, and begins to sync. */
  async start(): Promise<void> {
    const { server, tokens } = this.#options;
    const address = server ?? (this.store.setting("server") as string | undefined) ?? tokens?.server ?? null;
    if (address !== null) this.#openSession(address);
    if (tokens && tokens.server === this.#session?.server) this.#session.resume(tokens);
    const seat = this.#seat;
    if (seat) this.#openCopy(seat.log);
    this.#loop.start();
  }

  get status(): SyncStatus {
    return this.#board.status;
  }

  get isOnline(): boolean {
    return this.#board.isOnline;
  }

  get appVersion(): string {
    return this.#options.appVersion ?? "";
  }

  get copy(): LocalCopy | null {
    return this.#copy;
  }

  /** For queries. @throws CallError NO_DATA if nothing of this log can be read now */
  get reader(): Database.Database {
    const reader = this.#copy?.reader;
    if (reader) return reader;
    throw new CallError("NO_DATA", this.#copy ? "the first sync has not brought anything yet" : "nobody is logged in");
  }

  /** The server to work with. @throws CallError SERVER_IS_SET */
  async setServer(address: string): Promise<void> {
    if (this.#session?.server === address) return;
    if (this.#seat) throw new CallError("SERVER_IS_SET", "log out before you change the server", "server");
    this.store.set("server", address);
    this.#openSession(address);
    this.#loop.wake();
  }

  /** @throws LogError UNAUTHORIZED if the password is wrong, UNREACHABLE, NOT_A_LOG; CallError NO_SERVER */
  async login(email: string, password: string): Promise<void> {
    const session = this.#session;
    if (!session) throw new CallError("NO_SERVER", "the server's address is not set", "server");
    await this.#takeSeat(await session.login(email, password));
  }

  /** Takes an access token from outside, and starts the first sync. @throws as `login` */
  async setAuthToken(token: string): Promise<void> {
    const session = this.#session;
    if (!session) throw new CallError("NO_SERVER", "the server's address is not set", "server");
    session.resume({ token });
    await this.#takeSeat(await session.whoAmI());
  }

  /** From now on nothing of what is here is shown. It stays on the disk for the next login to the same log. */
  async logout(): Promise<void> {
    this.store.set("seat", null);
    this.#closeCopy();
    await this.#session?.logout();
    this.#setNeeds(null);
    this.#board.forget();
  }

  /** Syncs now. @throws what the sync throws */
  async pull(): Promise<PullResult> {
    if (!this.#session?.isOpen) throw new CallError("LOGIN_NEEDED", "log in to sync");
    const before = this.#copy?.head ?? 0;
    await this.#loop.once();
    const seq = this.#copy?.head ?? 0;
    return { events: Math.max(0, seq - before), seq };
  }

  /** The network is there again, or gone, as the operating system says: only the latter is to be believed. */
  setNetwork(online: boolean): void {
    if (online) this.#loop.wake();
    else this.#board.offline();
  }

  /** The machine was asleep, or somebody came back: look at once. */
  wake(): void {
    this.#loop.wake();
  }

  /** Fetches the whole log again into the next generation of files, after the server's history turned out another one. */
  async pullAfresh(): Promise<void> {
    const seat = this.#seat;
    if (!seat) throw new CallError("LOGIN_NEEDED", "log in first");
    const known = this.store.knownLog(seat.log);
    this.store.set("afresh", { log: seat.log, generation: (known?.generation ?? 1) + 1 });
    this.#setNeeds(null);
    this.#loop.wake();
  }

  /** Makes the cache anew from the mirror. */
  async rebuildCache(): Promise<void> {
    const copy = this.#copy;
    if (!copy) throw new CallError("NO_DATA", "nobody is logged in");
    await this.#alone(async () => {
      copy.dropCache();
      copy.removeCache();
      await this.#bringUp(copy, this.#stop.signal);
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop.close();
    await this.#last;
    this.#copy?.close();
    this.store.close();
    this.#board.close();
  }

  get #seat(): Seat | null {
    return (this.store.setting("seat") as Seat | undefined) ?? null;
  }

  #openSession(address: string): void {
    this.#session = new ServerSession({
      server: address,
      keep: this.#options.keep ?? (async () => {}),
      ...(this.#options.fetch && { fetch: this.#options.fetch }),
    });
  }

  async #takeSeat({ log, user }: { log: LogId; user: User }): Promise<void> {
    const server = this.#session?.server ?? "";
    const other = this.#seat?.log !== log;
    if (other) this.#closeCopy();
    const known = this.store.knownLog(log);
    this.store.putLog({ id: log, server, generation: known?.generation ?? 1, email: user.email });
    this.store.set("seat", { log, user } satisfies Seat);
    if (other || !this.#copy) this.#openCopy(log);
    this.#setNeeds(null);
    this.#loop.wake();
  }

  #openCopy(log: LogId): void {
    const generation = this.store.knownLog(log)?.generation ?? 1;
    const session = this.#session;
    this.#stop = new AbortController();
    try {
      this.#copy = LocalCopy.open(this.folder, log, generation);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      this.#replaceMirror(log, generation); // it cannot be read at all: fetched again
    }
    const { fetch } = this.#options;
    this.#remote = session
      ? new HttpLog(session.server, { token: () => session.token(), log, ...(fetch && { fetch }) })
      : null;
    this.#board.changed();
  }

  #replaceMirror(log: LogId, damaged: number): void {
    const known = this.store.knownLog(log);
    const generation = damaged + 1;
    this.store.putLog({ id: log, server: known?.server ?? "", email: known?.email ?? null, generation });
    this.#copy?.close();
    this.#copy = LocalCopy.open(this.folder, log, generation);
  }

  #closeCopy(): void {
    this.#stop.abort();
    const copy = this.#copy;
    this.#copy = null;
    this.#remote = null;
    copy?.close();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** @returns true if it is worth while to wait for the server to have more */
  async #sync(closing: AbortSignal): Promise<boolean> {
    const copy = this.#copy;
    if (!copy) {
      this.#setNeeds(this.#session ? "login" : "server");
      return false;
    }
    const signal = AbortSignal.any([closing, this.#stop.signal]);
    try {
      return await this.#alone(() => this.#syncCopy(copy, signal));
    } catch (error) {
      if (signal.aborted && !closing.aborted) return false; // another log is open by now
      throw error;
    }
  }

  async #syncCopy(copy: LocalCopy, signal: AbortSignal, renewed = false): Promise<boolean> {
    // What is here can be read, whatever the server says.
    await this.#bringUp(copy, signal);
    const [remote, session] = [this.#remote, this.#session];
    if (!remote || !session?.isOpen) {
      this.#setNeeds(session ? "login" : "server");
      return false;
    }
    if (this.#needs === "agreement") return false;
    const startedMs = performance.now();
    const before = copy.head;
    const remember = ({ head: seq }: LocalCopy, error: string | null) => {
      const durationMs = Math.round(performance.now() - startedMs);
      this.store.addSync(copy.logId, { at: Date.now(), seq, events: Math.max(0, seq - before), durationMs, error });
    };
    try {
      const target = await this.#target(copy, remote, signal);
      const { stoppedBy } = await target.sync(remote, { signal, onProgress: this.#progress("pulling") });
      this.#lookStuck(target, remote, stoppedBy);
      this.#setNeeds(stoppedBy?.code === "UNKNOWN_EVENT" ? "update" : null);
      remember(target, stoppedBy?.code ?? null);
      this.#board.synced(remote.lastHead);
      if (stoppedBy) this.#board.failed(failureOf(stoppedBy), null);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      if (await this.#getOver(copy, error, renewed))
        return await this.#syncCopy(this.#copy ?? copy, signal, isUnauthorized(error));
      remember(copy, failureOf(error).code);
      if (this.#needs === null) throw error;
      this.#board.failed(failureOf(error), null);
      return false;
    } finally {
      this.#board.idle();
    }
  }

  /** The copy to sync into: the one that is here, or a fresh one beside it, once that is whole. */
  async #target(copy: LocalCopy, remote: HttpLog, signal: AbortSignal): Promise<LocalCopy> {
    const afresh = this.store.setting("afresh") as { log: LogId; generation: number } | undefined;
    if (afresh?.log !== copy.logId) return copy;
    const next = LocalCopy.open(this.folder, copy.logId, afresh.generation);
    try {
      await next.fill(remote, { signal, onProgress: this.#progress("pulling") });
    } catch (error) {
      next.close();
      throw error;
    }
    const known = this.store.knownLog(copy.logId);
    if (known) this.store.putLog({ ...known, generation: afresh.generation });
    this.store.set("afresh", null);
    copy.close();
    this.#copy = next;
    await this.#bringUp(next, signal);
    return next;
  }

  async #bringUp(copy: LocalCopy, signal: AbortSignal): Promise<LogError | null> {
    if (copy.isUp) return null;
    try {
      return await copy.bringUp({ signal, onProgress: this.#progress("building") });
    } catch (error) {
      if (!copy.isMirrorDamaged(error)) throw error;
      this.#replaceMirror(copy.logId, copy.generation);
      return null;
    } finally {
      this.#board.idle();
    }
  }

  /**
   * True if the sync can be tried again at once.
   *
   * @param renewed whether the token was renewed for this try already
   */
  async #getOver(copy: LocalCopy, error: unknown, renewed: boolean): Promise<boolean> {
    if (copy.isMirrorDamaged(error)) {
      this.#replaceMirror(copy.logId, copy.generation);
      return true;
    }
    if (error instanceof LogError && error.code === "FORKED") this.#setNeeds("agreement");
    if (!isUnauthorized(error) || renewed) return false;
    try {
      await this.#session?.renew();
      return true;
    } catch (renewal) {
      if (!isUnauthorized(renewal)) throw renewal;
      this.#setNeeds("login");
      return false;
    }
  }

  /** The server has more, and the sync that just ended brought none of it: something is stuck, so look at all anew. */
  #lookStuck(copy: LocalCopy, remote: HttpLog, stoppedBy: LogError | null): void {
    if (stoppedBy || copy.checkpoint >= remote.lastHead) return;
    copy.dropCache();
    throw new LogError("GAP", `${remote.name}: has ${remote.lastHead} events, ${copy.checkpoint} came; trying again`);
  }

  async #changed(signal: AbortSignal): Promise<void> {
    const [remote, copy] = [this.#remote, this.#copy];
    if (!remote || !copy) return;
    await remote.changed(copy.head, AbortSignal.any([signal, this.#stop.signal]));
  }

  #progress(phase: "pulling" | "building"): Progress {
    return (done) => this.#board.progress(phase, done);
  }

  #setNeeds(needs: Needs): void {
    if (this.#needs === needs) return;
    this.#needs = needs;
    this.#board.changed();
  }

  #facts(): Facts {
    const seat = this.#seat;
    const past = seat ? this.store.syncs(seat.log, 1)[0] : undefined;
    return {
      initialized: this.#copy?.reader != null,
      needs: this.#needs,
      server: this.#session?.server ?? null,
      log: seat?.log ?? null,
      user: seat?.user ?? null,
      checkpoint: this.#copy?.checkpoint ?? 0,
      lastSync: past ? { ...past, at: new Date(past.at).toISOString() } : null,
    };
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof LogError && error.code === "UNAUTHORIZED";
}
