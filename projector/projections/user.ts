import type { UserEvent } from "../../events/business/user.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { sortKeyOf } from "../../events/values/sort-key.ts";
import { userColumns, userDetailsColumns } from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { must, type Projections, type Tables } from "./projection.ts";
import { putUniqueText } from "./unique-text.ts";

export const userProjections: Projections<UserEvent["type"]> = {
  UserAdded(tables, event) {
    const { stream: id, version, data } = event;
    const rest = { id, version, active: 1, sessions_ended: 0, sort_key: sortKeyOf(data.name) } as const;
    tables.user.put(userColumns.row(data, rest));
    putUniqueText(tables, { stream: id, kind: "user", scope: 0 }, { before: null, now: data.email });
  },
  UserDetailsChanged(tables, event) {
    const to = { ...userDetailsColumns.part(event.data), sort_key: sortKeyOf(event.data.name) };
    const { email: before } = change(tables, event, to);
    putUniqueText(tables, { stream: event.stream, kind: "user", scope: 0 }, { before, now: event.data.email });
  },
  UserRoleChanged(tables, event) {
    change(tables, event, { role: event.data.role });
  },
  UserDeactivated(tables, event) {
    change(tables, event, { active: 0 });
  },
  UserReactivated(tables, event) {
    change(tables, event, { active: 1 });
  },
  UserSessionsEnded(tables, event) {
    const user = must(tables.user.get(event.stream), event, `user ${event.stream}`);
    change(tables, event, { sessions_ended: user.sessions_ended + 1 });
  },
};

/** @returns the row before */
function change(tables: Tables, event: LogEvent, to: Partial<Row<"user">>): Row<"user"> {
  const user = must(tables.user.get(event.stream), event, `user ${event.stream}`);
  tables.user.put({ ...user, ...to, version: event.version });
  return user;
}
