/** A device that syncs with a server and proves what it syncs, for the tests of a history. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import Database from "better-sqlite3";
import { SEGMENT } from "../../events/sequence.ts";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { fillMirror } from "../sync/mirror.ts";
import { AlteredError } from "./alteration.ts";
import { HistoryProof } from "./history-proof.ts";
import { HistoryVerifier } from "./history-verifier.ts";
import { ServerClaims } from "./server-claims.ts";
import type { SigningApi } from "./signing-api.suite.ts";
import { TRUST_TABLES, TrustStore } from "./trust-store.ts";

const parent = temporaryFolder();
let folders = 0;
export const { signal } = new AbortController();
/** The events of the server; `history` has the first of them, more than a segment. */
export const long = logOf(SEGMENT + 400).map(({ body }) => body);
export const history = long.slice(0, SEGMENT + 300);
/** The same events up to `shared`, and then others. */
export const fork = (shared: number, length: number) => [
  ...history.slice(0, shared),
  ...logOf(length, 8)
    .map(({ body }) => body)
    .slice(shared),
];

/** A device with one mirror, which it fetches and proves; `generation` can be raised, as after a refetch. */
export class Device {
  readonly folder = join(parent, String(++folders));
  readonly store: TrustStore;
  nowMs = Date.UTC(2026, 10, 28, 12);
  #mirror!: SqliteLog;
  history!: HistoryVerifier;
  proof: HistoryProof;

  constructor(t: TestContext, api: SigningApi) {
    mkdirSync(this.folder);
    const db = new Database(join(this.folder, "local.sqlite"));
    db.exec(TRUST_TABLES);
    this.store = new TrustStore(db, api.logId);
    this.proof = new HistoryProof(this.store);
    this.open(1);
    t.after(() => {
      this.#mirror.closeNow();
      db.close();
    });
  }

  /** Opens a generation of the mirror, as a start does. */
  open(generation: number): void {
    this.#mirror?.closeNow();
    const path = join(this.folder, `${generation}.mirror.sqlite`);
    this.#mirror = SqliteLog.open(path, { kind: "mirror", create: true });
    this.history = new HistoryVerifier({ mirror: this.#mirror, generation, store: this.store, now: () => this.nowMs });
  }

  async sync(api: SigningApi, { isAccepted = false } = {}): Promise<number> {
    const remote = new HttpLog("http://127.0.0.1:1", { token: () => "token", log: api.logId, fetch: api.fetch });
    const claims = new ServerClaims(api.requests, { trust: this.store, events: remote, now: () => this.nowMs });
    const work = () => fillMirror(this.#mirror, remote, { tree: this.history.tree });
    return await this.proof.around(this.history, claims, work, { signal, isAccepted });
  }

  /** Changes an event in the file of the mirror. */
  edit(seq: number): void {
    const db = openDatabase(this.#mirror.name);
    const body = Buffer.from(history[seq - 1] as Uint8Array);
    body.writeUInt8((body.at(-1) as number) ^ 1, body.length - 1);
    db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(body, seq);
    db.close();
  }

  get facts() {
    return { verified: this.history.facts.verified?.seq ?? null, ...this.proof.facts };
  }
}

/** The alteration that a sync finds. */
export async function alterationOf(work: Promise<unknown>): Promise<AlteredError["alteration"]> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(error instanceof AlteredError, String(error));
  assert.equal(error.code, "ALTERED");
  return error.alteration;
}

/** One bit of an event is another. */
export function tampered(bodies: readonly Uint8Array[], seq: number): Uint8Array[] {
  const text = Buffer.from(bodies[seq - 1] as Uint8Array);
  const at = text.lastIndexOf("A client"); // one letter of a name: the event stays well-formed
  text.writeUInt8(0x42, at < 0 ? text.length - 1 : at);
  return bodies.with(seq - 1, text) as Uint8Array[];
}
