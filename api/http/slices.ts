/** Cuts long work into slices, so that other requests run between them, and waits for it no longer than a request should. */
import { HttpProblem } from "./problems.ts";

/** Time after which work lets others run, ms. */
const SLICE_MS = 2;
/** Longest time between two slices, ms. It is otherwise as long as the last slice: others get half of the time. */
const MAX_GAP_MS = 20;

/** Lets others run, if the work has had its slice. Call it often: after each row or event. */
export type Pause = () => Promise<void> | void;

export class Slices {
  readonly #waiting: (() => void)[] = [];
  /** True while a slice runs, and in the gap after it. */
  #isBusy = false;

  /**
   * Begins work. Its first slice, and each further one, has a turn of the event loop that no other work gets, and is
   * followed by a gap for requests that are not cut into slices, such as writes.
   */
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
      if (this.#isBusy) return;
      this.#isBusy = true;
      setImmediate(this.#next);
    });
  }

  readonly #next = (): void => {
    const next = this.#waiting.shift();
    if (!next) {
      this.#isBusy = false;
      return;
    }
    const startedMs = performance.now();
    next();
    // This runs in the next turn of the event loop: after the slice, and after what arrived meanwhile.
    setImmediate(() => {
      setTimeout(this.#next, Math.min(MAX_GAP_MS, performance.now() - startedMs));
    });
  };
}

/**
 * Waits for work, which continues after that.
 *
 * @param what for people, such as "the organization is being opened"
 * @throws HttpProblem 503 OPENING if the work takes longer than `patienceMs`
 */
export async function withPatience<T>(work: Promise<T>, patienceMs: number, what: string): Promise<T> {
  if (patienceMs === Number.POSITIVE_INFINITY) return await work;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new HttpProblem("OPENING", `${what}; try again in a few seconds`)), patienceMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
