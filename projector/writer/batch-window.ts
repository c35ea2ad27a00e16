/** Waits a few turns of the event loop for more work to arrive. */
import { setImmediate as nextTurn } from "node:timers/promises";

/** The most turns that a batch waits. Each takes tens of microseconds, plus the time to receive its work. */
const MAX_TURNS = 64;

/**
 * Resolves after a turn of the event loop that brought nothing new, or when there is enough. A turn accepts one new
 * connection and reads from the earlier ones. If a batch blocked the loop and waited only one turn, the last of many
 * simultaneous connections would wait for one batch per connection before it.
 *
 * @param count returns the amount of work that has arrived
 * @param enough stops waiting at this amount
 */
export async function fillBatch(count: () => number, enough: number): Promise<void> {
  let before = 0;
  for (let turn = 0; turn < MAX_TURNS && before < count() && count() < enough; turn++) {
    before = count();
    await nextTurn();
  }
}
