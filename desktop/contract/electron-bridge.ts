/** What a shell gives to a page besides the calls to the worker: sync, files, updates. Types only. */
import type { Argument, CallName } from "./arguments.ts";
import type { Failure } from "./call-error.ts";
import type { CallReply, PullResult, SyncStatus } from "./contract.ts";

/** The functions that a shell gives to a page, as `window.electron`. */
export interface ElectronBridge {
  /** Electron, or a browser with the viewer. */
  shell: "electron" | "browser";
  call<Name extends CallName>(name: Name, argument: Argument<Name>): Promise<CallReply<Name>>;
  sync: {
    pullFromServer(): Promise<PullResult>;
    getStatus(): Promise<SyncStatus>;
    getOnlineStatus(): Promise<boolean>;
    setAuthToken(token: string): Promise<SyncStatus>;
    /** Calls the listener after each change, at most ten times a second (more often for new rows). @returns unsubscribe */
    onStatus(listener: (status: SyncStatus) => void): () => void;
  };
  /** Saves the current page as a PDF under a name that the user chooses; null in a browser, which prints itself. */
  savePdf: ((name: string) => Promise<boolean>) | null;
  /** Saves files where the user chooses; null in a browser, which downloads them. */
  files: FileBridge | null;
  /** Updates of the app; null if the app is not installed. */
  updates: UpdateBridge | null;
}

/** The page never learns or names a path: it writes what the user chose last. */
interface FileBridge {
  /** Asks the user where one file is saved. @returns false if they cancelled */
  chooseFile(name: string): Promise<boolean>;
  /** Asks the user for a folder. @returns its name; null if they cancelled */
  chooseFolder(): Promise<string | null>;
  /** Writes the chosen file, once; or one more file into the chosen folder, where nothing is overwritten. */
  write(name: string, bytes: Uint8Array): Promise<FileReply>;
}

export type FileReply = { ok: true } | { ok: false; failure: Failure };

interface UpdateBridge {
  getState(): Promise<UpdateState>;
  /** Quits the app, installs the update and starts the app again, unless `waitsFor` says why not. */
  install(): Promise<void>;
  notesSeen(): Promise<void>;
  /** @returns unsubscribe */
  onState(listener: (state: UpdateState) => void): () => void;
}

export interface UpdateState {
  /** An update that is downloaded and checked. */
  ready: { version: string } | null;
  /** Why the update was not installed on request: unsent input, or a write without a response. */
  waitsFor: "input" | "answer" | null;
  /** The notes of this release, until the user has read them. */
  notes: { version: string; notes: string } | null;
}
