/** A server that is still opening a long log says so, and when to ask again: what every client of the API does then. */
import { setTimeout as sleep } from "node:timers/promises";

/** What the server's answer is called, beside its 503. */
const OPENING = "OPENING";
/** It is asked again when it says, within these bounds, ms; and so often. */
const WAIT_MS = { min: 100, max: 10_000 };
const MAX_WAITS = 300;

/**
 * Asks until the server has the log open.
 *
 * @param ask says, beside its answer, whether the server is still opening it: `openingWait` of the answer
 * @throws what `ask` throws; the signal's reason
 */
export async function whileOpening<Answer>(
  ask: () => Promise<{ answer: Answer; againMs: number | null }>,
  signal?: AbortSignal,
): Promise<Answer> {
  for (let waits = 1; ; waits++) {
    const { answer, againMs } = await ask();
    if (againMs === null || waits === MAX_WAITS) return answer;
    await sleep(againMs, undefined, signal && { signal }).catch(() => {
      throw signal?.reason;
    });
  }
}

/** When to ask again a server that is still opening the log, ms; null if it said something else. */
export function openingWait({ status, headers }: Response, code: string | undefined): number | null {
  if (status !== 503 || code !== OPENING) return null;
  return Math.min(WAIT_MS.max, Math.max(WAIT_MS.min, 1000 * (Number(headers.get("retry-after")) || 0)));
}
