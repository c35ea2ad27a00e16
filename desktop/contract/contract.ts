/**
 * The calls that a window can make to the worker: the one contract between the renderer and both shells, Electron and the
 * browser. It contains types only, so the renderer can import it; the worker parses the arguments. Both directions are plain
 * data: objects, arrays, strings, numbers, booleans, null.
 */
import type { CommandResult } from "../../events/commands/commands.ts";
import type { CodeLists } from "../../events/einvoice/words/code-words.ts";
import type { LogId } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { ActivityRow } from "../../projector/queries/activity.ts";
import type { ClientWithBalances } from "../../projector/queries/clients.ts";
import type { Page } from "../../projector/queries/list.ts";
import type { ReadAnswer, ReadName } from "../../projector/queries/reads/reads.ts";
import type { OrganizationWithSeries } from "../../projector/queries/small-lists.ts";
import type { Row } from "../../projector/tables/tables.ts";
import type { Piece } from "../../projector/text/event-words.ts";
import type { CallName } from "./arguments.ts";
import type { Failure } from "./call-error.ts";
import type { DocumentFileAnswer, PaperFileAnswer } from "./paper-file.ts";
import type { Proof, TrustedKey } from "./proof.ts";

/** Reads whose answer for a window differs from the projector's. */
export interface PresentedReads {
  getOrganization: OrganizationRow | null;
  /** `since`: the day of its registration, in the organization's time zone. */
  getClient: (ClientWithBalances & { since: string }) | null;
  listInvoices: Page<InvoiceRow>;
  getInvoiceRows: InvoiceRow[];
  getInvoiceHistory: ActivityWords[];
  getPaymentHistory: ActivityWords[];
  exportInvoices: CsvPart;
  /** CSV; null if there is no such client. */
  exportStatement: string | null;
  /** CSV. */
  exportAgedBalances: string;
  exportOpenItems: CsvPart;
  exportVatReport: string;
  exportSalesList: string;
  listPayments: Page<PaymentRow>;
  exportPayments: CsvPart;
  listRefunds: Page<RefundRow>;
  exportRefunds: CsvPart;
  exportNumberGaps: CsvPart;
  listActivity: Page<ActivityWords>;
  exportActivity: CsvPart;
  listFigurePostings: Page<FigurePosting>;
  exportFigurePostings: CsvPart;
  exportChanges: CsvPart;
  listVersions: Page<RecordVersion>;
  getEvent: EventDetail | null;
}

/** All other reads: the projector's answer, or null if there is no such thing. */
type PlainReads = {
  [Name in Exclude<ReadName, keyof PresentedReads>]:
    | Exclude<ReadAnswer<Name>, undefined>
    | (undefined extends ReadAnswer<Name> ? null : never);
};

/** The answer to each call. */
export interface Answers extends PlainReads, PresentedReads {
  // The old contract of sync, in `window.electron.sync`.
  pullFromServer: PullResult;
  getStatus: SyncStatus;
  getOnlineStatus: boolean;
  setAuthToken: SyncStatus;
  // The server and the login.
  setServer: SyncStatus;
  login: SyncStatus;
  logout: SyncStatus;
  getSignUp: boolean;
  createOrganization: SyncStatus;
  acceptInvitation: SyncStatus;
  newLink: OneTimeLink;
  changePassword: null;
  pullAfresh: SyncStatus;
  // Writing: the server decides, and nothing is written twice. Input is stored until it is sent.
  write: WriteResult;
  writeAgain: WriteResult;
  keepInput: null;
  getInput: StoredInput | null;
  listInputs: InputLabel[];
  forgetInput: null;
  // The same for all organizations.
  getCodeLists: CodeLists;
  // This device.
  getSettings: Settings;
  setSettings: Settings;
  getEncryption: Encryption;
  setEncryption: Encryption;
  getDiagnostics: Diagnostics;
  exportDiagnostics: { name: string; text: string };
  exportEvidence: { name: string; text: string };
  documentFile: DocumentFileAnswer;
  /** Null if there is no such client. */
  statementFile: PaperFileAnswer | null;
  getEventProof: EventProofAnswer;
  trustKey: SyncStatus;
  rebuildCache: SyncStatus;
}

/** The reply to a call, as it crosses the channel: plain data, also after a failure. */
export type CallReply<Name extends CallName> = { ok: true; value: Answers[Name] } | { ok: false; failure: Failure };

export interface PullResult {
  /** Events that were new to the mirror. */
  events: number;
  seq: Sequence;
}

/** Whether the files on this device are encrypted. */
export interface Encryption {
  /** False if this shell cannot store a key: encryption is off then. */
  available: boolean;
  on: boolean;
  /** Names of files that could not be converted, because they are unreadable or the disk is full. */
  left: readonly string[];
}

/** What the user has to do before sync can continue; null: nothing. */
export type Needs = "server" | "login" | "update" | "agreement" | "altered" | "key" | "behind" | null;

export interface SyncStatus {
  /** True once there is a readable cache. */
  initialized: boolean;
  lastSync: { at: string; seq: Sequence; events: number; durationMs: number; error: string | null } | null;
  isOnline: boolean;
  phase: "idle" | "pulling" | "building";
  progress: Progress | null;
  needs: Needs;
  proof: Proof;
  error: Failure | null;
  /** The server's address. */
  server: string | null;
  log: LogId | null;
  user: { id: number; email: string; name: string; role: string } | null;
  /** The server's head, as last reported. */
  head: Sequence;
  /** The last sequence in the cache, and so on the screens. */
  checkpoint: Sequence;
  /** The time of the next try after a failure, ms since 1970 UTC. */
  nextTryAt: number | null;
  /** How far this device's clock is ahead of the server's, ms; negative: behind. Null: they agree, or it is not known. */
  clockAheadMs: number | null;
}

export interface Progress {
  seq: Sequence;
  /** Null if it is not known yet. */
  head: Sequence | null;
  /** Events a second, since the phase began. */
  rate: number;
  /** Null if it cannot be estimated. */
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
  | "rounding_minor"
  | "paid_minor"
  | "cancelled_by_id"
  | "written_off_minor"
  | "refunded_minor"
  | "format"
  | "version"
>;

export type InvoiceDetail = Exclude<ReadAnswer<"getInvoice">, undefined>;

/** The fields that name another document. */
export type InvoiceLink = InvoiceDetail["settles"][number];

export type PaymentRow = Row<"payment"> & { client_name: string };

export type RefundRow = Row<"refund"> & { client_name: string };

/** An event, described in words. The page writes amounts and dates in the user's locale. */
export type ActivityWords = Pick<ActivityRow, "seq" | "at" | "actor_name" | "type" | "stream_kind" | "stream"> & {
  /** The sequence, for lists. */
  id: Sequence;
  /** What the stream is called now. */
  name: string;
  words: readonly Piece[];
};

/** A posting that is a part of a figure, with the event that recorded it in words. */
export type FigurePosting = ReadAnswer<"listFigurePostings">["rows"][number] & { words: readonly Piece[] };

/** A version of a record, with the event that made it in words. */
export type RecordVersion = ReadAnswer<"listVersions">["rows"][number] & {
  words: readonly Piece[];
  /** The names of the records that its values refer to, by id. */
  names: Readonly<Record<number, string>>;
};

export type FigureMember = ReadAnswer<"listFigureMembers">["rows"][number];

/** One event: what was recorded, and what it changed. */
export interface EventDetail extends Omit<NonNullable<ReadAnswer<"getEvent">>, "event"> {
  event: ActivityWords;
  event_id: string;
  /** Its number in its stream. */
  version: number;
  /** Of its document, payment or refund; null: it has none. */
  currency: string | null;
  /** What the event's bytes say; null if this device does not have them. */
  recorded: {
    schema: number;
    newest_schema: number;
    bytes: number;
    /** Hex. */
    hash: string;
    /** The fields, named, in the schema in which they were written; null: a newer release wrote them. */
    data: object | null;
    /** The names of the records that fields refer to, by the path of the field. */
    names: Readonly<Record<string, string>>;
  } | null;
}

/** That an event is in the history that the server signed. */
export interface EventProofAnswer {
  /** `proven`: verified now. `unsigned`: the server signs nothing. `later`: not signed yet, or not verified yet. */
  state: "proven" | "unsigned" | "later";
  /** How many events were signed, and when; null: not proven, or the signature does not say. */
  size: Sequence | null;
  signedAt: number | null;
  /** The hashes that lead from the event to what is signed. */
  hashes: number | null;
  /** The proof as a file that is verified offline: C2SP tlog-proof. */
  text: string | null;
}

export type OrganizationRow = Omit<OrganizationWithSeries, "logo"> & {
  /** A data URL for an image; null: there is no logo. */
  logo: string | null;
  /** The current day in the organization's time zone, YYYY-MM-DD. */
  today: string;
};

/** Lets a user set a password once. Shown to the owner who created it, and stored nowhere. */
export interface OneTimeLink {
  invitation: string;
  /** ISO time. */
  expiresAt: string;
}

/** The result of a command. The one that adds a user also has the one-time link. */
export type WriteResult = CommandResult & Partial<OneTimeLink>;

/** The unsent input of a form. */
export interface StoredInput extends InputLabel {
  /** The form's content, in the form's own JSON. */
  text: string;
}

export interface InputLabel {
  form: string;
  /** The time of the last change, ms since 1970 UTC. */
  at: number;
  /**
   * True if it was sent and got no response. `writeAgain` finds out whether it was written, and never writes it twice.
   * Until then it must not be changed.
   */
  sending: boolean;
  /** True if it was typed on a history that the server no longer has: the user should check it before sending it. */
  copy: boolean;
}

export interface CsvPart {
  csv: string;
  /** The cursor of the next part; null at the end. */
  next: string | null;
  /** Rows in this part. */
  rows: number;
}

export interface Settings {
  theme: "system" | "light" | "dark";
  /** BCP 47; null: the system's locale. */
  locale: string | null;
}

export interface Diagnostics {
  versions: Record<string, string>;
  files: { name: string; bytes: number }[];
  folder: string;
  status: SyncStatus;
  mirror: { generation: number; head: Sequence } | null;
  /** The digest of the cache; null without a cache, or if it was not requested: it reads the whole cache. */
  digest: string | null;
  syncs: { at: number; seq: Sequence; events: number; durationMs: number; error: string | null }[];
  /** The server's keys that this device has trusted, the latest first, and how many signed checkpoints it keeps. */
  evidence: { keys: (Omit<TrustedKey, "fingerprint"> & { fingerprint: string | null })[]; checkpoints: number };
}
