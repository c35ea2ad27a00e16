/**
 * The cosignatures of one log's newest checkpoint. Witnesses are asked beside everything else: a checkpoint is served at
 * once, and with their cosignatures as soon as they have answered.
 */
import { consistencyProof } from "../../events/proofs/tile-proofs.ts";
import type { TileReader } from "../../events/proofs/tiles.ts";
import type { Submission, Witness } from "./witness.ts";

type Checkpoint = Pick<Submission, "origin" | "size" | "text">;

/** Called with each failure, and with null when the witness has cosigned. */
export type OnAnswer = (witness: Witness, error: unknown) => void;

export class Cosigning {
  readonly #witnesses: readonly Witness[];
  readonly #onAnswer: OnAnswer;
  #newest: Checkpoint | null = null;
  /** The lines for the newest checkpoint, by witness. */
  readonly #lines = new Map<Witness, string>();
  readonly #asking = new Set<Witness>();

  constructor(witnesses: readonly Witness[], onAnswer: OnAnswer) {
    this.#witnesses = witnesses;
    this.#onAnswer = onAnswer;
  }

  /** The checkpoint with the cosignatures that it has by now. */
  withCosignatures(checkpoint: Checkpoint): string {
    if (!this.#isNewest(checkpoint)) return checkpoint.text;
    return checkpoint.text + this.#witnesses.map((witness) => this.#lines.get(witness) ?? "").join("");
  }

  /** Submits a checkpoint to the witnesses that have not cosigned it. Returns at once. */
  submit(checkpoint: Checkpoint, tree: TileReader): void {
    if (this.#witnesses.length === 0) return;
    if (!this.#isNewest(checkpoint)) this.#lines.clear();
    this.#newest = checkpoint;
    for (const witness of this.#witnesses)
      if (witness.isDue && !this.#lines.has(witness) && !this.#asking.has(witness))
        void this.#ask(witness, checkpoint, tree);
  }

  /** Signatures of the same tree are made again after a while; cosignatures stay valid. */
  #isNewest({ origin, size }: Checkpoint): boolean {
    return this.#newest?.origin === origin && this.#newest.size === size;
  }

  /** One submission of a witness at a time: if there is a newer checkpoint then, its next request submits it. */
  async #ask(witness: Witness, checkpoint: Checkpoint, tree: TileReader): Promise<void> {
    this.#asking.add(witness);
    try {
      const proofFrom = (size: number) => consistencyProof(tree, size, checkpoint.size);
      const lines = await witness.cosign({ ...checkpoint, proofFrom });
      if (this.#isNewest(checkpoint)) this.#lines.set(witness, lines);
      this.#onAnswer(witness, null);
    } catch (error) {
      this.#onAnswer(witness, error);
    } finally {
      this.#asking.delete(witness);
    }
  }
}
