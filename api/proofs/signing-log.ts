/**
 * Signs the tree of one log, and never takes a signature back. Each pair of size and root is first proven to begin with
 * every pair that was signed before, then persisted, and only then signed:
 *
 * 1. The tree grows to the log's head by committed events, and its full tiles are stored.
 * 2. Its root at the size of the store's pair must be the root of that pair, and so for the pair that this machine
 *    remembers. A pair that is missing from the store although this machine remembers it was deleted.
 * 3. The store's pair is replaced by compare-and-set. A process that loses serves the winner's pair.
 * 4. This machine remembers the pair.
 * 5. The pair is signed. After a crash before this, the stored pair is signed the next time.
 *
 * If something contradicts what was signed, nothing is signed, and everything is read from the store again the next time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import { rootAt } from "../../events/proofs/tile-proofs.ts";
import type { TileStore, TreePair } from "../storage/tile-store.ts";
import { LogTree } from "./log-tree.ts";
import type { SignedPair, SignedPairs } from "./signed-pairs.ts";

/** How often a pair is tried again after another process was faster. Each time, that process made progress. */
const MAX_ATTEMPTS = 10;
/** Delays before what was signed is read again where a read may be older than an earlier one, ms. */
const REREAD_DELAYS_MS = [20, 80, 300, 800];

type Pause = () => Promise<void> | void;

interface SigningLogParts {
  logId: LogId;
  log: EventLog;
  store: TileStore;
  generation: number;
  signed: Pick<SignedPairs, "last" | "record">;
}

export class SigningLog {
  readonly generation: number;
  readonly #logId: LogId;
  readonly #log: EventLog;
  readonly #store: TileStore;
  readonly #signed: SigningLogParts["signed"];
  #tree: LogTree | null = null;
  /** The largest pair of which this tree has been proven to be an extension. */
  #proven: TreePair | null = null;

  constructor({ logId, log, store, generation, signed }: SigningLogParts) {
    this.#logId = logId;
    this.#log = log;
    this.#store = store;
    this.generation = generation;
    this.#signed = signed;
  }

  /** The tree of the last pair; null before the first one, and after a contradiction. */
  get tree(): LogTree | null {
    return this.#tree;
  }

  /**
   * Persists a pair that may be signed: the log's head, or a larger one that another process has persisted.
   *
   * @returns null while the log has no event
   * @throws LogError ALTERED, BEHIND: the log or the store contradicts what was signed; UNREACHABLE
   */
  async advance(pause: Pause = () => {}): Promise<TreePair | null> {
    const delaysMs = this.#store.mayBeStale ? [...REREAD_DELAYS_MS] : [];
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try {
        const pair = await this.#tryToAdvance(pause);
        if (pair !== "again") return pair;
      } catch (error) {
        if (!(error instanceof LogError && (error.code === "ALTERED" || error.code === "BEHIND"))) throw error;
        this.#forget();
        const delayMs = delaysMs.shift();
        if (delayMs === undefined) throw error;
        await sleep(delayMs);
      }
    }
    throw new LogError(
      "UNREACHABLE",
      `${this.#log.name}: other processes were faster ${MAX_ATTEMPTS} times; try again`,
    );
  }

  async #tryToAdvance(pause: Pause): Promise<TreePair | null | "again"> {
    const remembered = this.#signed.last(this.#logId);
    const stored = await this.#store.head(this.generation);
    this.#refuseLoss(remembered, stored);
    const head = await this.#log.head(this.#tree?.size ?? stored?.size ?? 0);
    if (stored && head < stored.size)
      throw new LogError("BEHIND", `${this.#log.name}: ends at event ${head}, but ${stored.size} were signed`);
    const tree = await this.#treeAt(stored);
    // What the tree has beyond the stored pair was never signed: if it has gone, or changed, the tree is opened again.
    if (head < tree.size || !(await isGrown(tree, head, pause))) {
      this.#forget();
      return "again";
    }
    if (stored) await this.#prove(tree, stored);
    if (remembered?.generation === this.generation) await this.#prove(tree, remembered);
    if (tree.size === 0) return null;
    const own = { size: tree.size, root: tree.root() };
    const pair = stored && stored.size >= own.size ? stored : own;
    if (pair !== stored && !(await this.#store.advance(this.generation, stored, pair))) return "again";
    const next = { generation: this.generation, ...pair };
    if (!this.#signed.record(this.#logId, remembered, next)) return "again";
    this.#proven = pair;
    return pair;
  }

  /** @throws LogError ALTERED if this machine has signed what the store no longer has */
  #refuseLoss(remembered: SignedPair | null, stored: TreePair | null): void {
    if (remembered === null || remembered.generation < this.generation) return;
    const what = `this server signed ${remembered.size} events of generation ${remembered.generation}`;
    if (remembered.generation > this.generation)
      throw new LogError("ALTERED", `${this.#store.name}: ${what}, but the store has generation ${this.generation}`);
    if (stored === null || stored.size < remembered.size)
      throw new LogError("ALTERED", `${this.#store.name}: ${what}, but the store remembers ${stored?.size ?? "none"}`);
  }

  async #treeAt(stored: TreePair | null): Promise<LogTree> {
    if (this.#tree) return this.#tree;
    const parts = { log: this.#log, store: this.#store, generation: this.generation };
    const tree = await LogTree.open(parts, stored?.size ?? 0);
    this.#tree = tree;
    return tree;
  }

  #forget(): void {
    this.#tree = null;
    this.#proven = null;
  }

  /** @throws LogError ALTERED unless the tree begins with the pair's tree */
  async #prove(tree: LogTree, pair: TreePair): Promise<void> {
    if (this.#proven && pair.size === this.#proven.size && sameBytes(pair.root, this.#proven.root)) return;
    if (pair.size > tree.size)
      throw new LogError("BEHIND", `${this.#log.name}: ends at event ${tree.size}, but ${pair.size} were signed`);
    const root = pair.size === tree.size ? tree.root() : await rootAt(tree, pair.size);
    if (!sameBytes(root, pair.root))
      throw new LogError("ALTERED", `${this.#log.name}: its first ${pair.size} events are not those that were signed`);
  }
}

/** @returns false if the log has another event at the tree's end */
async function isGrown(tree: LogTree, head: number, pause: Pause): Promise<boolean> {
  try {
    await tree.growTo(head, pause);
    return true;
  } catch (error) {
    if (error instanceof LogError && error.code === "FORKED") return false;
    throw error;
  }
}
