/** Cuts long work into slices, so that other requests run between them. */

/** Time after which work lets others run, ms. */
const SLICE_MS = 2;

/** Lets others run, if the work has had its slice. Call it often: after each row or event. */
export type Pause = () => Promise<void> | void;

export class Slices {
  readonly #waiting: (() => void)[] = [];

  /** Begins work. Its first slice, and each further one, has a turn of the event loop that no other work gets. */
  async begin(): Promise<Pause> {
    await this.#turn();
    let startedMs = performance.now();
    return () => {
      if (performance.now() - startedMs < SLICE_MS) return;
      return this.#turn().then(() => {
        startedMs = performance.now();
      });
    };
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(this.#next);
    });
  }

  readonly #next = (): void => {
    // An immediate that is set here runs in the next turn of the event loop, after new requests and responses.
    if (this.#waiting.length > 1) setImmediate(this.#next);
    this.#waiting.shift()?.();
  };
}
