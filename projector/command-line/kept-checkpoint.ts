import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { StoredEvent } from "../../events/log/log.ts";
import { readSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { RightEdge } from "../../events/proofs/tree.ts";
import type { TreeHead } from "../../events/proofs/tree-head.ts";

/** The signed checkpoint of a log that is copied. The copy has it only if its events are those that were signed. */
export class KeptCheckpoint {
  readonly #note: string;
  readonly #name: string;
  readonly #head: TreeHead;
  #root: Buffer | null = null;

  /** @throws ProofError malformed */
  constructor(note: string, name: string) {
    this.#note = note;
    this.#name = name;
    this.#head = readSignedCheckpoint(note, `${name}: its own checkpoint`);
  }

  /** The same events, which are put into a tree on the way. */
  async *hashed(events: AsyncIterable<StoredEvent>): AsyncGenerator<StoredEvent> {
    const edge = new RightEdge();
    for await (const event of events) {
      if (edge.size < this.#head.size) edge.append(eventHash(event.body));
      if (edge.size === this.#head.size) this.#root ??= edge.root();
      yield event;
    }
  }

  /**
   * The note, once all events are copied; null if the copy ends before it.
   *
   * @throws LogError ALTERED if the events are others
   */
  checked(): string | null {
    if (this.#root === null) return null;
    if (sameBytes(this.#root, this.#head.root)) return this.#note;
    throw new LogError("ALTERED", `${this.#name}: its first ${this.#head.size} events are not those that were signed`);
  }
}
