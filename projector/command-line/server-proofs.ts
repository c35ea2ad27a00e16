/** What a server signed about its log, for commands that name the server. */
import type { LogId } from "../../events/log/log.ts";
import { ProofRequests } from "../../events/sources/http/proof-requests.ts";
import { tokenFrom } from "./credentials.ts";
import { isHttp } from "./logs-and-caches.ts";
import type { Terminal } from "./terminal.ts";

/** @param location of the log @returns null if it is not a server's */
export function serverProofs(
  location: string,
  log: LogId | null,
  { env, note }: Pick<Terminal, "env" | "note">,
): ProofRequests | null {
  if (log === null || !isHttp(location)) return null;
  return new ProofRequests(new URL(location).origin, { token: tokenFrom(env, location, note), log });
}
