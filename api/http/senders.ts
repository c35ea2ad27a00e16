/**
 * Who sent a request, for limits by sender. One sender has one spelling, so no way of writing an address (a port, another
 * notation) makes a second sender of it. Text that is not an address never counts as a sender: its
 * sender shares the limits of the proxy that passed it on.
 */
import { BlockList, isIP, isIPv4 } from "node:net";
import type { FastifyRequest } from "fastify";

/** What may stand in an address. `URL`, which reads it, would also accept a path, a user, or `%35` for a 5. */
const ADDRESS = /^[\da-fx.:]+$/;
const ZONE = /%[^\]]*/;
/** `[2001:db8::1]:443`, with or without the port. */
const BRACKETED = /^\[([^\]:]*:[^\]]*)\](?::\d*)?$/;
/** `192.0.2.1:443`: the only colon separates the port. */
const WITH_PORT = /^([^:]+):\d*$/;
/** Padded numbers, which `URL` would read as octal: `010.0.0.8`. */
const DOTTED = /^\d+(?:\.\d+){3}$/;
const PADDING = /\b0+(?=\d)/g;
/** IPv4 addresses inside IPv6 ones, as `URL` writes them: mapped (RFC 4291) and translated (RFC 6052). */
const IPV4_INSIDE = /^(?:::ffff:|64:ff9b::)([\da-f]{1,4}):([\da-f]{1,4})$/;

/** The names of ranges that a configuration may use, as in Fastify. */
const RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/**
 * The one spelling of an IP address: without a port, brackets and a zone; IPv4 as four decimal numbers, also inside IPv6;
 * IPv6 as RFC 5952 writes it.
 *
 * @param text an address as a socket or a proxy writes it
 * @returns null if the text is not one address
 */
export function canonicalAddress(text: string): string | null {
  const typed = text.trim().toLowerCase().replaceAll('"', "").replace(ZONE, "");
  const bare = BRACKETED.exec(typed)?.[1] ?? WITH_PORT.exec(typed)?.[1] ?? typed;
  const plain = DOTTED.test(bare) ? bare.replace(PADDING, "") : bare;
  if (!ADDRESS.test(plain)) return null;
  const url = `http://${plain.includes(":") ? `[${plain}]` : plain}/`;
  if (!URL.canParse(url)) return null;
  const host = new URL(url).hostname;
  if (!host.startsWith("[")) return isIPv4(host) ? host : null;
  const address = host.slice(1, -1);
  const [, high, low] = IPV4_INSIDE.exec(address) ?? [];
  return high === undefined || low === undefined ? address : ipv4Of(high, low);
}

/**
 * The address that a request came from: the nearest one that no trusted proxy has, as proxies report it.
 *
 * @returns a canonical address; empty if the socket has none
 */
export function addressOf({ ip, ips }: Pick<FastifyRequest, "ip" | "ips">): string {
  // The nearest hop is first. If the last one is not an address, the proxy that wrote it counts as the sender.
  for (const hop of [...(ips ?? [ip])].reverse()) {
    const address = canonicalAddress(hop ?? "");
    if (address !== null) return address;
  }
  return "";
}

/**
 * The networks that count as one sender, from the narrowest: an IPv4 address; or the /56 that a provider gives to a
 * household, and the /48 that it gives to a site.
 *
 * @param address a canonical address
 */
export function networksOf(address: string): readonly [sender: string, site: string] {
  return isIP(address) === 6 ? [networkOf(address, 56), networkOf(address, 48)] : [address, address];
}

/** The first bits of an IPv6 address, as `2001:db8:0:100::/56`. Other addresses are returned as they are. */
export function networkOf(address: string, bits: 48 | 56 | 64): string {
  if (isIP(address) !== 6) return address;
  const [left = "", right] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(left), groups(right ?? "")];
  const zeros = right === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array<string>(Math.max(0, zeros)).fill("0"), ...last];
  const shown = all.slice(0, Math.ceil(bits / 16)).map((group) => Number.parseInt(group, 16));
  if (bits === 56) shown[3] = (shown[3] ?? 0) & 0xff00;
  return `${shown.map((group) => group.toString(16)).join(":")}::/${bits}`;
}

/**
 * Which addresses are trusted proxies, for Fastify's `trustProxy`: in any spelling.
 *
 * @param configured addresses, ranges and names of ranges, separated by commas
 */
export function trustedProxies(configured: string): (address: string) => boolean {
  const list = new BlockList();
  for (const part of configured.split(","))
    for (const range of RANGES[part.trim()] ?? [part.trim()]) {
      const [address = "", prefix] = range.split("/");
      const family = isIPv4(address) ? "ipv4" : "ipv6";
      if (prefix === undefined) list.addAddress(address, family);
      else list.addSubnet(address, Number(prefix), family);
    }
  return (address) => {
    const canonical = canonicalAddress(address ?? "");
    return canonical !== null && list.check(canonical, isIPv4(canonical) ? "ipv4" : "ipv6");
  };
}

function ipv4Of(high: string, low: string): string {
  const [first, last] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, last >> 8, last & 255].join(".");
}
