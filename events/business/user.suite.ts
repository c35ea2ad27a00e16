/** Decisions about users. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, type CommandName } from "../commands/commands.ts";
import { type Input, isRefusal, type Office, type OpenOffice, OWNER, OWNER_DETAILS } from "./office.suite.ts";
import { ROLES, type Role } from "./roles.ts";
import { checkRole } from "./user.ts";

const CLERK = { email: "clerk@example.com", name: "Cleo Clerk", role: "clerk" };

const userOf = async (office: Office, input: Input = {}) =>
  (await office.run("AddUser", { ...CLERK, ...input })).stream;

export function userDecisions(open: OpenOffice): void {
  test("AddUser adds a user of each role", async (t) => {
    const office = await open(t);
    for (const role of ROLES) {
      const user = { email: `${role}@example.org`, name: `A ${role}`, role };
      const event = await office.accepts("AddUser", user);
      assert.deepEqual(event.data, user);
      assert.deepEqual([event.stream, event.version, event.actor], [event.seq, 1, OWNER]);
    }
  });

  test("AddUser refuses the e-mail address of any other user", async (t) => {
    const office = await open(t);
    const taken = { rule: "EMAIL_TAKEN", field: "email" } as const;
    await office.refuses(
      "AddUser",
      { ...CLERK, email: OWNER_DETAILS.email },
      {},
      {
        ...taken,
        values: { email: OWNER_DETAILS.email, user: OWNER, existing: OWNER_DETAILS.email },
      },
    );
    const id = await userOf(office);
    await office.run("DeactivateUser", {}, { id });
    await office.refuses("AddUser", CLERK, {}, taken);
  });

  test("ChangeUserDetails changes the fields in the input and leaves the rest", async (t) => {
    const office = await open(t);
    const id = await userOf(office);
    const named = await office.accepts("ChangeUserDetails", { name: "Cleopatra" }, { id });
    assert.deepEqual(named.data, { email: CLERK.email, name: "Cleopatra" });
    const moved = await office.accepts("ChangeUserDetails", { email: "cleo@example.com" }, { id });
    assert.deepEqual(moved.data, { email: "cleo@example.com", name: "Cleopatra" });
    await office.decidesNothing("ChangeUserDetails", {}, { id });
    await office.decidesNothing("ChangeUserDetails", { email: "cleo@example.com", name: "Cleopatra" }, { id });
    // Her old address is free again.
    await office.accepts("AddUser", CLERK);
  });

  test("ChangeUserDetails refuses another user's e-mail address", async (t) => {
    const office = await open(t);
    const id = await userOf(office);
    const expected = {
      rule: "EMAIL_TAKEN",
      field: "email",
      values: { email: OWNER_DETAILS.email, user: OWNER, existing: OWNER_DETAILS.email },
    } as const;
    await office.refuses("ChangeUserDetails", { email: OWNER_DETAILS.email }, { id }, expected);
    const email = OWNER_DETAILS.email.replace("o", "о"); // a Cyrillic letter
    assert.notEqual(email, OWNER_DETAILS.email);
    const similar = { ...expected, values: { ...expected.values, email } };
    await office.refuses("ChangeUserDetails", { email }, { id }, similar);
    await office.refuses("AddUser", { ...CLERK, email }, {}, similar);
  });

  test("ChangeRole changes the role, once", async (t) => {
    const office = await open(t);
    const id = await userOf(office);
    const event = await office.accepts("ChangeRole", { role: "viewer" }, { id });
    assert.deepEqual(event.data, { role: "viewer" });
    await office.decidesNothing("ChangeRole", { role: "viewer" }, { id });
  });

  test("DeactivateUser and ReactivateUser take effect once", async (t) => {
    const office = await open(t);
    const id = await userOf(office);
    await office.decidesNothing("ReactivateUser", {}, { id });
    await office.accepts("DeactivateUser", {}, { id });
    await office.decidesNothing("DeactivateUser", {}, { id });
    const client = { name: "A client", address: { country: "GB" } };
    const shutOut = { rule: "USER_INACTIVE", values: { user: id } } as const;
    await office.refuses("RegisterClient", client, { actor: id }, shutOut);
    await office.accepts("ReactivateUser", {}, { id });
    await office.accepts("RegisterClient", client, { actor: id });
  });

  test("EndSessions takes effect each time", async (t) => {
    const office = await open(t);
    const id = await userOf(office);
    await office.accepts("EndSessions", {}, { id });
    await office.accepts("EndSessions", {}, { id });
    assert.equal(office.books.user(id)?.sessionsEnded, 2);
  });

  test("the last active owner stays an owner", async (t) => {
    const office = await open(t);
    const last = { rule: "LAST_OWNER", values: { user: OWNER } } as const;
    await office.refuses("DeactivateUser", {}, { id: OWNER }, last);
    await office.refuses("ChangeRole", { role: "clerk" }, { id: OWNER }, last);

    const id = await userOf(office, { role: "owner" });
    await office.run("DeactivateUser", {}, { id });
    await office.refuses("DeactivateUser", {}, { id: OWNER }, last); // an owner who is shut out does not count
    await office.accepts("ChangeRole", { role: "clerk" }, { id });
    await office.run("ChangeRole", { role: "owner" }, { id });
    await office.run("ReactivateUser", {}, { id });
    await office.accepts("DeactivateUser", {}, { id: OWNER });
    await office.refuses("ChangeRole", { role: "viewer" }, { id, actor: id }, { rule: "LAST_OWNER" });
  });

  for (const [command, input] of [
    ["ChangeUserDetails", { name: "Nobody" }],
    ["ChangeRole", { role: "clerk" }],
    ["DeactivateUser", {}],
    ["ReactivateUser", {}],
    ["EndSessions", {}],
  ] as const) {
    test(`${command} refuses a user that does not exist`, async (t) => {
      const office = await open(t);
      for (const id of [1, 99]) // 1 is the organization
        await office.refuses(command, input, { id }, { rule: "UNKNOWN_USER", values: { id } });
    });
  }

  test("every command requires one of its roles", async (t) => {
    const office = await open(t);
    const users = new Map<Role, number>();
    for (const role of ROLES) users.set(role, await userOf(office, { email: `${role}@example.org`, role }));
    for (const [name, command] of Object.entries(COMMANDS) as [
      CommandName,
      { roles: readonly Role[]; summary: string },
    ][])
      for (const [role, actor] of users) {
        const check = () => checkRole(office.books, actor, command);
        if (command.roles.includes(role)) assert.doesNotThrow(check, `${name} by ${role}`);
        else assert.throws(check, (error) => isRefusal(error, { rule: "ROLE_TOO_WEAK", values: { role } }));
      }
  });

  test("an unknown user may give no command", async (t) => {
    const office = await open(t);
    const expected = { rule: "USER_INACTIVE" } as const;
    for (const actor of [0, 1, 99]) await office.refuses("AddUser", CLERK, { actor }, expected);
  });
}
