/** Compares this device's clock with the server's: every response of an API is dated. */

/** The difference from which it is told, ms. A date says whole seconds, and a slow line adds some. */
const MIN_SKEW_MS = 5 * 60_000;

/** Media types that an API answers with, and login pages and most filters do not. */
const OF_AN_API = /^application\/(?:json|problem\+json|vnd\.msgpack)\b/;

/**
 * Wraps `fetch`.
 *
 * @param report called for each response of an API: how far this clock is ahead of the server's, ms, negative if it is
 *   behind; null if the two agree
 */
export function watchClock(send: typeof fetch, report: (aheadMs: number | null) => void): typeof fetch {
  return async (...request) => {
    const response = await send(...request);
    const dateMs = Date.parse(response.headers.get("date") ?? "");
    // A stored response has the date at which it was made.
    const isStored = response.headers.has("age");
    if (!Number.isNaN(dateMs) && !isStored && OF_AN_API.test(response.headers.get("content-type") ?? "")) {
      const aheadMs = Date.now() - dateMs;
      report(Math.abs(aheadMs) < MIN_SKEW_MS ? null : aheadMs);
    }
    return response;
  };
}
