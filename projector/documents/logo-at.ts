/** The logo on paper. */
import { prepare } from "../queries/prepared.ts";
import type { ReadSource } from "../queries/read.ts";
import type { Logo } from "./document-source.ts";

/** The organization's logo at an event; null: now. */
export function logoAt(db: ReadSource["db"], seq: number | null): Logo | null {
  const at = seq ?? Number.MAX_SAFE_INTEGER;
  const row = prepare<[object], { logo: Uint8Array | null; logo_type: Logo["mediaType"] }>(
    db,
    `SELECT logo, logo_type FROM organization WHERE since <= @at
      UNION ALL SELECT logo, logo_type FROM organization_past WHERE since <= @at AND until > @at`,
  ).get({ at });
  return row?.logo ? { mediaType: row.logo_type, image: row.logo } : null;
}
