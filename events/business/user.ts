/** Users and what they may do. Passwords and tokens are in the server's account store, never in an event. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import { email, line } from "../values/schema.ts";
import { ROLES, type Role } from "./roles.ts";
import { isTaken, takenBy } from "./taken.ts";

const details = {
  email: email().describe("E-mail address, in lower case; the user logs in with it."),
  name: line(200).describe("The user's name."),
};
const role = z.enum(ROLES).describe("Owner: everything; clerk: writes; viewer: reads; auditor: reads and verifies.");

export const userDetails = z.object(details);
export const userAdded = z.object({ ...details, role });
export const roleChanged = z.object({ role });
export const noFields = z.object({});

export type UserEvent =
  | { type: "UserAdded"; data: z.infer<typeof userAdded> }
  | { type: "UserDetailsChanged"; data: z.infer<typeof userDetails> }
  | { type: "UserRoleChanged"; data: z.infer<typeof roleChanged> }
  | { type: "UserDeactivated"; data: Record<never, never> }
  | { type: "UserReactivated"; data: Record<never, never> }
  | { type: "UserSessionsEnded"; data: Record<never, never> };

export interface UserOnBooks extends StreamState {
  email: string;
  name: string;
  role: Role;
  active: boolean;
  /** How many times all sessions were ended. Tokens carry this count. */
  sessionsEnded: number;
}

export interface UserBooks {
  user(id: StreamId): UserOnBooks | undefined;
  /** Another user than `own` whose address is the same to people (`uniqueKey`); exactly this address first. */
  userIdByEmail(email: string, own: StreamId | null): StreamId | undefined;
  /** The number of active owners. The last one must stay. */
  activeOwners(): number;
}

export function addUser(books: UserBooks, user: z.infer<typeof userAdded>): UserEvent {
  refuseTakenEmail(books, user.email, null);
  return { type: "UserAdded", data: user };
}

export function changeUserDetails(books: UserBooks, id: StreamId, to: z.infer<typeof userDetails>): UserEvent | null {
  const user = userOf(books, id);
  if (user.email === to.email && user.name === to.name) return null;
  refuseTakenEmail(books, to.email, id);
  return { type: "UserDetailsChanged", data: to };
}

export function changeRole(books: UserBooks, id: StreamId, role: Role): UserEvent | null {
  const user = userOf(books, id);
  if (user.role === role) return null;
  refuseLastOwner(books, user);
  return { type: "UserRoleChanged", data: { role } };
}

/** Deactivates a user. Deactivating the user again decides nothing. */
export function deactivateUser(books: UserBooks, id: StreamId): UserEvent | null {
  const user = userOf(books, id);
  if (!user.active) return null;
  refuseLastOwner(books, user);
  return { type: "UserDeactivated", data: {} };
}

export function reactivateUser(books: UserBooks, id: StreamId): UserEvent | null {
  return userOf(books, id).active ? null : { type: "UserReactivated", data: {} };
}

/** Ends all sessions: earlier tokens are refused from now on. */
export function endSessions(books: UserBooks, id: StreamId): UserEvent {
  userOf(books, id);
  return { type: "UserSessionsEnded", data: {} };
}

/**
 * Checks that the user is active and has a role that may give the command.
 *
 * @param command its roles, and what it does, for the message
 * @throws Refusal USER_INACTIVE, ROLE_TOO_WEAK
 */
export function checkRole(
  books: UserBooks,
  actor: StreamId,
  command: { roles: readonly Role[]; summary: string },
): void {
  const user = books.user(actor);
  if (!user?.active) throw refusal("USER_INACTIVE", `user ${actor} is not active`, { values: { user: actor } });
  const { roles, summary } = command;
  if (!roles.includes(user.role))
    throw refusal("ROLE_TOO_WEAK", `${summary}: requires the role ${roles.join(" or ")}, not ${user.role}`, {
      values: { role: user.role },
    });
}

function userOf(books: UserBooks, id: StreamId): UserOnBooks {
  const user = books.user(id);
  if (!user) throw refusal("UNKNOWN_USER", `there is no user ${id}`, { values: { id } });
  return user;
}

function refuseTakenEmail(books: UserBooks, email: string, own: StreamId | null): void {
  const id = books.userIdByEmail(email, own);
  if (id === undefined) return;
  const existing = userOf(books, id).email;
  const before = own === null ? null : userOf(books, own).email;
  if (isTaken(email, { existing, before }))
    throw refusal("EMAIL_TAKEN", takenBy(`user ${id}`, "e-mail address", { text: email, existing }), {
      field: "email",
      values: { email, user: id, existing },
    });
}

function refuseLastOwner(books: UserBooks, user: UserOnBooks): void {
  if (user.role === "owner" && user.active && books.activeOwners() === 1)
    throw refusal("LAST_OWNER", `${user.email} is the only active owner`, { values: { user: user.id } });
}
