/** A log whose reads can be stopped and leave time for other work. */
import { setImmediate } from "node:timers/promises";
import type { EventLog } from "../../events/log/log.ts";

/**
 * Wraps a log: reads stop when the signal is aborted. Signals, timers and the terminal get a turn after each batch,
 * even if the log's source never waits.
 *
 * @param onEnd called when a read ends without an error, or its caller stops early
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
        if (!failed) onEnd(); // also if the caller stops early
      }
    },
  };
}
