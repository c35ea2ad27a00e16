/** What was signed about a log, as far as its source has it: a server, or a .events file. */
import type { EventLog, LogId } from "../../events/log/log.ts";
import { EventsFile } from "../../events/sources/file/events-file.ts";
import { ProofRequests } from "../../events/sources/http/proof-requests.ts";
import { type NamedKeys, readKeys } from "../verify/named-keys.ts";
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

/** What a server says about its keys. @returns null if it is no server, or says nothing @throws LogError */
export async function serverKeys(
  location: string,
  log: LogId | null,
  terminal: Pick<Terminal, "env" | "note">,
): Promise<NamedKeys | null> {
  const server = serverProofs(location, log, terminal);
  const answer = await server?.key();
  return server && answer ? readKeys(JSON.stringify(answer)) : null;
}

/**
 * The signed checkpoint that comes with a log: a server's newest, or the one in a .events file. Read it before the
 * log's head: then the log has at least as many events.
 *
 * @returns null if there is none; who signed it is not checked
 */
export async function ownCheckpoint(
  log: EventLog,
  location: string,
  terminal: Pick<Terminal, "env" | "note">,
): Promise<{ note: string; name: string } | null> {
  const note =
    log instanceof EventsFile ? log.checkpoint : await serverProofs(location, await log.id(), terminal)?.checkpoint();
  return note ? { note, name: `${log.name}: its own checkpoint` } : null;
}
