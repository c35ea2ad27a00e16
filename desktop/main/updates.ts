/**
 * Updates: electron-updater finds, downloads and checks a newer release. It is installed when the app quits, but not while
 * there is unsent input. The new release shows its notes once.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { UpdateInfo } from "electron-updater";
import type { UpdateState } from "../contract/electron-bridge.ts";

/** Between two checks of the feed, ms. */
const CHECK_MS = 4 * 60 * 60_000;
/** How long a quit waits for the worker to say what would be lost, ms. */
const PATIENCE_MS = 5_000;
/** The longest stored notes, UTF-16 code units. */
const MAX_NOTES = 20_000;

/** The part of electron-updater's `NsisUpdater` that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<{ downloadPromise?: Promise<unknown> | null } | null>;
  on(event: "update-downloaded", listener: (info: UpdateInfo) => void): unknown;
  /** Starts the installer, which waits until the app has exited. @returns false if it could not start */
  install(isSilent: boolean, isForceRunAfter: boolean): boolean;
}

interface UpdatesOptions {
  /** Null: this build has no feed. */
  updater: Updater | null;
  /** The folder for the notes of the next release. */
  folder: string;
  /** The version of this app. */
  version: string;
  /** What a quit would lose: unsent input, or a write without a response. Null: nothing. */
  unsaved: () => Promise<UpdateState["waitsFor"]>;
  onState: (state: UpdateState) => void;
  /** Quits the app, which then calls `prepareQuit` and `finishQuit`. */
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
    const stored = this.#readNotes();
    const notes = stored?.version === options.version && stored.notes !== "" ? stored : null;
    this.#state = { ready: null, waitsFor: null, notes };
    const { updater } = options;
    if (!updater) return;
    updater.autoDownload = true;
    // `finishQuit` installs, once it is known that nothing would be lost.
    updater.autoInstallOnAppQuit = false;
    updater.on("update-downloaded", (info) => this.#downloaded(info));
  }

  get state(): UpdateState {
    return this.#state;
  }

  /** Checks now, and regularly. */
  start(): void {
    if (!this.#options.updater) return;
    void this.check();
    this.#timer = setInterval(() => void this.check(), CHECK_MS);
    this.#timer.unref();
  }

  /** Checks for a newer release and downloads it. Failures go to the log. */
  async check(): Promise<void> {
    const { updater, onNote } = this.#options;
    try {
      const result = await updater?.checkForUpdates();
      await result?.downloadPromise;
    } catch (error) {
      onNote(`update: ${(error as Error).message}`);
    }
  }

  /** Quits the app to install the update now. If something would be lost, the app stays open, and the state says why. */
  async install(): Promise<void> {
    if (!this.#state.ready) return;
    const waitsFor = await this.#options.unsaved();
    this.#update({ waitsFor });
    if (waitsFor !== null) return;
    this.#restart = true;
    this.#options.quit();
  }

  /** Call when the user has read the notes. */
  notesSeen(): void {
    if (!this.#state.notes) return;
    // The file may contain the notes of the next release by now.
    if (this.#readNotes()?.version === this.#options.version) rmSync(this.#path, { force: true });
    this.#update({ notes: null });
  }

  /** Call when the app quits, while the worker still answers. */
  async prepareQuit(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#state.ready === null) return;
    const late = sleep(PATIENCE_MS, "input" as const, { ref: false }); // a hanging worker must not block the quit
    this.#installs = (await Promise.race([this.#options.unsaved(), late])) === null;
  }

  /** Call last, after all files are closed. */
  finishQuit(): void {
    if (this.#installs) this.#options.updater?.install(true, this.#restart);
  }

  #downloaded({ version, releaseNotes }: UpdateInfo): void {
    const texts = Array.isArray(releaseNotes) ? releaseNotes.map(({ note }) => note ?? "") : [releaseNotes ?? ""];
    const notes = texts.join("\n\n").trim().slice(0, MAX_NOTES);
    try {
      writeFileSync(this.#path, JSON.stringify({ version, notes }), { mode: 0o600 });
    } catch (error) {
      this.#options.onNote(`update: ${(error as Error).message}`);
    }
    this.#update({ ready: { version } });
  }

  #update(change: Partial<UpdateState>): void {
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
