/**
 * The files that documents of one log were delivered as. The server keeps them. This device fetches a file when it is needed,
 * and keeps those that were used last in a file of its own, beside the cache and with the same key. Nothing is returned unless
 * its SHA-256 is the one that the log names.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { AlteredBlobError, blobText } from "../../../events/blobs/blob-store.ts";
import { ConnectionError, LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import { HttpBlobs } from "../../../events/sources/http/http-blobs.ts";
import { SqliteBlobs } from "../../../events/sources/sqlite/sqlite-blobs.ts";
import { removeCacheFile } from "../../../projector/cache/durable-files.ts";
import { CallError } from "../../contract/call-error.ts";
import type { InsteadOfDelivered } from "../../contract/paper-file.ts";
import { DELIVERED_FILE, deliveredFileName } from "../files/file-names.ts";
import type { ServerSession } from "../server/server-session.ts";

/** The most bytes of files on this device: some thousand invoices. */
const MAX_BYTES = 256 * 1024 * 1024;
/** The time without a byte after which the server counts as not reached, ms: somebody is waiting. */
const SILENCE_MS = 10_000;
/** The time for a file while there seems to be no connection, ms. */
const OFFLINE_MS = 2_000;

/** A file, or why it cannot be had now. */
export type Delivered = { bytes: Uint8Array } | { absent: InsteadOfDelivered };

export interface DeliveredFilesOptions {
  folder: string;
  log: LogId;
  /** The session with the server; null: no server is set. */
  session: () => ServerSession | null;
  isOnline: () => boolean;
  fetch?: typeof fetch | undefined;
  /** The most bytes on this device. */
  maxBytes?: number;
}

export class DeliveredFiles {
  readonly #options: DeliveredFilesOptions;
  readonly #path: string;
  readonly #closing = new AbortController();
  /** Opened when it is needed: most devices never show an old file. */
  #store: SqliteBlobs | null = null;
  readonly #fetching = new Map<string, Promise<Delivered>>();

  constructor(options: DeliveredFilesOptions) {
    this.#options = options;
    this.#path = join(options.folder, deliveredFileName(options.log));
    this.#removeOthers();
  }

  /**
   * The file with a SHA-256. Several callers share one request.
   *
   * @throws CallError NO_DATA if the user logs out in the meantime
   */
  async get(name: Uint8Array): Promise<Delivered> {
    const here = this.#read(name);
    if (here) return { bytes: here };
    const key = blobText(name);
    const running = this.#fetching.get(key) ?? this.#fetch(name).finally(() => this.#fetching.delete(key));
    this.#fetching.set(key, running);
    return await running;
  }

  /** Keeps a file on this device. A full or damaged disk is no reason not to show it. */
  keep(bytes: Uint8Array): void {
    if (this.#closing.signal.aborted) return;
    this.#withStore((store) => {
      store.putNow(bytes);
      store.evict(this.#options.maxBytes ?? MAX_BYTES);
    });
  }

  /** Requests that are under way fail. */
  close(): void {
    this.#closing.abort();
    this.#store?.closeNow();
    this.#store = null;
  }

  #read(name: Uint8Array): Uint8Array | null {
    return this.#withStore((store) => {
      try {
        const bytes = store.getNow(name);
        if (bytes) store.touch(name);
        return bytes;
      } catch (error) {
        if (error instanceof AlteredBlobError) store.removeNow(name, 0); // the server's copy takes its place
        throw error;
      }
    });
  }

  async #fetch(name: Uint8Array): Promise<Delivered> {
    const { log, fetch, isOnline } = this.#options;
    const session = this.#options.session();
    if (!session?.isOpen) return { absent: ON_SERVER.login };
    const token = async (refused?: string) => await (refused === undefined ? session.token() : session.renew());
    const server = new HttpBlobs(session.server, { token, log, silenceMs: SILENCE_MS, ...(fetch && { fetch }) });
    const limit = isOnline() ? [] : [AbortSignal.timeout(OFFLINE_MS)];
    const signal = AbortSignal.any([this.#closing.signal, ...limit]);
    const found = await server
      .get(name, signal)
      .then((bytes) => (bytes ? { bytes } : { absent: MISSING }))
      .catch((error: unknown) => ({ absent: absenceOf(error, signal) }));
    if (this.#closing.signal.aborted) throw new CallError("NO_DATA", "nobody is logged in");
    if ("bytes" in found) this.keep(found.bytes);
    return found;
  }

  /** @returns null if the store cannot do it: it holds copies only, so one that is damaged is replaced, and a full disk waits */
  #withStore<T>(work: (store: SqliteBlobs) => T): T | null {
    try {
      this.#store ??= new SqliteBlobs(this.#path);
      return work(this.#store);
    } catch (error) {
      const code = error instanceof LogError ? error.code : null;
      if (code === null && !(error instanceof Database.SqliteError)) throw error;
      const isDamaged = code === "DAMAGED" || code === "NOT_A_LOG";
      if (isDamaged && !(error instanceof AlteredBlobError)) this.#startAgain();
      return null;
    }
  }

  #startAgain(): void {
    this.#store?.closeNow();
    this.#store = null;
    removeFile(this.#path);
  }

  /** Like the cache, this folder has the files of one log only: those of the log that is open. */
  #removeOthers(): void {
    const { folder } = this.#options;
    for (const name of readdirSync(folder))
      if (DELIVERED_FILE.test(name) && join(folder, name) !== this.#path) removeFile(join(folder, name));
  }
}

/** Windows does not remove a file that another program reads: the next start does. */
function removeFile(path: string): void {
  try {
    removeCacheFile(path);
  } catch {}
}

const KEPT = "The file that was delivered is kept on the server, and not on this device";
const ON_SERVER = {
  offline: { code: "KEPT_ON_SERVER", message: `${KEPT}. The server cannot be reached now.` },
  login: { code: "KEPT_ON_SERVER", message: `${KEPT}. Log in to get it.` },
} as const satisfies Record<string, InsteadOfDelivered>;

const RESTORE = "Tell whoever runs the server: they can restore it from a backup.";
const MISSING: InsteadOfDelivered = {
  code: "FILE_MISSING",
  message: `The server no longer has the file that was delivered. ${RESTORE}`,
};
const ALTERED: InsteadOfDelivered = {
  code: "FILE_ALTERED",
  message: `The server’s copy of the file that was delivered has been changed, so it is not shown. ${RESTORE}`,
};

function absenceOf(error: unknown, signal: AbortSignal): InsteadOfDelivered {
  if (signal.aborted || error instanceof ConnectionError) return ON_SERVER.offline;
  if (!(error instanceof LogError)) throw error;
  if (error.code === "DAMAGED") return ALTERED;
  return error.code === "UNAUTHORIZED" ? ON_SERVER.login : ON_SERVER.offline;
}
