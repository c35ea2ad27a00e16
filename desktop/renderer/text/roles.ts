/** What users may do, in words. */
import type { Role } from "../../../events/business/roles.ts";

const WORDS: { readonly [R in Role]: readonly [name: string, may: string] } = {
  owner: ["Owner", "everything, also settings and users"],
  clerk: ["Clerk", "writes invoices, payments, clients and items"],
  viewer: ["Viewer", "reads, prints and exports"],
  auditor: ["Auditor", "reads, and proves that nothing was altered"],
};

export function roleName(role: Role): string {
  return WORDS[role][0];
}

/** For a choice: each role with what it may. */
export const ROLE_OPTIONS = (Object.entries(WORDS) as [Role, readonly [string, string]][]).map(
  ([role, [name, may]]) => [role, `${name}: ${may}`] as const,
);
