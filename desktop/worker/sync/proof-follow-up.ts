/**
 * Verifies the last events a moment later. A server signs at most once a second, so the checkpoint that a sync gets may be
 * older than the event that it brought.
 */

/** Until the first try, ms. It doubles with each. */
const FIRST_MS = 1_200;
const MAX_TRIES = 5;

interface ProofFollowUpOptions {
  firstMs?: number;
  /** @returns false if there is something left to verify */
  verify: () => Promise<boolean>;
  /** Called with what `verify` throws. */
  onFailure: (error: unknown) => void;
}

export class ProofFollowUp {
  readonly #options: ProofFollowUpOptions;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ProofFollowUpOptions) {
    this.#options = options;
  }

  /** Plans the next tries, from now. */
  begin(): void {
    this.close();
    this.#plan(1);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #plan(n: number): void {
    const { firstMs = FIRST_MS, verify, onFailure } = this.#options;
    const timer = setTimeout(
      async () => {
        try {
          const isDone = await verify();
          if (!isDone && n < MAX_TRIES && this.#timer === timer) this.#plan(n + 1);
        } catch (error) {
          onFailure(error);
        }
      },
      firstMs * 2 ** (n - 1),
    );
    this.#timer = timer.unref();
  }
}
