/** The list of users and their roles. Only owners see it. */
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import { Problem } from "../../parts/problem.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { status } from "../../state/state.ts";
import { usePages } from "../../state/use-pages.ts";
import { roleName } from "../../text/roles.ts";

export function UsersSettings(): ComponentChild {
  const { rows, failure, whole, more, retry } = usePages("listUsers", { sort: "name" });
  // An organization has a few hundred users at most, so all of them are read.
  useEffect(more, [rows]);
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Users</h2>
        <WriteLink href="#/settings/users/new" roles={OWNER}>
          Invite user
        </WriteLink>
      </div>
      {failure && <Problem failure={failure} retry={retry} />}
      {rows.length > 0 && <UserTable rows={rows} />}
      {!whole && !failure && <p class="waiting">Loading…</p>}
    </section>
  );
}

function UserTable({ rows }: { rows: readonly Row<"user">[] }): ComponentChild {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">E-mail</th>
          <th scope="col">Role</th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, email, role, active }) => (
          <tr key={id}>
            <td class="breaks">
              <a href={`#/settings/users/${id}`}>{name}</a>
              {id === status.value?.user?.id && " (you)"}
            </td>
            <td class="breaks">{email}</td>
            <td class="unbroken">{roleName(role)}</td>
            <td>
              {active === 1 ? (
                <span class="badge" data-tone="good">
                  Active
                </span>
              ) : (
                <span class="badge" data-tone="quiet">
                  Deactivated
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
