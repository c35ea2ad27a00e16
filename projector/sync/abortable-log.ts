/** Work that can be stopped, and whose progress is seen. */
import { setImmediate } from "node:timers/promises";
import type { EventLog } from "../../events/log/log.ts";

/**
 * The same log, whose reader gives signals, timers and the terminal a turn after each batch (some sources never wait for
 * anything), and is stopped by the signal.
 *
 * @param onEnd called when a read has given its last event, or the last one that is wanted
 */
export function abortableLog(log: EventLog, signal: AbortSignal, onEnd: () => void = () => {}): EventLog {
  return {
    name: log.name,
    id: () => log.id(),
    head: (known) => log.head(known),
    changed: (after, signal) => log.changed(after, signal),
    close: () => log.close(),
    async *read(range, options) {
      let failed = false;
      try {
        for await (const batch of log.read(range, { ...options, signal })) {
          yield batch;
          await setImmediate();
          signal.throwIfAborted();
        }
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        if (!failed) onEnd(); // also where the reader has enough
      }
    },
  };
}
