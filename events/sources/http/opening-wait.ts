/** Waits for a server that is still opening a long log. It responds with 503 and a time to retry. */
import { setTimeout as sleep } from "node:timers/promises";

/** The code of that response. */
const OPENING = "OPENING";
/** Bounds of the time to retry, ms. */
const WAIT_MS = { min: 100, max: 10_000 };
const MAX_RETRIES = 300;

/**
 * Repeats a request until the server has opened the log.
 *
 * @param send sends the request once; `retryMs` is the `openingWait` of the response
 * @throws what `send` throws; the signal's reason
 */
export async function whileOpening<Reply>(
  send: () => Promise<{ reply: Reply; retryMs: number | null }>,
  signal?: AbortSignal,
): Promise<Reply> {
  for (let retries = 1; ; retries++) {
    const { reply, retryMs } = await send();
    if (retryMs === null || retries === MAX_RETRIES) return reply;
    await sleep(retryMs, undefined, signal && { signal }).catch(() => {
      throw signal?.reason;
    });
  }
}

/** The time until the retry if the server is still opening the log, ms; null for any other response. */
export function openingWait({ status, headers }: Response, code: string | undefined): number | null {
  if (status !== 503 || code !== OPENING) return null;
  return Math.min(WAIT_MS.max, Math.max(WAIT_MS.min, 1000 * (Number(headers.get("retry-after")) || 0)));
}
