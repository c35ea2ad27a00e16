/** Proves a mirror of `invoify sync` with what the server signed. What is known is kept in a file beside the mirror. */
import { dirname, join } from "node:path";
import { LogError } from "../../events/errors.ts";
import type { LogId } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { ProofRequests } from "../../events/sources/http/proof-requests.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { countText, instantText } from "../text/figures.ts";
import type { Restore } from "../trust/claim.ts";
import { HistoryProof } from "../trust/history-proof.ts";
import { HistoryVerifier } from "../trust/history-verifier.ts";
import { ServerClaims } from "../trust/server-claims.ts";
import { TRUST_TABLES, TrustStore } from "../trust/trust-store.ts";
import { shownOf } from "../verify/named-keys.ts";

/** `Invp`: the application id in SQLite's header. */
const APPLICATION_ID = 0x496e7670;
/** Raised when `TRUST_TABLES` changes. */
const FORMAT = 1;

/** A mirror is hashed again after this time, ms. */
const REHASH_MS = 24 * 3_600_000;

/** How the server is asked, and what the user has decided. */
export interface Proving {
  /** The API's address. */
  base: string;
  /** The token of each request. */
  token: (refused?: string) => Promise<string | null>;
  /** The fingerprint of a new key that the user trusts; null: none. */
  trustKey: string | null;
  /** Receives what the user has to know, although nothing failed. */
  note: (text: string) => void;
}

interface ProvenMirrorOptions extends Proving {
  mirror: SqliteLog;
  /** Of the mirror. */
  generation: number;
  log: LogId;
  /** The user accepts the server's history as it is now. */
  isAccepted: boolean;
}

export class ProvenMirror {
  readonly history: HistoryVerifier;
  readonly #options: ProvenMirrorOptions;
  readonly #proof: HistoryProof;
  readonly #claims: ServerClaims;
  readonly #close: () => void;
  #isAccepted: boolean;
  readonly #news = new Set<string>();

  /** @throws LogError NOT_A_LOG if the file with the evidence is another one */
  constructor(options: ProvenMirrorOptions) {
    const { mirror, generation, log, base, token, isAccepted } = options;
    this.#options = options;
    const db = openEvidence(join(dirname(mirror.name), evidenceFileName(log)));
    this.#close = () => db.close();
    const trust = new TrustStore(db, log);
    this.history = new HistoryVerifier({ mirror, generation, store: trust });
    // If the mirror before was edited on this computer, that says nothing about the server: its history is not accepted.
    this.#isAccepted = isAccepted && trust.facts(generation - 1).altered?.kind !== "device";
    this.#proof = new HistoryProof(trust);
    const events = new HttpLog(base, { token, log });
    this.#claims = new ServerClaims(new ProofRequests(base, { token, log }), {
      ...{ trust, events },
      onKeyChanges: (chain) => {
        for (const { old, next, at } of chain) this.#tell(keyNews(shownOf(old), shownOf(next), at));
      },
      onRestores: (restores) => {
        for (const restore of restores) this.#tell(restoreNews(restore));
      },
    });
  }

  /** What the server has signed about itself since the last sync, in words: each once. */
  get news(): readonly string[] {
    return [...this.#news];
  }

  #tell(text: string): void {
    if (this.#news.has(text)) return;
    this.#news.add(text);
    this.#options.note(`${this.#claims.name}: ${text}`);
  }

  /** The last event that is verified; null: none, or the server signs nothing. */
  get verified(): Sequence | null {
    return this.#proof.facts.state === "signed" ? (this.history.facts.verified?.seq ?? null) : null;
  }

  /**
   * Does work that brings the mirror to the server's head, and proves what it brought.
   * @throws as `HistoryProof.around`
   */
  async around<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const prove = () => this.#proof.around(this.history, this.#claims, work, { signal, isAccepted: this.#isAccepted });
    try {
      return await this.#once(prove);
    } catch (error) {
      const { trustKey } = this.#options;
      const isTrusted = error instanceof LogError && error.code === "KEY_CHANGED" && trustKey !== null;
      if (!isTrusted || !this.#proof.trustOffered(trustKey === "none" ? null : trustKey)) throw error;
      return await this.#once(prove);
    }
  }

  async #once<Result>(prove: () => Promise<Result>): Promise<Result> {
    const result = await prove();
    this.#isAccepted = false; // what follows has to extend it
    return result;
  }

  /**
   * Hashes the mirror again if a cache is to be made of it, and else once a day: a mirror that was edited after it was
   * verified is found.
   *
   * @throws AlteredError if it is not what it was
   */
  async rehash({ isRebuilt, signal }: { isRebuilt: boolean; signal: AbortSignal }): Promise<void> {
    const { verified, rehashed } = this.history.facts;
    if (verified === null) return;
    if (!isRebuilt && rehashed !== null && Math.abs(Date.now() - rehashed.at) < REHASH_MS) return;
    await this.history.catchUp(signal);
    await this.history.rehash(signal);
  }

  close(): void {
    this.#close();
  }
}

function keyNews(from: string, to: string, at: number): string {
  return `its key was replaced on ${instantText(at * 1000)}: the key ${from} named ${to} as the next one, which is trusted now`;
}

function restoreNews({ generation, size, at, before }: Restore): string {
  const lost =
    before === null
      ? `what it had after event ${countText(size)} is lost`
      : before > size
        ? `events ${countText(size + 1)} to ${countText(before)} of before are lost`
        : "nothing that was signed is lost";
  return `the log was restored from a backup on ${instantText(at)}: ${lost}, and generation ${generation} begins`;
}

/** The file with the keys and signed checkpoints of a log. */
function evidenceFileName(log: LogId): string {
  return `${log}.evidence.sqlite`;
}

function openEvidence(path: string) {
  const db = openDatabase(path);
  try {
    db.pragma("busy_timeout = 10000");
    db.pragma("journal_mode = WAL");
    db.transaction(() => {
      if (db.pragma("user_version", { simple: true }) !== 0) return;
      db.exec(TRUST_TABLES);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${FORMAT}`);
    }).immediate();
    const found = ["application_id", "user_version"].map((name) => db.pragma(name, { simple: true }));
    if (found[0] === APPLICATION_ID && found[1] === FORMAT) return db;
    throw new LogError("NOT_A_LOG", `${path}: is not a file with evidence of this release`);
  } catch (error) {
    db.close();
    throw error;
  }
}
