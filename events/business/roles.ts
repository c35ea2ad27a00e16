/** The roles of users, and which of them may write. No schema, because the screens use it too. */

/** owner: everything. clerk: writes. viewer: reads. auditor: reads, proves, exports. */
export const ROLES = ["owner", "clerk", "viewer", "auditor"] as const;
export type Role = (typeof ROLES)[number];

export const OWNER: readonly Role[] = ["owner"];
export const WRITERS: readonly Role[] = ["owner", "clerk"];
