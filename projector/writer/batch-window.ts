/** Waiting for what comes by itself at the next turns of the event loop. */
import { setImmediate as nextTurn } from "node:timers/promises";

/** A batch waits for no more of them: each takes tens of microseconds, and the time of what it brings. */
const MAX_TURNS = 64;

/**
 * Resolves after a turn of the event loop that brought nothing more, or when there is enough. A turn accepts one new
 * connection, and reads what came on those before: where a batch blocks the loop and takes one turn only, the last of
 * many who connect at once waits for a batch for each of the others.
 *
 * @param count how much there is now
 * @param enough at which it waits no longer
 */
export async function fillBatch(count: () => number, enough: number): Promise<void> {
  let before = 0;
  for (let turn = 0; turn < MAX_TURNS && before < count() && count() < enough; turn++) {
    before = count();
    await nextTurn();
  }
}
