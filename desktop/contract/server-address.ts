/** A server's address, as people and administrators write it. */

/** The longest one, UTF-16 code units. */
const MAX_ADDRESS = 2_000;

/**
 * The origin that is meant: https where nothing is said; plain http is for this machine alone.
 *
 * @throws Error that says what is wrong with it
 */
export function parseServerAddress(typed: string): string {
  const text = typed.trim();
  if (text === "") throw new Error("is missing");
  if (text.length > MAX_ADDRESS) throw new Error("is too long");
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url) throw new Error("is not an address, such as https://invoices.example");
  const { protocol, hostname, username, password, origin } = url;
  if (protocol !== "https:" && protocol !== "http:") throw new Error("begins with https://");
  if (protocol === "http:" && !isLoopback(hostname))
    throw new Error("is plain http, which anybody on the way can read: use https");
  if (username !== "" || password !== "") throw new Error("holds a name or a password: log in instead");
  return origin;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
