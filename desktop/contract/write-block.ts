/** Why nothing can be written now: the words on every button that would, and what the worker answers. */
import type { Role } from "../../events/business/roles.ts";
import type { SyncStatus } from "./contract.ts";

export interface WriteBlock {
  code: string;
  /** For people: the button's title. */
  reason: string;
}

/** @returns null if this user may write now. @param roles those that may give the command */
export function writeBlock(
  { isOnline, needs, user }: Pick<SyncStatus, "isOnline" | "needs" | "user">,
  roles: readonly Role[],
): WriteBlock | null {
  if (user && !roles.includes(user.role as Role)) return { code: "ROLE", reason: `Not for the role ${user.role}` };
  if (!isOnline) return { code: "OFFLINE", reason: "Internet required" };
  if (!user || needs === "login" || needs === "server") return { code: "LOGIN_NEEDED", reason: "Log in to write" };
  if (needs === "agreement") return { code: "FORKED", reason: "The server’s history is another one" };
  if (needs === "update") return { code: "UNKNOWN_EVENT", reason: "Update needed" };
  return null;
}
