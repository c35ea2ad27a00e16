/** The desktop behind its windows: who is logged in, what is here of their log, and how fresh it is. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { z } from "zod";
import { ROLES, type Role } from "../../../events/business/roles.ts";
import { COMMANDS } from "../../../events/commands/commands.ts";
import type { LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { prepared } from "../../../projector/queries/prepared.ts";
import { CallError } from "../../contract/call-error.ts";
import type { StoredTokens } from "../../contract/channel.ts";
import type { Answered, PullResult, SyncStatus } from "../../contract/contract.ts";
import { writeBlock } from "../../contract/write-block.ts";
import { type FileEncryption, NO_ENCRYPTION } from "../files/file-encryption.ts";
import { STORE_FILE } from "../files/file-names.ts";
import { LocalStore } from "../files/local-store.ts";
import { failureOf } from "../server/failure-of.ts";
import { ServerSession, user } from "../server/server-session.ts";
import { type SentWrite, turnIntoCopies, UnsentInputs } from "../server/unsent-inputs.ts";
import { write, writeAgain } from "../server/writing.ts";
import type { LocalCopy } from "./local-copy.ts";
import { LogKeeper } from "./log-keeper.ts";
import { type Facts, StatusBoard } from "./status-board.ts";
import { SyncLoop, type SyncLoopOptions } from "./sync-loop.ts";

export interface DesktopOptions {
  /** Where its files lie. Made if it is not there. */
  folder: string;
  /** The server's address, where somebody has laid it down for this machine. */
  server?: string | null;
  /** From an earlier start. */
  tokens?: StoredTokens | null;
  /** Keeps the refresh token for the next start; null forgets it. */
  keep?: (tokens: StoredTokens | null) => Promise<void>;
  fetch?: typeof fetch;
  onStatus?: (status: SyncStatus) => void;
  appVersion?: string;
  loop?: Partial<SyncLoopOptions>;
  encryption?: FileEncryption;
}

/** Who was logged in last, and of which log what is here is shown. */
const seat = z.object({ log: z.string(), user });
type Seat = z.infer<typeof seat>;

export class Desktop {
  readonly folder: string;
  readonly appVersion: string;
  readonly store: LocalStore;
  readonly encryption: FileEncryption;
  readonly #options: DesktopOptions;
  readonly #board: StatusBoard;
  readonly #loop: SyncLoop;
  #session: ServerSession | null = null;
  #keeper: LogKeeper | null = null;
  readonly #ending = new AbortController();

  constructor(options: DesktopOptions) {
    this.#options = options;
    this.folder = options.folder;
    this.appVersion = options.appVersion ?? "";
    this.encryption = options.encryption ?? NO_ENCRYPTION;
    mkdirSync(options.folder, { recursive: true });
    this.store = LocalStore.open(join(options.folder, STORE_FILE));
    this.#board = new StatusBoard(() => this.#facts(), options.onStatus);
    this.#loop = new SyncLoop({
      sync: async (signal) => (await this.#keeper?.sync(signal)) ?? false,
      changed: async (signal) => await this.#keeper?.changed(signal),
      onFailure: (error, nextTryAtMs) => this.#board.failed(error, nextTryAtMs),
      ...options.loop,
    });
  }

  /** Opens what is here, and begins to sync. */
  async start(): Promise<void> {
    const { server, tokens } = this.#options;
    const { log } = this.#seat ?? {};
    // Where the last login was is known even where no setting says it any more.
    const known = log === undefined ? null : this.store.knownLog(log)?.server;
    const address = server ?? (this.store.setting("server") as string | undefined) ?? tokens?.server ?? known ?? null;
    if (address !== null) this.#openSession(address);
    if (tokens && tokens.server === this.#session?.server) this.#session.resume(tokens);
    if (log !== undefined) this.#openLog(log);
    this.#loop.start();
    this.#board.changed();
  }

  get status(): SyncStatus {
    return this.#board.status;
  }

  get isOnline(): boolean {
    return this.#board.isOnline;
  }

  /** Null while nobody is logged in. */
  get copy(): LocalCopy | null {
    return this.#keeper?.copy ?? null;
  }

  /** For queries. @throws CallError NO_DATA if nothing of this log can be read now */
  get reader(): Database.Database {
    const reader = this.copy?.reader;
    if (reader) return reader;
    throw new CallError("NO_DATA", this.copy ? "the first sync has not brought anything yet" : "nobody is logged in");
  }

  /** With the server, whoever asks. @throws CallError NO_SERVER */
  get session(): ServerSession {
    if (this.#session) return this.#session;
    throw new CallError("NO_SERVER", "the server's address is not set", "server");
  }

  /** The same, to write as one of these roles. @throws CallError OFFLINE, LOGIN_NEEDED and the rest of `writeBlock` */
  sessionFor(roles: readonly Role[]): ServerSession {
    const block = writeBlock(this.status, roles);
    if (block) throw new CallError(block.code, block.reason);
    return this.session;
  }

  /** The server to work with. @throws CallError SERVER_IS_SET */
  async setServer(address: string): Promise<void> {
    if (this.#session?.server === address) return;
    if (this.#seat) throw new CallError("SERVER_IS_SET", "log out before you change the server", "server");
    if (this.#options.server)
      throw new CallError("SERVER_IS_SET", `${this.#options.server} is laid down for this machine`, "server");
    this.store.set("server", address);
    this.#openSession(address);
    this.#board.changed();
  }

  /** Whoever the server lets in takes the seat, and the first sync begins. @throws what `begin` throws; NO_SERVER */
  async enter(begin: (session: ServerSession) => Promise<Seat>): Promise<void> {
    await this.#takeSeat(await begin(this.session));
  }

  /** From now on nothing of what is here is shown. It stays on the disk for the next login to the same log. */
  async logout(): Promise<void> {
    this.store.set("seat", null);
    await this.#closeLog();
    await this.#session?.logout();
    this.#board.forget();
  }

  /** Syncs now. @throws what the sync throws; CallError LOGIN_NEEDED */
  async pull(): Promise<PullResult> {
    if (!this.#session?.isOpen || !this.copy) throw new CallError("LOGIN_NEEDED", "log in to sync");
    const before = this.copy.head;
    await this.#loop.once();
    const seq = this.copy?.head ?? 0;
    return { events: Math.max(0, seq - before), seq };
  }

  /** What this user has typed and not sent. @throws CallError LOGIN_NEEDED */
  get inputs(): UnsentInputs {
    const seat = this.#seat;
    if (!seat) throw new CallError("LOGIN_NEEDED", "log in first");
    return new UnsentInputs(this.store.db, { log: seat.log, user: seat.user.id });
  }

  /**
   * Gives a command to the server, and pulls up to what it wrote, so that it is on the screen.
   *
   * @throws CallError OFFLINE, LOGIN_NEEDED and the rest of `writeBlock`; as `write`
   */
  async write(asked: SentWrite): Promise<Answered> {
    const session = this.sessionFor(COMMANDS[asked.command].roles);
    return await this.#shown(write(this.#writingParts(session), asked));
  }

  /** Gives the server again what a form gave it without an answer. @throws as `write` */
  async writeAgain(form: string): Promise<Answered> {
    const session = this.sessionFor(ROLES);
    return await this.#shown(writeAgain(this.#writingParts(session), form));
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

  /** Fetches the whole log into new files, after the server's history turned out another one. @throws CallError */
  async pullAfresh(): Promise<void> {
    const keeper = this.#needKeeper();
    turnIntoCopies(this.store.db, keeper.log);
    keeper.planRefetch();
    this.#loop.wake();
  }

  /** A query failed on the cache's file: the next sync, now, opens it again, and rebuilds it if it must be. */
  reopenCache(): void {
    this.#keeper?.copy.dropCache();
    this.#loop.wake();
  }

  /** Rebuilds the cache from the mirror. @throws CallError LOGIN_NEEDED */
  async rebuildCache(): Promise<void> {
    await this.#needKeeper().rebuildCache();
    this.#board.changed();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all([this.#loop.close(), this.#closeLog()]);
    this.store.close();
    this.#board.close();
  }

  get #seat(): Seat | null {
    const stored = seat.safeParse(this.store.setting("seat"));
    return stored.success ? stored.data : null;
  }

  #needKeeper(): LogKeeper {
    if (this.#keeper) return this.#keeper;
    throw new CallError("LOGIN_NEEDED", "log in first");
  }

  #writingParts(session: ServerSession) {
    const { fetch } = this.#options;
    return { session, inputs: this.inputs, signal: this.#ending.signal, ...(fetch && { fetch }) };
  }

  /** Resolves when what was written is in the cache. A pull that fails does not make it unwritten: it comes later. */
  async #shown(writing: Promise<Answered>): Promise<Answered> {
    try {
      const written = await writing;
      await this.#pullUpTo(written.seq ?? 0).catch(() => {});
      return written;
    } catch (error) {
      const { code } = failureOf(error);
      if (code === "OFFLINE" || code === "UNKNOWN_OUTCOME") this.#board.offline();
      this.#loop.wake(); // whatever was in the way, the status tells
      throw error;
    }
  }

  async #pullUpTo(seq: Sequence): Promise<void> {
    for (let tries = 0; tries < 3 && (this.copy?.checkpoint ?? seq) < seq; tries++) await this.#loop.once();
  }

  /** The user as the log says now: roles change while somebody is logged in. */
  #userNow(): Seat["user"] | null {
    const seat = this.#seat;
    const reader = this.copy?.reader;
    if (!seat || !reader) return seat?.user ?? null;
    const sql = "SELECT id, email, name, role FROM user WHERE id = ?";
    return prepared<[number], Seat["user"]>(reader, sql).get(seat.user.id) ?? seat.user;
  }

  #openSession(address: string): void {
    const { keep = async () => {}, fetch } = this.#options;
    this.#session = new ServerSession({ server: address, keep, ...(fetch && { fetch }) });
  }

  async #takeSeat({ log, user }: Seat): Promise<void> {
    if (this.#keeper?.log !== log) await this.#closeLog(); // before anything says that the other one is here
    const generation = this.store.knownLog(log)?.generation ?? 1;
    this.store.putLog({ id: log, server: this.#session?.server ?? "", generation, email: user.email });
    this.store.set("seat", { log, user } satisfies Seat);
    if (!this.#keeper) this.#openLog(log);
    this.#keeper?.clearNeeds();
    this.#loop.wake();
    this.#board.changed();
  }

  #openLog(log: LogId): void {
    const { folder, fetch } = this.#options;
    const parts = { folder, log, store: this.store, board: this.#board, session: this.#session };
    this.#keeper = new LogKeeper({ ...parts, ...(fetch && { fetch }) });
  }

  async #closeLog(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = null;
    await keeper?.close();
  }

  #facts(): Facts {
    const seat = this.#seat;
    const past = seat ? this.store.syncs(seat.log, 1)[0] : undefined;
    const idle = this.#session ? "login" : "server";
    return {
      initialized: this.copy?.reader != null,
      needs: this.#keeper ? this.#keeper.needs : idle,
      server: this.#session?.server ?? null,
      log: seat?.log ?? null,
      user: this.#userNow(),
      checkpoint: this.copy?.checkpoint ?? 0,
      lastSync: past ? { ...past, at: new Date(past.at).toISOString() } : null,
    };
  }
}
