/** The server's address, as users and administrators enter it. */

/** The longest address, UTF-16 code units. */
const MAX_ADDRESS = 2_000;

/**
 * The origin of the address. The scheme defaults to https; plain http is allowed for this machine only.
 *
 * @throws Error that says what is wrong, in words that continue the name of the field
 */
export function parseServerAddress(typed: string): string {
  const text = typed.trim();
  if (text === "") throw new Error("is missing");
  if (text.length > MAX_ADDRESS) throw new Error("is too long");
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url) throw new Error("is not an address, such as https://invoices.example");
  const { protocol, hostname, username, password, origin } = url;
  if (protocol !== "https:" && protocol !== "http:") throw new Error("is not an https:// address");
  if (protocol === "http:" && !isLoopback(hostname))
    throw new Error("is plain http, which others on the network can read: use https");
  if (username !== "" || password !== "")
    throw new Error("has a user name or a password in it: remove it, and log in in the app");
  return origin;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
