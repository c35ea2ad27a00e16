/** The desktop behind its windows: one login, the local copy of its log, and the sync that keeps the copy up to date. */
import { join } from "node:path";
import type Database from "better-sqlite3";
import { ROLES, type Role } from "../../../events/business/roles.ts";
import { COMMANDS } from "../../../events/commands/commands.ts";
import type { LogId } from "../../../events/log/log.ts";
import { makePrivateFolder } from "../../../events/private-files.ts";
import { CallError } from "../../contract/call-error.ts";
import type { PullResult, SyncStatus, WriteResult } from "../../contract/contract.ts";
import { NO_PROOF } from "../../contract/proof.ts";
import { writeBlock } from "../../contract/write-block.ts";
import { Documents } from "../documents/documents.ts";
import { type FileEncryption, NO_ENCRYPTION } from "../files/file-encryption.ts";
import { STORE_FILE } from "../files/file-names.ts";
import { LocalStore } from "../files/local-store.ts";
import { findServer } from "../server/find-server.ts";
import { watchClock } from "../server/server-clock.ts";
import { type Login, ServerSession } from "../server/server-session.ts";
import { type SentWrite, turnIntoCopies, UnsentInputs } from "../server/unsent-inputs.ts";
import { write, writeAgain } from "../server/writing.ts";
import { deleteArrived } from "./arrived-writes.ts";
import type { DesktopOptions } from "./desktop-options.ts";
import type { HistoryKeeper } from "./history-keeper.ts";
import type { LocalCopy } from "./local-copy.ts";
import { LogKeeper } from "./log-keeper.ts";
import { currentUser, deviceToken, readLogin, storeLogin } from "./login.ts";
import { type Facts, StatusBoard } from "./status-board.ts";
import { syncAfterWrite } from "./sync-after-write.ts";
import { SyncLoop } from "./sync-loop.ts";

export class Desktop {
  readonly folder: string;
  readonly appVersion: string;
  readonly store: LocalStore;
  readonly encryption: FileEncryption;
  readonly documents = new Documents();
  readonly #options: DesktopOptions;
  readonly #board: StatusBoard;
  readonly #loop: SyncLoop;
  #session: ServerSession | null = null;
  #keeper: LogKeeper | null = null;
  readonly #sending = new Map<string, Promise<WriteResult>>();
  readonly #ending = new AbortController();

  constructor(options: DesktopOptions) {
    const send = watchClock(options.fetch ?? fetch, (aheadMs) => this.#board.reportClock(aheadMs));
    this.#options = { ...options, fetch: send };
    this.folder = options.folder;
    this.appVersion = options.appVersion ?? "";
    this.encryption = options.encryption ?? NO_ENCRYPTION;
    makePrivateFolder(options.folder);
    this.store = LocalStore.open(join(options.folder, STORE_FILE));
    this.#board = new StatusBoard(() => this.#facts(), options.onStatus);
    this.#loop = new SyncLoop({
      sync: async (signal) => (await this.#keeper?.sync(signal)) ?? false,
      changed: async (signal) => await this.#keeper?.changed(signal),
      isWorthRetrying: () => this.#keeper?.needs !== "login",
      onFailure: (error, nextTryAtMs) => this.#board.reportFailure(error, nextTryAtMs),
      ...options.loop,
    });
  }

  /** Opens the local copy of the last login's log, and starts to sync. */
  async start(): Promise<void> {
    const { server, tokens } = this.#options;
    const { log } = this.#login ?? {};
    // The log remembers the server of the last login, even if the setting is gone.
    const known = log === undefined ? null : this.store.knownLog(log)?.server;
    const address = server ?? (this.store.setting("server") as string | undefined) ?? tokens?.server ?? known ?? null;
    if (address !== null) this.#openSession(address);
    if (tokens && tokens.server === this.#session?.server) this.#session.resume(tokens);
    if (log !== undefined) this.#openLog(log);
    this.#loop.start();
    this.#board.publish();
  }

  get status(): SyncStatus {
    return this.#board.status;
  }

  /** The local copy of the log; null while nobody is logged in. */
  get copy(): LocalCopy | null {
    return this.#keeper?.copy ?? null;
  }

  /** A connection for queries. @throws CallError NO_DATA if nobody is logged in, or there is no cache yet */
  get reader(): Database.Database {
    const reader = this.copy?.reader;
    if (reader) return reader;
    throw new CallError("NO_DATA", this.copy ? "the first sync has not finished yet" : "nobody is logged in");
  }

  /** The session with the server, with or without a login. @throws CallError NO_SERVER */
  get session(): ServerSession {
    if (this.#session) return this.#session;
    throw new CallError("NO_SERVER", "the server's address is not set", "server");
  }

  /** The session, to write as one of these roles. @throws CallError OFFLINE, LOGIN_NEEDED and the other codes of `writeBlock` */
  sessionFor(roles: readonly Role[]): ServerSession {
    const block = writeBlock(this.status, roles);
    if (block) throw new CallError(block.code, block.reason);
    return this.session;
  }

  /**
   * Sets the server, where an Invoify API answers. Who is logged in stays so on this device, and can read everything; the
   * session with the earlier server is closed, because its token is for that server only.
   *
   * @param addresses what the typed address can mean
   * @throws CallError SERVER_IS_SET if an administrator has set another one; what `findServer` throws
   */
  async setServer(addresses: readonly string[]): Promise<void> {
    const fixed = this.#options.server;
    if (fixed && !addresses.includes(fixed))
      throw new CallError("SERVER_IS_SET", `your administrator has set ${fixed} for this machine`, "server");
    const { fetch } = this.#options;
    const address = await findServer(addresses, { ...(fetch && { fetch }) });
    if (this.#session?.server === address) return;
    this.store.set("server", address);
    void this.#session?.logout(); // the earlier server may never answer
    this.#openSession(address);
    if (this.#session) this.#keeper?.useSession(this.#session);
    this.#board.clear();
    this.#loop.wake();
    this.#board.publish();
  }

  /** Logs a user in, and starts to sync their log. @throws what `begin` throws; CallError NO_SERVER */
  async enter(begin: (session: ServerSession) => Promise<Login>): Promise<void> {
    const { log, user } = await begin(this.session);
    if (this.#keeper?.log !== log) await this.#closeLog(); // before the store names the new log
    const generation = this.store.knownLog(log)?.generation ?? 1;
    this.store.putLog({ id: log, server: this.#session?.server ?? "", generation, email: user.email });
    storeLogin(this.store, { log, user });
    if (!this.#keeper) this.#openLog(log);
    this.#keeper?.clearNeeds();
    this.#loop.wake();
    this.#board.publish();
  }

  /** Hides all data. The files stay on the disk for the next login to the same log. */
  async logout(): Promise<void> {
    storeLogin(this.store, null);
    await this.#closeLog();
    this.#board.clear(); // first: a server that is silent must not keep the data on the screen
    await this.#session?.logout();
    this.#board.publish();
  }

  /** Syncs now. @throws what the sync throws, such as LogError FORKED; CallError LOGIN_NEEDED, also if the session ends */
  async pull(): Promise<PullResult> {
    if (!this.#session?.isOpen || !this.copy) throw new CallError("LOGIN_NEEDED", "log in to sync");
    const before = this.copy.head;
    await this.#loop.syncNow();
    // The session may have ended in an earlier sync than the one that was waited for.
    if (!this.#session.isOpen || !this.copy) throw new CallError("LOGIN_NEEDED", "log in to sync");
    const seq = this.copy.head;
    return { events: Math.max(0, seq - before), seq };
  }

  /** The unsent input of this user. @throws CallError LOGIN_NEEDED */
  get inputs(): UnsentInputs {
    const login = this.#login;
    if (!login) throw new CallError("LOGIN_NEEDED", "log in first");
    return new UnsentInputs(this.store.db, { log: login.log, user: login.user.id });
  }

  /** The same, without the writes whose events have arrived. */
  get inputsLeft(): UnsentInputs {
    const { inputs } = this;
    const reader = this.copy?.reader;
    if (reader) deleteArrived(inputs, reader);
    return inputs;
  }

  /**
   * Sends a command to the server, and syncs up to its event, so that the screen shows it.
   *
   * @throws CallError OFFLINE, LOGIN_NEEDED and the other codes of `writeBlock`; what `write` throws
   */
  async write(request: SentWrite): Promise<WriteResult> {
    const session = this.sessionFor(COMMANDS[request.command].roles);
    return await this.#syncAfter(write(this.#writingParts(session), request));
  }

  /** Repeats a form's write that got no response. @throws as `write` */
  async writeAgain(form: string): Promise<WriteResult> {
    const session = this.sessionFor(ROLES);
    return await this.#syncAfter(writeAgain(this.#writingParts(session), form));
  }

  /** Takes the operating system's word that the network is gone. Its word that it is back is only a reason to try. */
  setNetwork(online: boolean): void {
    if (online) this.#loop.wake();
    else this.#board.reportOffline();
  }

  /** Syncs immediately: the machine was asleep, or the user came back. */
  wake(): void {
    this.#loop.wake();
  }

  /** Fetches the whole log into new files, because the server's history no longer matches. @throws CallError LOGIN_NEEDED */
  async pullAfresh(): Promise<void> {
    const keeper = this.#needKeeper();
    turnIntoCopies(this.store.db, keeper.log);
    keeper.planRefetch();
    this.#loop.wake();
  }

  /** The proof of the open log's history. @throws CallError LOGIN_NEEDED */
  get history(): HistoryKeeper {
    return this.#needKeeper().history;
  }

  /** Call after a query failed on the cache's file: a sync opens it again, and rebuilds it if necessary. */
  reopenCache(): void {
    this.#keeper?.copy.closeCache();
    this.#loop.wake();
  }

  /** Rebuilds the cache from the mirror. @throws CallError LOGIN_NEEDED */
  async rebuildCache(): Promise<void> {
    await this.#needKeeper().rebuildCache();
    this.#board.publish();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all([this.#loop.close(), this.#closeLog(), this.documents.close()]);
    this.store.close();
    this.#board.close();
  }

  get #login(): Login | null {
    return readLogin(this.store);
  }

  #needKeeper(): LogKeeper {
    if (this.#keeper) return this.#keeper;
    throw new CallError("LOGIN_NEEDED", "log in first");
  }

  #writingParts(session: ServerSession) {
    const { fetch, writeRetriesMs: retriesMs } = this.#options;
    const { log } = this.#needKeeper();
    const more = { ...(fetch && { fetch }), ...(retriesMs && { retriesMs }) };
    return { session, inputs: this.inputs, sending: this.#sending, log, signal: this.#ending.signal, ...more };
  }

  async #syncAfter(writing: Promise<WriteResult>): Promise<WriteResult> {
    const checkpoint = () => this.copy?.checkpoint ?? null;
    return await syncAfterWrite(writing, { loop: this.#loop, board: this.#board, checkpoint });
  }

  #openSession(address: string): void {
    this.#session = new ServerSession({
      storeTokens: async () => {},
      ...this.#options,
      server: address,
      device: deviceToken(this.store),
    });
  }

  #openLog(log: LogId): void {
    const { folder, fetch, check } = this.#options;
    const parts = { folder, log, store: this.store, board: this.#board, session: this.#session };
    const wake = () => this.#loop.wake();
    this.#keeper = new LogKeeper({ ...parts, wake, ...(check && { check }), ...(fetch && { fetch }) });
    const [session, isOnline] = [() => this.#session, () => this.#board.isOnline];
    this.documents.open({ folder, log, fetch, session, isOnline });
  }

  async #closeLog(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = null;
    this.documents.leave();
    await keeper?.close();
  }

  #facts(): Facts {
    const login = this.#login;
    const lastSync = login ? this.store.syncs(login.log, 1)[0] : undefined;
    const firstNeed = this.#session ? "login" : "server";
    return {
      initialized: this.copy?.reader != null,
      needs: this.#keeper ? this.#keeper.needs : firstNeed,
      proof: this.#keeper?.proof ?? NO_PROOF,
      server: this.#session?.server ?? null,
      log: login?.log ?? null,
      user: login && currentUser(login, this.copy?.reader ?? null),
      checkpoint: this.copy?.checkpoint ?? 0,
      lastSync: lastSync ? { ...lastSync, at: new Date(lastSync.at).toISOString() } : null,
    };
  }
}
