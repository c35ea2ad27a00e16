/**
 * What this server proves of one open log: signed checkpoints, tiles, entries, and proofs for single events. Nothing is
 * opened before the first request. A checkpoint is at most a second old; its signatures are made again after an hour.
 */
import { LogError } from "../../events/errors.ts";
import type { LogId, WritableLog } from "../../events/log/log.ts";
import { formatProof } from "../../events/proofs/proof-text.ts";
import { inclusionProof } from "../../events/proofs/tile-proofs.ts";
import { type EntriesId, encodeEntries, type TileId } from "../../events/proofs/tiles.ts";
import { TILE_WIDTH } from "../../events/proofs/tree.ts";
import { originOf } from "../../events/proofs/tree-head.ts";
import { formatVerifierKey } from "../../events/proofs/verifier-key.ts";
import type { Range, Sequence } from "../../events/sequence.ts";
import { HttpProblem } from "../http/problems.ts";
import { withPatience } from "../http/slices.ts";
import type { Fork, TileStore, TreePair } from "../storage/tile-store.ts";
import { Cosigning } from "./cosigning.ts";
import { checkFork } from "./forks.ts";
import type { CheckpointOptions, Pause, SignedCheckpoint } from "./latest-checkpoint.ts";
import { AlteredEventError, type LogTree } from "./log-tree.ts";
import type { Signing } from "./signing.ts";
import { SigningLog } from "./signing-log.ts";

/** A checkpoint is served for this time, ms, before the log's head is read again. */
const FRESH_MS = 1_000;
/** A request waits for a tree that is being made no longer than this, ms. */
const PATIENCE_MS = 2_000;
/** So does a read of events that are to be compared with it. */
const CHECK_PATIENCE_MS = 250;
/** Signatures say when they were made. Older ones, ms, are made again when they are asked for. */
const SIGNED_MS = 3_600_000;
/** A clock that differs from the database's by more, ms, puts no time into a signature. */
const MAX_SKEW_MS = 60_000;

interface LogProofsParts {
  logId: LogId;
  log: WritableLog;
  openTiles: () => Promise<TileStore>;
  signing: Signing;
}

interface Opened {
  store: TileStore;
  forks: readonly Fork[];
  signingLog: SigningLog;
}

export class LogProofs {
  readonly #parts: LogProofsParts;
  readonly #cosigning: Cosigning;
  #opened: Promise<Opened> | null = null;
  #advancing: Promise<SignedCheckpoint> | null = null;
  /** The last result, and when it was reached, by `performance.now()`. */
  #last: { result: Promise<SignedCheckpoint>; atMs: number } | null = null;
  #signed: SignedCheckpoint | null = null;
  /** The first event that was found to be another one than in the tree; null if none was. */
  #altered: Sequence | null = null;
  #closed = false;

  constructor(parts: LogProofsParts) {
    this.#parts = parts;
    const { signing } = parts;
    this.#cosigning = new Cosigning(signing.witnesses, (witness, error) => signing.onWitness(witness, error));
  }

  /** The last checkpoint that was signed here; null before the first one. */
  get signed(): SignedCheckpoint | null {
    return this.#signed;
  }

  /** Why nothing more is signed: ALTERED or BEHIND, as last seen; null if nothing contradicts what was signed. */
  get trouble(): LogError | null {
    return this.#parts.signing.contradictions.of(this.#parts.logId);
  }

  /**
   * The signed checkpoint of the log's head, at most a second old.
   *
   * @throws LogError ALTERED, BEHIND if something contradicts what was signed; UNREACHABLE; HttpProblem NOT_IN_TREE while
   *   the log has no event, 503 OPENING while the tree of a long log is being made
   */
  async checkpoint({
    atLeast = 0,
    patienceMs = PATIENCE_MS,
    pause,
  }: CheckpointOptions = {}): Promise<SignedCheckpoint> {
    const last = this.#last;
    if (last && performance.now() - last.atMs < FRESH_MS) {
      const signed = await last.result;
      if (signed.size >= atLeast) return signed;
    }
    this.#advancing ??= this.#advanceOnce(pause);
    return await withPatience(this.#advancing, patienceMs, "the tree of the log is being made");
  }

  /** The text of `checkpoint`, with the cosignatures of witnesses that it has by now. @throws as `checkpoint` */
  async signedNote(pause?: Pause): Promise<string> {
    return this.#cosigning.withCosignatures(await this.checkpoint(pause && { pause }));
  }

  #advanceOnce(pause?: Pause): Promise<SignedCheckpoint> {
    const result = this.#advance(() => {
      if (this.#closed) throw new LogError("UNREACHABLE", `${this.#parts.log.name}: is being closed`);
      return pause?.();
    });
    const end = () => {
      this.#advancing = null;
      this.#last = { result, atMs: performance.now() };
    };
    result.then(end, end);
    return result;
  }

  async #advance(pause: Pause): Promise<SignedCheckpoint> {
    try {
      const { signingLog } = await this.#open();
      const pair = await signingLog.advance(pause);
      if (pair && this.#altered !== null) await this.#checkAgain(signingLog, this.#altered);
      if (!pair) throw new HttpProblem("NOT_IN_TREE", "the log has no event yet");
      this.#signed = await this.#sign(pair, originOf({ log: this.#parts.logId, generation: signingLog.generation }));
      this.#parts.signing.contradictions.note(this.#parts.logId, null);
      if (signingLog.tree) this.#cosigning.submit(this.#signed, signingLog.tree);
      return this.#signed;
    } catch (error) {
      if (error instanceof LogError && (error.code === "ALTERED" || error.code === "BEHIND")) {
        this.#parts.signing.contradictions.note(this.#parts.logId, error);
        // What an operator repairs is read again the next time, also another generation. If an event differs from the
        // tree, the tree is what its events are compared with.
        if (error instanceof AlteredEventError) this.#altered = error.seq;
        else await this.#closeStore();
      }
      throw error;
    }
  }

  /** Nothing more is signed while an event differs from the tree. @throws LogError ALTERED */
  async #checkAgain({ tree }: SigningLog, seq: Sequence): Promise<void> {
    await tree?.entries(Math.floor((seq - 1) / TILE_WIDTH), ((seq - 1) % TILE_WIDTH) + 1);
    this.#altered = null;
  }

  async #sign(pair: TreePair, origin: string): Promise<SignedCheckpoint> {
    const { signing, log } = this.#parts;
    const last = this.#signed;
    const nowMs = signing.clock();
    const isSame = last?.origin === origin && last.size === pair.size;
    if (isSame && nowMs >= last.signedAtMs && nowMs - last.signedAtMs < SIGNED_MS) return last;
    const isRight = !signing.checkClock || Math.abs((await log.serverTime()) - nowMs) <= MAX_SKEW_MS;
    const text = signing.sign({ origin, ...pair }, isRight ? nowMs : null);
    return { ...pair, origin, text, signedAtMs: nowMs };
  }

  /**
   * The hashes of a tile, as tlog-tiles has them.
   *
   * @throws HttpProblem NOT_IN_TREE if the signed tree does not have it in this width; as `checkpoint`
   */
  async tile(tile: TileId): Promise<Uint8Array> {
    return await (await this.#treeWith(tile)).readTile(tile);
  }

  /** A bundle of entries, as tlog-tiles has them. @throws as `tile`; LogError ALTERED if an event is not the tree's */
  async entries({ index, width }: EntriesId): Promise<Uint8Array> {
    const tree = await this.#treeWith({ level: 0, index, width });
    return encodeEntries(await this.#noting(() => tree.entries(index, width)));
  }

  /** Proves that an event is in the log, as tlog-proof has it. @throws HttpProblem NOT_IN_TREE; as `checkpoint` */
  async proof(seq: Sequence): Promise<string> {
    const { tree, signed } = await this.#at(seq);
    const hashes = await inclusionProof(tree, seq - 1, signed.size);
    return formatProof({ index: seq - 1, hashes, checkpoint: this.#cosigning.withCosignatures(signed) });
  }

  /**
   * Compares events with the signed tree, as far as it has them. If there is no such tree now, they are not compared:
   * clients notice that nothing is signed.
   *
   * @param after the sequence before the first of them
   * @throws LogError ALTERED naming the first event that differs
   */
  async check(after: Sequence, bodies: readonly Uint8Array[]): Promise<void> {
    await this.#at(after + bodies.length, CHECK_PATIENCE_MS).catch(() => null);
    const tree = (await this.#opened?.catch(() => null))?.signingLog.tree;
    const known = Math.min(bodies.length, (this.#signed?.size ?? 0) - after);
    if (tree && known > 0) await this.#noting(() => tree.check(after, bodies.slice(0, known)));
  }

  /**
   * Why events cannot be read.
   *
   * @returns ALTERED naming the first that was signed and is missing; the error itself if there is none
   */
  async reasonOf(error: unknown, range: Range): Promise<unknown> {
    try {
      const { tree } = await this.#at(1, CHECK_PATIENCE_MS);
      return await this.#noting(async () => {
        throw await tree.reasonOf(error, range);
      });
    } catch (reason) {
      return reason instanceof AlteredEventError ? reason : error;
    }
  }

  /** How this log's generations began, as text: the signed fork notes one after the other. */
  async forks(): Promise<string> {
    const { forks } = await this.#open();
    return forks.map(({ note }) => note).join("\n");
  }

  /** The keys that sign this log. */
  async key() {
    const { signingLog } = await this.#open();
    const { generation } = signingLog;
    const origin = originOf({ log: this.#parts.logId, generation });
    const { trouble } = this;
    return {
      origin,
      generation,
      keys: this.#parts.signing.verifierKeys(origin).map(formatVerifierKey),
      fingerprints: this.#parts.signing.fingerprints,
      successors: [...this.#parts.signing.successors],
      trouble: trouble && {
        code: trouble.code,
        event: this.#altered,
        signed: this.#signed?.size ?? null,
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#advancing?.catch(() => {});
    await this.#closeStore();
  }

  /** The signed tree, at least of this size. */
  async #at(size: Sequence, patienceMs = PATIENCE_MS): Promise<{ tree: LogTree; signed: SignedCheckpoint }> {
    const { signingLog } = await this.#open();
    const signed =
      this.#signed && signingLog.tree && this.#signed.size >= size
        ? this.#signed
        : await this.checkpoint({ atLeast: size, patienceMs });
    const { tree } = (await this.#open()).signingLog;
    if (!tree || signed.size < size)
      throw new HttpProblem("NOT_IN_TREE", `the signed tree has ${signed.size} events`, { signed: signed.size });
    return { tree, signed };
  }

  async #treeWith({ level, index, width }: TileId): Promise<LogTree> {
    const end = (index * TILE_WIDTH + width) * TILE_WIDTH ** level;
    if (!Number.isSafeInteger(end)) throw new HttpProblem("NOT_IN_TREE", "no tree is as large as that");
    return (await this.#at(end)).tree;
  }

  async #noting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AlteredEventError) {
        this.#altered = error.seq;
        this.#parts.signing.contradictions.note(this.#parts.logId, error);
        this.#last = null;
      }
      throw error;
    }
  }

  #open(): Promise<Opened> {
    if (this.#closed) throw new LogError("UNREACHABLE", `${this.#parts.log.name}: is closed`);
    if (this.#opened) return this.#opened;
    const opened = this.#openStore();
    this.#opened = opened;
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = null;
    });
    return opened;
  }

  async #openStore(): Promise<Opened> {
    const { logId, log, openTiles, signing } = this.#parts;
    const store = await openTiles();
    try {
      const forks = await checkFork(logId, store, signing);
      const generation = forks.at(-1)?.generation ?? 1;
      return { store, forks, signingLog: new SigningLog({ logId, log, store, generation, signed: signing.signed }) };
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async #closeStore(): Promise<void> {
    const opened = await this.#opened?.catch(() => null);
    this.#opened = null;
    await opened?.store.close();
  }
}
