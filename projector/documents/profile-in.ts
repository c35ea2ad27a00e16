/** The organization's profile, as far as documents have it. */
import type { OrganizationProfile } from "../../events/business/organization.ts";
import { furtherOfOrganization, rowOf } from "../stated/further.ts";
import type { StatedRows } from "../stated/stated-rows.ts";
import { profileColumns } from "../tables/mappings.ts";

/** Without its series and VAT rates, which no document states. */
export function profileIn(rows: StatedRows): OrganizationProfile {
  const own = rowOf(rows.organization.get(1));
  return { ...profileColumns.data(own), more: furtherOfOrganization(rows, own), series: [], vatRates: [] };
}
