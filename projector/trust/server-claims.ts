/**
 * Fetches what a server claims about its history, and checks who signed it. The key is trusted on first use, and
 * pinned: a change that the pinned key announced is followed, any other needs a person.
 */
import { z } from "zod";
import { LogError } from "../../events/errors.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import { openSignedCheckpoint, type SignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { followSuccessors, forkNotesIn, type KeySuccessor, openFork, readFork } from "../../events/proofs/successor.ts";
import { originOf, parseOrigin } from "../../events/proofs/tree-head.ts";
import {
  ED25519,
  fingerprintOf,
  formatVerifierKey,
  type PublicKey,
  parseVerifierKey,
  verifierKey,
} from "../../events/proofs/verifier-key.ts";
import type { ProofRequests } from "../../events/sources/http/proof-requests.ts";
import type { Claim, Restore } from "./claim.ts";
import type { ClaimSource } from "./history-proof.ts";
import { KeyChangedError } from "./key-changed-error.ts";
import { type Trouble, troubleCode, troubleIn } from "./server-trouble.ts";
import type { ServerKey, TrustStore } from "./trust-store.ts";

/** What a server says about its keys. Unknown fields are those of a newer release. */
const keyReply = z.object({ keys: z.array(z.string()).min(1), successors: z.array(z.string()) });

interface ServerClaimsOptions {
  trust: TrustStore;
  /** The server's events. */
  events: ClaimSource["events"];
  /** Called when the pinned key is followed to others, with each change on the way. */
  onKeyChanges?: (chain: readonly KeySuccessor[]) => void;
  /** Called with the signed restores since the generation that this device knows. */
  onRestores?: (restores: readonly Restore[]) => void;
  now?: () => number;
}

export class ServerClaims implements ClaimSource {
  readonly #requests: ProofRequests;
  readonly events: ClaimSource["events"];
  readonly #trust: TrustStore;
  readonly #now: () => number;
  readonly #onKeyChanges: ServerClaimsOptions["onKeyChanges"];
  readonly #onRestores: ServerClaimsOptions["onRestores"];

  constructor(requests: ProofRequests, options: ServerClaimsOptions) {
    const { trust, events, now = Date.now } = options;
    this.#onKeyChanges = options.onKeyChanges;
    this.#onRestores = options.onRestores;
    this.events = events;
    this.#requests = requests;
    this.#trust = trust;
    this.#now = now;
  }

  get name(): string {
    return this.#requests.name;
  }

  async readTile(path: string): Promise<Uint8Array> {
    return await this.#requests.tile(path);
  }

  async trouble(signal: AbortSignal): Promise<Trouble | null> {
    return troubleIn(await this.#requests.key(signal));
  }

  /**
   * Fetches the newest signed checkpoint.
   *
   * @returns null if the server signs nothing, or is too old to
   * @throws KeyChangedError; LogError UNPROVEN if it is not what a key of the log signed; ALTERED or BEHIND if the
   *   server itself says that its history contradicts what it signed
   */
  async fetch(signal: AbortSignal): Promise<Claim | null> {
    try {
      const note = await this.#requests.checkpoint(signal);
      if (note !== null) return await this.#claimOf(await this.#opened(note, signal), signal);
      if (this.#pinned === null) return null;
      throw new KeyChangedError(this.name, { fingerprint: null, verifiers: [] });
    } catch (error) {
      throw asUnproven(asTrouble(error));
    }
  }

  /** The key that is trusted; null if none was seen, or a person knows that there is none. */
  get #pinned(): ServerKey | null {
    const [key] = this.#trust.keys();
    return key && key.fingerprint !== null ? key : null;
  }

  async #opened(note: string, signal: AbortSignal): Promise<SignedCheckpoint> {
    const pinned = this.#pinned;
    if (pinned) {
      const opened = this.#openBy(note, keysOf(pinned));
      if (opened) return opened;
    }
    const reply = keyReply.safeParse(await this.#requests.key(signal));
    if (!reply.success) throw new LogError("UNPROVEN", `${this.name}: does not say with which key it signs`);
    const offered = reply.data.keys.map(parseVerifierKey);
    const opened = this.#openBy(note, offered);
    if (!opened)
      throw new LogError("UNPROVEN", `${this.name}: its checkpoint is not signed with the key that it names`);
    if (!pinned) return this.#firstSeen(opened, offered);
    const { keys, chain } = followSuccessors(keysOf(pinned), reply.data.successors);
    const announced = chain.length > 0 ? this.#openBy(note, keys) : null;
    if (!announced) throw new KeyChangedError(this.name, this.#described(offered));
    this.#pin(keys, "successor");
    this.#onKeyChanges?.(chain);
    return announced;
  }

  /** @returns null if none of the keys signed it @throws ProofError if it is forged, cut, or about another log */
  #openBy(note: string, keys: readonly PublicKey[]): SignedCheckpoint | null {
    try {
      const opened = openSignedCheckpoint(note, { keys, log: this.#trust.log }, `${this.name}: its signed checkpoint`);
      // ML-DSA is an addition, which not every runtime has.
      return opened.signatures.some(({ key }) => key.type === ED25519) ? opened : null;
    } catch (error) {
      if (error instanceof ProofError && error.fault === "unsigned") return null;
      throw error;
    }
  }

  /** Trust on first use. A key that comes after another one, or after none, is not the first. */
  #firstSeen(opened: SignedCheckpoint, offered: readonly PublicKey[]): SignedCheckpoint {
    const before = this.#trust.keys().find(({ fingerprint }) => fingerprint !== null);
    const described = this.#described(offered);
    if (before && before.fingerprint !== described.fingerprint) throw new KeyChangedError(this.name, described);
    this.#pin(offered, "first");
    return opened;
  }

  #pin(keys: readonly PublicKey[], how: ServerKey["how"]): void {
    this.#trust.trust({ ...this.#described(keys), since: this.#now(), how });
  }

  /** The fingerprint is that of the first Ed25519 key: the one that signs now. */
  #described(keys: readonly PublicKey[]) {
    const shown = keys.find(({ type }) => type === ED25519);
    if (!shown) throw new LogError("UNPROVEN", `${this.name}: none of its keys is an Ed25519 key`);
    const name = originOf({ log: this.#trust.log, generation: 1 });
    const verifiers = keys.map((key) => formatVerifierKey(verifierKey(name, key)));
    return { fingerprint: fingerprintOf(shown), verifiers };
  }

  async #claimOf(opened: SignedCheckpoint, signal: AbortSignal): Promise<Claim> {
    const { origin, size, root, note, signedAt } = opened;
    const generation = parseOrigin(origin)?.generation ?? 1;
    const known = this.#trust.latest()?.generation ?? generation;
    const restores = generation > known ? await this.#restores(known, generation, signal) : [];
    return { origin, generation, size, root, note, signedAt: signedAt === null ? null : signedAt * 1000, restores };
  }

  /** The signed restores that lead from one generation to another; empty if one is missing. */
  async #restores(from: number, to: number, signal: AbortSignal): Promise<Restore[]> {
    const text = (await this.#requests.forks(signal)) ?? "";
    const keys = this.#trust.keys().flatMap(keysOf);
    const what = `${this.name}: a fork note`;
    const notes = forkNotesIn(text).map((note) => ({ note, after: parseOrigin(readFork(note, what).old.origin) }));
    const restores: Restore[] = [];
    for (let generation = from; generation < to; ) {
      // The notes of generations before were signed with keys of their time, which this device may never have seen.
      const next = notes.find(({ after }) => after?.generation === generation);
      if (!next) return [];
      const fork = openFork(next.note, { keys, log: this.#trust.log }, what);
      generation = parseOrigin(fork.restored.origin)?.generation ?? to;
      restores.push({
        generation,
        size: fork.restored.size,
        root: fork.restored.root,
        at: fork.at * 1000,
        before: fork.old.size,
      });
    }
    this.#onRestores?.(restores);
    return restores;
  }
}

function keysOf({ verifiers }: ServerKey): PublicKey[] {
  return verifiers.map(parseVerifierKey);
}

/** The server says that it cannot sign, because its history contradicts what it signed. */
function asTrouble(error: unknown): unknown {
  const code = troubleCode(error);
  return code === null ? error : new LogError(code, (error as LogError).message, { cause: error });
}

/** A note, key or signature that does not hold says nothing about the log. */
function asUnproven(error: unknown): unknown {
  return error instanceof ProofError ? new LogError("UNPROVEN", error.message, { cause: error }) : error;
}
