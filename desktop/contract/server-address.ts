/** The server's address, as users and administrators enter it. */

/** The longest address, UTF-16 code units. */
const MAX_ADDRESS = 2_000;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * The address, without a slash at its end. The scheme defaults to https; plain http is allowed for this machine only. A
 * path stays, because a proxy can serve the API below one; a query and a fragment do not.
 *
 * @throws Error that says what is wrong, in words that continue the name of the field
 */
export function parseServerAddress(typed: string): string {
  const text = typed.trim();
  if (text === "") throw new Error("is missing");
  if (text.length > MAX_ADDRESS) throw new Error("is too long");
  const url = URL.parse(SCHEME.test(text) ? text : `https://${text}`);
  if (!url) throw new Error("is not an address, such as https://invoices.example");
  const { protocol, hostname, username, password, origin, pathname } = url;
  if (protocol !== "https:" && protocol !== "http:") throw new Error("is not an https:// address");
  if (protocol === "http:" && !isLoopback(hostname))
    throw new Error("is plain http, which others on the network can read: use https");
  if (username !== "" || password !== "")
    throw new Error("has a user name or a password in it: remove it, and log in in the app");
  return origin + pathname.replace(/\/+$/, "");
}

/**
 * The addresses that a user can mean, the most likely one first: a pasted address may be of a page below the API's, and an
 * address of this machine that names no scheme may be plain http.
 *
 * @throws Error as `parseServerAddress`
 */
export function serverAddressesOf(typed: string): [string, ...string[]] {
  const address = parseServerAddress(typed);
  const { origin, hostname } = new URL(address);
  const isOpen = !SCHEME.test(typed.trim()) && isLoopback(hostname);
  const schemes = isOpen ? [address, address.replace(/^https:/, "http:")] : [address];
  const roots = address === origin ? [] : schemes.map((one) => new URL(one).origin);
  return [...schemes, ...roots] as [string, ...string[]];
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
