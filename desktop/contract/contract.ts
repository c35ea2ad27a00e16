/**
 * What a window can ask of the worker: the one contract between the renderer and both shells, Electron's and the browser's.
 * Types only, so that the renderer can import it; the worker parses what comes in. Plain data both ways: objects,
 * arrays, strings, numbers, booleans, null.
 */
import type { CommandResult } from "../../events/commands/commands.ts";
import type { LogId } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { ActivityRow } from "../../projector/queries/activity.ts";
import type { Page } from "../../projector/queries/list.ts";
import type { ReadAnswer, ReadName } from "../../projector/queries/reads.ts";
import type { OrganizationWithSeries } from "../../projector/queries/small-lists.ts";
import type { Row } from "../../projector/tables/tables.ts";
import type { Argument, CallName } from "./arguments.ts";
import type { Failure } from "./call-error.ts";

/** Reads whose answer a window gets in another form than the projector gives it. */
export interface PresentedReads {
  getOrganization: OrganizationRow | null;
  listInvoices: Page<InvoiceRow>;
  getInvoiceRows: InvoiceRow[];
  getInvoiceHistory: ActivityWords[];
  exportInvoices: CsvPart;
  listPayments: Page<PaymentRow>;
  listActivity: Page<ActivityWords>;
}

/** The others: the projector's own answer, or null if what was named does not exist. */
type PlainReads = {
  [Name in Exclude<ReadName, keyof PresentedReads>]:
    | Exclude<ReadAnswer<Name>, undefined>
    | (undefined extends ReadAnswer<Name> ? null : never);
};

/** What each call answers. */
export interface Answers extends PlainReads, PresentedReads {
  // The old contract of sync, as `window.electron.sync` has it.
  pullFromServer: PullResult;
  getStatus: SyncStatus;
  getOnlineStatus: boolean;
  setAuthToken: SyncStatus;
  // Who is at the desk, and where the server is.
  setServer: SyncStatus;
  login: SyncStatus;
  logout: SyncStatus;
  getSignUp: boolean;
  createOrganization: SyncStatus;
  acceptInvitation: SyncStatus;
  newLink: OneTimeLink;
  changePassword: null;
  pullAfresh: SyncStatus;
  // Writing: the server decides, and nothing is written twice. What is typed is kept until it is sent.
  write: Answered;
  writeAgain: Answered;
  keepInput: null;
  getInput: KeptInput | null;
  listInputs: InputLabel[];
  forgetInput: null;
  // This device.
  getSettings: Settings;
  setSettings: Settings;
  getEncryption: Encryption;
  setEncryption: Encryption;
  getDiagnostics: Diagnostics;
  exportDiagnostics: { name: string; text: string };
  rebuildCache: SyncStatus;
}

/** What comes back over the channel: plain data, also when it failed. */
export type Answer<Name extends CallName> = { ok: true; value: Answers[Name] } | { ok: false; failure: Failure };

/** What the shell gives to a page, as `window.electron`. */
export interface ElectronBridge {
  /** Electron, or a browser at the viewer. */
  shell: "electron" | "browser";
  call<Name extends CallName>(name: Name, argument: Argument<Name>): Promise<Answer<Name>>;
  sync: {
    pullFromServer(): Promise<PullResult>;
    getStatus(): Promise<SyncStatus>;
    getOnlineStatus(): Promise<boolean>;
    setAuthToken(token: string): Promise<SyncStatus>;
    /** Told at each change, at most some times a second. @returns what ends it */
    onStatus(listener: (status: SyncStatus) => void): () => void;
  };
  /** Writes the page that is shown to a PDF that the user names; null where the browser's own printing does it. */
  savePdf: ((name: string) => Promise<boolean>) | null;
  /** Newer releases of the program; null where it is not installed. */
  updates: UpdateBridge | null;
}

export interface UpdateBridge {
  getState(): Promise<UpdateState>;
  /** Ends the program, installs what is ready and starts it again, unless `waitsFor` says why not. */
  install(): Promise<void>;
  notesSeen(): Promise<void>;
  /** @returns what ends it */
  onState(listener: (state: UpdateState) => void): () => void;
}

export interface UpdateState {
  /** A newer release that is here and whole. */
  ready: { version: string } | null;
  /** Why it was not installed when somebody wanted it: input that is not sent, or a command without its answer. */
  waitsFor: "input" | "answer" | null;
  /** What is new in this release, until somebody has read it. */
  notes: { version: string; notes: string } | null;
}

export interface PullResult {
  /** Events that were new here. */
  events: number;
  seq: Sequence;
}

/** Whether the files on this device are encrypted. */
export interface Encryption {
  /** False: this shell has nowhere safe to keep a key, so it is off. */
  available: boolean;
  on: boolean;
  /** Names of files that are not as wanted: nobody could read them, or there was no room. */
  left: readonly string[];
}

/** What somebody has to do before sync can go on; null: nothing. */
export type Needs = "server" | "login" | "update" | "agreement" | null;

export interface SyncStatus {
  /** True once there is a cache that can be read. */
  initialized: boolean;
  lastSync: { at: string; seq: Sequence; events: number; durationMs: number; error: string | null } | null;
  isOnline: boolean;
  phase: "idle" | "pulling" | "building";
  progress: Progress | null;
  needs: Needs;
  error: Failure | null;
  /** The server's address. */
  server: string | null;
  log: LogId | null;
  user: { id: number; email: string; name: string; role: string } | null;
  /** The server's head, as far as it is known. */
  head: Sequence;
  /** How far what is shown goes. */
  checkpoint: Sequence;
  /** When the next try is, after a failure: ms since 1970 UTC. */
  nextTryAt: number | null;
}

export interface Progress {
  seq: Sequence;
  /** Null where it is not known yet. */
  head: Sequence | null;
  /** Events a second, since it began. */
  rate: number;
  /** Null where it cannot be told. */
  secondsLeft: number | null;
}

export type InvoiceRow = Pick<
  Row<"invoice">,
  | "id"
  | "number"
  | "kind"
  | "status"
  | "client_id"
  | "buyer_name"
  | "currency"
  | "issued_on"
  | "due_on"
  | "gross_minor"
  | "prepaid_minor"
  | "paid_minor"
  | "version"
>;

export type InvoiceDetail = Exclude<ReadAnswer<"getInvoice">, undefined>;

/** What it takes to name another document. */
export type InvoiceLink = InvoiceDetail["settles"][number];

export type PaymentRow = Row<"payment"> & { client_name: string };

/** An event, with what it says in words. */
export type ActivityWords = Pick<ActivityRow, "seq" | "at" | "actor_name" | "type" | "stream_kind" | "stream"> & {
  words: string;
};

export type OrganizationRow = Omit<OrganizationWithSeries, "logo"> & {
  /** As an address that an image takes; null: it has none. */
  logo: string | null;
  /** The day it is there now, YYYY-MM-DD. */
  today: string;
};

/** With which somebody chooses a password, once: shown to who made it, and kept nowhere. */
export interface OneTimeLink {
  invitation: string;
  /** ISO time. */
  expiresAt: string;
}

/** The answer to a command; to the one that adds a user with their link. */
export type Answered = CommandResult & Partial<OneTimeLink>;

/** What was typed into a form and is not sent yet. */
export interface KeptInput extends InputLabel {
  /** The form's own JSON. */
  text: string;
}

export interface InputLabel {
  form: string;
  /** When it was typed last, ms since 1970 UTC. */
  at: number;
  /**
   * It was sent, and nobody knows whether it arrived: `writeAgain` finds out, without writing it twice. Until then it
   * must not be changed.
   */
  sending: boolean;
  /** It was typed on a history that the server has no more: it is a copy, to be looked through before it is sent. */
  copy: boolean;
}

export interface CsvPart {
  csv: string;
  /** Where to go on; null at the end. */
  next: string | null;
  /** Invoices in this part. */
  rows: number;
}

export interface Settings {
  theme: "system" | "light" | "dark";
  /** BCP 47; null: the system's. */
  locale: string | null;
}

export interface Diagnostics {
  versions: Record<string, string>;
  files: { name: string; bytes: number }[];
  folder: string;
  status: SyncStatus;
  mirror: { generation: number; head: Sequence } | null;
  /** Of the cache; null while there is none, and where it was not asked for: it reads the whole cache. */
  digest: string | null;
  syncs: { at: number; seq: Sequence; events: number; durationMs: number; error: string | null }[];
}
