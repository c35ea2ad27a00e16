/** The logs that contradict what this process, or an earlier one, has signed. Operators must hear of them. */
import type { LogError } from "../../events/errors.ts";
import type { LogId } from "../../events/log/log.ts";

export class Contradictions {
  readonly #logs = new Map<LogId, LogError>();
  /** Called with each log when it is seen to contradict; not again before it has been in order. */
  onNew: (logId: LogId, error: LogError) => void = () => {};

  /** @param error null: nothing contradicts any more */
  note(logId: LogId, error: LogError | null): void {
    if (error === null) {
      this.#logs.delete(logId);
      return;
    }
    const isNew = !this.#logs.has(logId);
    this.#logs.set(logId, error);
    if (isNew) this.onNew(logId, error);
  }

  of(logId: LogId): LogError | null {
    return this.#logs.get(logId) ?? null;
  }

  /** How many logs contradict, as last seen. */
  get count(): number {
    return this.#logs.size;
  }
}
