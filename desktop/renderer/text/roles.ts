/** Names of the roles, and what each role allows. */
import type { Role } from "../../../events/business/roles.ts";

const WORDS: { readonly [R in Role]: readonly [name: string, permissions: string] } = {
  owner: ["Owner", "does everything, including settings and users"],
  clerk: ["Clerk", "writes invoices, payments, clients and items"],
  viewer: ["Viewer", "reads, prints and exports"],
  auditor: ["Auditor", "reads, and verifies that nothing was altered"],
};
const ROLES = Object.entries(WORDS) as readonly (readonly [Role, readonly [name: string, permissions: string]])[];

/** @param role a role that this release does not know is returned as it is */
export function roleName(role: string): string {
  return ROLES.find(([known]) => known === role)?.[1][0] ?? role;
}

/** Options of a select field: each role with what it allows. */
export const ROLE_OPTIONS: readonly (readonly [role: Role, label: string])[] = ROLES.map(
  ([role, [name, permissions]]) => [role, `${name}: ${permissions}`],
);
