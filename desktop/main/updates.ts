/**
 * A newer release: looked for, fetched and checked by electron-updater, installed when the app ends, and never over input
 * that is not sent. What was new is said once, by the release that brought it.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { UpdateInfo } from "electron-updater";
import type { UpdateState } from "../contract/contract.ts";

/** Between two looks at the feed, ms. */
const CHECK_MS = 4 * 60 * 60_000;
/** How long the end of the app waits to hear whether something would be lost, ms. */
const PATIENCE_MS = 5_000;
/** The longest notes that are kept, UTF-16 code units. */
const MAX_NOTES = 20_000;

/** What is used of electron-updater's `NsisUpdater`. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<{ downloadPromise?: Promise<unknown> | null } | null>;
  on(event: "update-downloaded", listener: (info: UpdateInfo) => void): unknown;
  /** Starts the installer, which waits until the app is gone. @returns false if it could not */
  install(isSilent: boolean, isForceRunAfter: boolean): boolean;
}

export interface UpdatesOptions {
  /** Null: this build has no feed. */
  updater: Updater | null;
  /** Where the notes of what comes are kept. */
  folder: string;
  /** Of this app. */
  version: string;
  /** What would be lost: input that is not sent, a command without its answer. Null: nothing. */
  unsaved: () => Promise<UpdateState["waitsFor"]>;
  onState: (state: UpdateState) => void;
  /** Ends the app, which then calls `beforeEnd` and `atEnd`. */
  quit: () => void;
  /** One line for the shell's log. */
  onNote: (text: string) => void;
}

export class Updates {
  readonly #options: UpdatesOptions;
  readonly #path: string;
  #state: UpdateState;
  #restart = false;
  #installs = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#path = join(options.folder, "update.json");
    const kept = this.#readNotes();
    const notes = kept?.version === options.version && kept.notes !== "" ? kept : null;
    this.#state = { ready: null, waitsFor: null, notes };
    const { updater } = options;
    if (!updater) return;
    updater.autoDownload = true;
    // Not before it is known that nothing would be lost: `atEnd`.
    updater.autoInstallOnAppQuit = false;
    updater.on("update-downloaded", (info) => this.#downloaded(info));
  }

  get state(): UpdateState {
    return this.#state;
  }

  /** Looks now, and from time to time. */
  start(): void {
    if (!this.#options.updater) return;
    void this.check();
    this.#timer = setInterval(() => void this.check(), CHECK_MS);
    this.#timer.unref();
  }

  /** Looks for a newer release and fetches it. A feed that cannot be reached, or a file that is not whole, is for the log. */
  async check(): Promise<void> {
    const { updater, onNote } = this.#options;
    try {
      const found = await updater?.checkForUpdates();
      await found?.downloadPromise;
    } catch (error) {
      onNote(`update: ${(error as Error).message}`);
    }
  }

  /** Somebody wants it now: ends the app, unless something would be lost; then the state says what. */
  async install(): Promise<void> {
    if (!this.#state.ready) return;
    const waitsFor = await this.#options.unsaved();
    this.#tell({ waitsFor });
    if (waitsFor !== null) return;
    this.#restart = true;
    this.#options.quit();
  }

  /** Somebody has read what is new. */
  notesSeen(): void {
    if (!this.#state.notes) return;
    // The next one's may lie there by now.
    if (this.#readNotes()?.version === this.#options.version) rmSync(this.#path, { force: true });
    this.#tell({ notes: null });
  }

  /** The app ends, and its worker still answers. */
  async beforeEnd(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#state.ready === null) return;
    const late = sleep(PATIENCE_MS, "input" as const, { ref: false }); // a worker that hangs must not keep the app
    this.#installs = (await Promise.race([this.#options.unsaved(), late])) === null;
  }

  /** The last thing that the app does: its files are closed. */
  atEnd(): void {
    if (this.#installs) this.#options.updater?.install(true, this.#restart);
  }

  #downloaded({ version, releaseNotes }: UpdateInfo): void {
    const texts = Array.isArray(releaseNotes) ? releaseNotes.map(({ note }) => note ?? "") : [releaseNotes ?? ""];
    const notes = texts.join("\n\n").trim().slice(0, MAX_NOTES);
    try {
      writeFileSync(this.#path, JSON.stringify({ version, notes }));
    } catch (error) {
      this.#options.onNote(`update: ${(error as Error).message}`);
    }
    this.#tell({ ready: { version } });
  }

  #tell(change: Partial<UpdateState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onState(this.#state);
  }

  #readNotes(): UpdateState["notes"] {
    try {
      const { version, notes } = JSON.parse(readFileSync(this.#path, "utf8"));
      return typeof version === "string" && typeof notes === "string" ? { version, notes } : null;
    } catch {
      return null;
    }
  }
}
