/** Witnesses in the configuration: who cosigns the checkpoints of this server. */

export interface WitnessAddress {
  /** The submission prefix, without a slash at its end. */
  url: string;
  /** The verifier key of its cosignatures (C2SP signed-note): name, id and public key. */
  vkey: string;
}

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);
/** A verifier key: its name has neither blanks nor plus signs. */
const VKEY = /^[^\s+,]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}$/;

/** Reads `URL VKEY, URL VKEY`; null if it has another form. A checkpoint is no secret, but its answer must not be forged. */
export function parseWitnesses(text: string): WitnessAddress[] | null {
  const parsed = text.split(",").map(parseOne);
  return parsed.every((one) => one !== null) ? parsed : null;
}

function parseOne(text: string): WitnessAddress | null {
  const [address = "", vkey = "", ...more] = text.trim().split(/\s+/);
  if (more.length > 0 || !VKEY.test(vkey) || !URL.canParse(address)) return null;
  const { protocol, hostname, search, hash, username, password, href } = new URL(address);
  const isSafe = protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname));
  if (!isSafe || search || hash || username || password) return null;
  return { url: href.replace(/\/+$/, ""), vkey };
}
