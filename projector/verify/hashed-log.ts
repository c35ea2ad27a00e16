import { eventHash } from "../../events/hash.ts";
import type { Batch, EventLog, LogId, ReadOptions } from "../../events/log/log.ts";
import { GrowingTree } from "../../events/proofs/growing-tree.ts";
import type { Tile } from "../../events/proofs/tiles.ts";
import type { Range, Sequence } from "../../events/sequence.ts";

/** Called with each event and its entry, in order. */
type OnEntry = (seq: Sequence, entry: Uint8Array, body: Uint8Array) => void;

interface HashedLogOptions {
  /** Receives each full tile of the tree. */
  onFull?: (tile: Tile) => void;
  onEntry?: OnEntry;
}

/** A log that puts each event into a tree, the first time that it is read. So one pass serves the tree and a reader. */
export class HashedLog implements EventLog {
  readonly tree: GrowingTree;
  readonly #log: EventLog;
  readonly #onEntry: OnEntry | undefined;

  constructor(log: EventLog, { onFull = () => {}, onEntry }: HashedLogOptions = {}) {
    this.#log = log;
    this.#onEntry = onEntry;
    this.tree = new GrowingTree(onFull);
  }

  get name(): string {
    return this.#log.name;
  }

  id(): Promise<LogId | null> {
    return this.#log.id();
  }

  head(known?: Sequence): Promise<Sequence> {
    return this.#log.head(known);
  }

  async *read(range: Range, options?: ReadOptions): AsyncGenerator<Batch> {
    for await (const batch of this.#log.read(range, options)) {
      for (const [n, body] of batch.bodies.entries()) {
        const seq = batch.after + n + 1;
        if (seq !== this.tree.size + 1) continue;
        const entry = eventHash(body);
        this.tree.append(entry);
        this.#onEntry?.(seq, entry, body);
      }
      yield batch;
    }
  }

  changed(after: Sequence, signal: AbortSignal): Promise<void> {
    return this.#log.changed(after, signal);
  }

  async close(): Promise<void> {
    await this.#log.close();
  }
}
