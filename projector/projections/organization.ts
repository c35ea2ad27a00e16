import type { OrganizationEvent, OrganizationProfile } from "../../events/business/organization.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { profileColumns, seriesColumns } from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { must, type Projections, type Tables } from "./projection.ts";

export const organizationProjections: Projections<OrganizationEvent["type"]> = {
  OrganizationRegistered(tables, event) {
    const logo = { logo_type: null, logo: null };
    putOrganization(tables, event, event.data, { ...logo, series_count: 0, registered_at: event.at });
  },
  OrganizationProfileChanged(tables, event) {
    const row = must(tables.organization.get(1), event, "organization");
    putOrganization(tables, event, event.data, row);
  },
  OrganizationLogoChanged(tables, event) {
    const row = must(tables.organization.get(1), event, "organization");
    const { logo } = event.data;
    tables.organization.put({
      ...row,
      version: event.version,
      logo_type: logo?.mediaType ?? null,
      logo: logo?.image ?? null,
    });
  },
};

function putOrganization(
  tables: Tables,
  event: LogEvent,
  profile: OrganizationProfile,
  before: Pick<Row<"organization">, "logo_type" | "logo" | "series_count" | "registered_at">,
): void {
  const { logo_type, logo, registered_at } = before;
  const { series } = profile;
  const rest = { id: 1, version: event.version, logo_type, logo, series_count: series.length, registered_at };
  tables.organization.put(profileColumns.row(profile, rest));
  for (let n = 1; n <= before.series_count; n++) tables.numberSeries.delete(1, n);
  for (const [i, one] of series.entries())
    tables.numberSeries.put(seriesColumns.row(one, { organization_id: 1, n: i + 1 }));
}
