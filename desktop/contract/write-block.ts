/** Why the user cannot write now: the title of every disabled button, and the failure of the worker. */
import type { Role } from "../../events/business/roles.ts";
import type { SyncStatus } from "./contract.ts";

/** While the screens show the books as of a moment. */
export const PAST_BLOCK = {
  code: "IN_THE_PAST",
  reason: "You are looking at the past. Return to now to make changes",
} as const;

interface WriteBlock {
  code: string;
  /** The title of the button. */
  reason: string;
}

/** @param roles the roles that may give the command @returns null if this user may write now */
export function writeBlock(
  { isOnline, needs, user }: Pick<SyncStatus, "isOnline" | "needs" | "user">,
  roles: readonly Role[],
): WriteBlock | null {
  if (user && !roles.includes(user.role as Role)) return { code: "ROLE", reason: `Not for the role ${user.role}` };
  if (!isOnline) return { code: "OFFLINE", reason: "Internet required" };
  if (!user || needs === "login" || needs === "server") return { code: "LOGIN_NEEDED", reason: "Log in to write" };
  if (needs === "agreement") return { code: "FORKED", reason: "The server’s history no longer matches this device" };
  if (needs === "altered") return { code: "ALTERED", reason: "The history was altered" };
  if (needs === "key") return { code: "KEY_CHANGED", reason: "The server’s key must be confirmed first" };
  if (needs === "behind") return { code: "BEHIND", reason: "The server has lost changes that it had confirmed" };
  if (needs === "update") return { code: "UNKNOWN_EVENT", reason: "Update needed" };
  return null;
}
