/** Commands on users. */
import { OWNER } from "../business/roles.ts";
import {
  addUser,
  changeRole,
  changeUserDetails,
  deactivateUser,
  endSessions,
  reactivateUser,
  roleChanged,
  userAdded,
  userDetails,
} from "../business/user.ts";
import { define, NO_INPUT } from "./command.ts";
import { changeOf, inputOf } from "./command-input.ts";

export const userCommands = {
  AddUser: define({
    stream: "user",
    event: "UserAdded",
    begins: true,
    roles: OWNER,
    method: "POST",
    path: "/api/users",
    summary: "Add a user",
    input: inputOf(userAdded),
    rules: ["EMAIL_TAKEN"],
    decide: (books, user) => addUser(books, user),
  }),

  ChangeUserDetails: define({
    stream: "user",
    event: "UserDetailsChanged",
    begins: false,
    roles: OWNER,
    method: "PATCH",
    path: "/api/users/:id",
    summary: "Change a user's name or e-mail address",
    input: changeOf(userDetails),
    rules: ["UNKNOWN_USER", "EMAIL_TAKEN"],
    before: (books, _, id) => books.user(id),
    decide: (books, change, { id }) => {
      const user = books.user(id);
      return changeUserDetails(books, id, { email: user?.email ?? "", name: user?.name ?? "", ...change });
    },
  }),

  ChangeRole: define({
    stream: "user",
    event: "UserRoleChanged",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/role",
    summary: "Change a user's role",
    input: inputOf(roleChanged),
    rules: ["UNKNOWN_USER", "LAST_OWNER"],
    decide: (books, { role }, { id }) => changeRole(books, id, role),
  }),

  DeactivateUser: define({
    stream: "user",
    event: "UserDeactivated",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/deactivate",
    summary: "Deactivate a user: the user can no longer log in",
    input: NO_INPUT,
    rules: ["UNKNOWN_USER", "LAST_OWNER"],
    decide: (books, _, { id }) => deactivateUser(books, id),
  }),

  ReactivateUser: define({
    stream: "user",
    event: "UserReactivated",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/reactivate",
    summary: "Reactivate a user",
    input: NO_INPUT,
    rules: ["UNKNOWN_USER"],
    decide: (books, _, { id }) => reactivateUser(books, id),
  }),

  EndSessions: define({
    stream: "user",
    event: "UserSessionsEnded",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/users/:id/end-sessions",
    summary: "End all sessions of a user",
    input: NO_INPUT,
    rules: ["UNKNOWN_USER"],
    decide: (books, _, { id }) => endSessions(books, id),
  }),
} as const;
