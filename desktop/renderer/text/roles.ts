/** What users may do, in words. */
import type { Role } from "../../../events/business/roles.ts";

const WORDS: { readonly [R in Role]: readonly [name: string, may: string] } = {
  owner: ["Owner", "everything, also settings and users"],
  clerk: ["Clerk", "writes invoices, payments, clients and items"],
  viewer: ["Viewer", "reads, prints and exports"],
  auditor: ["Auditor", "reads, and proves that nothing was altered"],
};
const ROLES = Object.entries(WORDS) as readonly (readonly [Role, readonly [name: string, may: string]])[];

/** @param role one that this release does not know is said as it is */
export function roleName(role: string): string {
  return ROLES.find(([known]) => known === role)?.[1][0] ?? role;
}

/** For a choice: each role with what it may. */
export const ROLE_OPTIONS = ROLES.map(([role, [name, may]]) => [role, `${name}: ${may}`] as const);
