/** Addresses of an API's routes. */

/**
 * The URL of a route.
 *
 * @param base the API's address, such as `https://invoices.example`, or with a path behind a proxy:
 *   `https://example.com/invoify`
 * @param path such as `/api/events`
 */
export function apiUrl(base: string | URL, path: string): URL {
  return new URL(String(base).replace(/\/+$/, "") + path);
}
