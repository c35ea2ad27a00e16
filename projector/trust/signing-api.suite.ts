/** An API without a server that signs its history, and can lie in every way that tests need. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { decodeHeader } from "../../events/encoding/event.ts";
import { eventHash } from "../../events/hash.ts";
import { mlDsaSigner } from "../../events/proofs/cosignature.ts";
import { tilesOf } from "../../events/proofs/growing-tree.ts";
import { ed25519Signer, type Signer } from "../../events/proofs/note.ts";
import { signTreeHead } from "../../events/proofs/signed-checkpoint.ts";
import { SERVER_KEY_NAME, signFork, signSuccessor } from "../../events/proofs/successor.ts";
import { parseTilePath, readTile } from "../../events/proofs/tiles.ts";
import { rootOf } from "../../events/proofs/tree.ts";
import { originOf } from "../../events/proofs/tree-head.ts";
import {
  ED25519,
  fingerprintOf,
  formatVerifierKey,
  ML_DSA_44_COSIGNATURE,
  type PublicKey,
  publicKeyOf,
  verifierKey,
} from "../../events/proofs/verifier-key.ts";
import { LOG_HEADERS } from "../../events/sources/http/events-request.ts";
import { ProofRequests } from "../../events/sources/http/proof-requests.ts";
import { uuidText } from "../../events/uuid.ts";
import { EventsApi } from "../../fixtures/data/events-api.ts";
import { problemResponse } from "../../fixtures/data/problem-response.ts";

/** A server's keys. */
export interface SigningKeys {
  ed25519: KeyObject;
  mlDsa44: KeyObject;
}

export function newKeys(): SigningKeys {
  return {
    ed25519: generateKeyPairSync("ed25519").privateKey,
    mlDsa44: generateKeyPairSync("ml-dsa-44" as "ed25519").privateKey,
  };
}

export function publicKeysOf({ ed25519, mlDsa44 }: SigningKeys): PublicKey[] {
  return [publicKeyOf(ED25519, createPublicKey(ed25519)), publicKeyOf(ML_DSA_44_COSIGNATURE, createPublicKey(mlDsa44))];
}

export function fingerprintOfKeys(keys: SigningKeys): string {
  return fingerprintOf(publicKeysOf(keys)[0] as PublicKey);
}

/** `GET /api/events` and `GET /api/log/…`. */
export class SigningApi {
  readonly events: EventsApi;
  readonly logId: string;
  keys: SigningKeys | null = newKeys();
  generation = 1;
  /** The events that are signed; null: those that are served. */
  signed: readonly Uint8Array[] | null = null;
  /** Changes the signed checkpoint on its way. */
  onCheckpoint: (note: string) => string = (note) => note;
  /** Changes the events on their way. */
  onEvents: ((bodies: readonly Uint8Array[]) => readonly Uint8Array[]) | null = null;
  readonly successors: string[] = [];
  readonly forks: string[] = [];
  /** False: an old release, which has no such routes. */
  hasRoutes = true;
  /** The code of a 503 in place of a checkpoint; null: none. */
  trouble: string | null = null;
  /** The event that the server says is altered. */
  troubleEvent: number | null = null;
  /** Requests that get no answer. */
  hidden: (path: string) => boolean = () => false;
  nowMs = Date.UTC(2026, 10, 28, 12);

  constructor(bodies: readonly Uint8Array[]) {
    this.events = new EventsApi(bodies);
    this.logId = uuidText(decodeHeader(bodies[0] as Uint8Array).id);
  }

  get bodies(): readonly Uint8Array[] {
    return this.events.bodies;
  }

  set bodies(bodies: readonly Uint8Array[]) {
    this.events.bodies = bodies;
  }

  get requests(): ProofRequests {
    return new ProofRequests("http://127.0.0.1:1", { token: () => "token", log: this.logId, fetch: this.fetch });
  }

  get origin(): string {
    return originOf({ log: this.logId, generation: this.generation });
  }

  /** The next signed checkpoint. */
  note(keys = this.keys as SigningKeys, bodies = this.signed ?? this.bodies): string {
    const head = { origin: this.origin, size: bodies.length, root: rootOf(bodies.map(eventHash)) };
    return signTreeHead(head, this.#signers(keys, this.origin));
  }

  /** The keys change, and the ones before announce it. */
  rotate(): SigningKeys {
    const [old, next] = [this.keys as SigningKeys, newKeys()];
    const signers = [old, next].map(({ ed25519 }) => ed25519Signer(SERVER_KEY_NAME, ed25519));
    const at = Math.floor(this.nowMs / 1000);
    this.successors.push(signSuccessor({ old: publicKeysOf(old), next: publicKeysOf(next), at }, signers));
    this.keys = next;
    return next;
  }

  /** The server is restored from a backup of its first `size` events, and says so. */
  restore(size: number): void {
    const old = { origin: this.origin, size: this.bodies.length, root: rootOf(this.bodies.map(eventHash)) };
    this.bodies = this.bodies.slice(0, size);
    this.generation++;
    const restored = { origin: this.origin, size, root: rootOf(this.bodies.map(eventHash)) };
    const signers = [ed25519Signer(this.origin, (this.keys as SigningKeys).ed25519)];
    this.forks.push(signFork({ old, restored, at: Math.floor(this.nowMs / 1000) }, signers));
  }

  readonly fetch = (async (input: URL | string) => {
    const { pathname } = new URL(String(input));
    if (this.hidden(pathname)) throw new TypeError("fetch failed");
    if (!pathname.startsWith("/api/log/")) return await this.#events(input);
    const path = pathname.slice("/api/log/".length);
    const response = this.hasRoutes ? await this.#answer(path) : null;
    return response ?? problemResponse(404, "NO_SUCH_ROUTE", `GET ${pathname}: there is no such route`);
  }) as typeof fetch;

  async #events(input: URL | string): Promise<Response> {
    if (!this.onEvents) return await this.events.fetch(input);
    const sent = new EventsApi(this.onEvents(this.bodies));
    return await sent.fetch(input);
  }

  async #answer(path: string): Promise<Response | null> {
    const { keys } = this;
    if (keys === null) return null;
    if (path === "checkpoint" && this.trouble) return problemResponse(503, this.trouble, "the log is in trouble");
    if (path === "checkpoint") return this.#response("text/plain; charset=utf-8", this.onCheckpoint(this.note()));
    if (path === "forks") return this.#response("text/plain", this.forks.join("\n"));
    if (path === "key") {
      const trouble = this.trouble && { code: this.trouble, event: this.troubleEvent, signed: null };
      const named = publicKeysOf(keys).map((key) => formatVerifierKey(verifierKey(this.origin, key)));
      return this.#response("application/json", JSON.stringify({ keys: named, successors: this.successors, trouble }));
    }
    const tile = parseTilePath(path);
    if (tile?.kind !== "tile") return null;
    const { tiles } = await tilesOf((this.signed ?? this.bodies).map(eventHash));
    return this.#response("application/octet-stream", Buffer.from(await readTile(tiles, tile)));
  }

  #response(type: string, body: string | Buffer): Response {
    return new Response(body as BodyInit, { headers: { "content-type": type, [LOG_HEADERS.log]: this.logId } });
  }

  #signers({ ed25519, mlDsa44 }: SigningKeys, origin: string): Signer[] {
    return [ed25519Signer(origin, ed25519), mlDsaSigner(origin, mlDsa44, () => this.nowMs / 1000)];
  }
}
