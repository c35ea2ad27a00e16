/**
 * Limits connections: each takes a file descriptor and some memory, even if nothing is sent over it. Without a limit,
 * one client takes them all, and the server can neither accept another one nor open a file.
 */
import type { Server, Socket } from "node:net";
import { canonicalAddress, networksOf, trustedProxies } from "../senders.ts";

/** Maximum number of connections: more than the long polls that a process holds. */
const MAX_TOTAL = 16_384;
/** Part of the process's open files that connections may take. Logs and caches need the rest. */
const OF_FILES = 0.75;
/** Maximum number of connections from one sender: an office with 200 desktops has about 1,000. */
const MAX_EACH = 1_024;

export interface ConnectionLimits {
  total: number;
  /** From one sender: an IPv4 address, an IPv6 /56. */
  each: number;
}

/** The limits of this process, from the number of files that it may open. */
export function connectionLimits(openFiles = maxOpenFiles()): ConnectionLimits {
  const total = Math.min(MAX_TOTAL, Math.floor(openFiles * OF_FILES));
  return { total, each: Math.min(MAX_EACH, Math.ceil(total / 4)) };
}

/**
 * Closes connections beyond the limits as soon as they are opened.
 *
 * @param isShared true for an address that many clients share, such as a proxy: only the total applies to it
 */
export function limitConnections(
  server: Server,
  { total, each }: ConnectionLimits,
  isShared: (address: string) => boolean,
): void {
  const counts = new Map<string, number>();
  server.maxConnections = total;
  server.on("connection", (socket: Socket) => {
    const address = canonicalAddress(socket.remoteAddress ?? "");
    if (address === null || isShared(address)) return;
    const [sender] = networksOf(address);
    const count = counts.get(sender) ?? 0;
    if (count >= each) return void socket.destroy();
    counts.set(sender, count + 1);
    socket.once("close", () => {
      const left = (counts.get(sender) ?? 1) - 1;
      if (left === 0) counts.delete(sender);
      else counts.set(sender, left);
    });
  });
}

/** Addresses that many clients share: trusted proxies, and this machine, where a tunnel may end. */
export function sharedAddresses(trustedProxy: string | null): (address: string) => boolean {
  return trustedProxies(trustedProxy === null ? "loopback" : `loopback,${trustedProxy}`);
}

/** Node raises the soft limit to the hard one when it starts. Infinity where the system has no limit (Windows). */
function maxOpenFiles(): number {
  if (!process.report) return Number.POSITIVE_INFINITY;
  Object.assign(process.report, { excludeNetwork: true }); // it would look up the names of all peers
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  return Number(userLimits?.open_files?.soft) || Number.POSITIVE_INFINITY;
}
