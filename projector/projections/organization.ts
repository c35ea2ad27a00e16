import type { OrganizationEvent, OrganizationProfile } from "../../events/business/organization.ts";
import type { PeriodEvent } from "../../events/business/period-lock.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import {
  organizationAccountColumns,
  organizationIdentifierColumns,
  profileColumns,
  seriesColumns,
  vatRateColumns,
} from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { followPattern } from "./numbers.ts";
import { inconsistent, must, type Projections, type Tables } from "./projection.ts";

export const organizationProjections: Projections<(OrganizationEvent | PeriodEvent)["type"]> = {
  OrganizationRegistered(tables, event) {
    const counts = { series_count: 0, vat_rate_count: 0, identifier_count: 0, account_count: 0 };
    const nothing = { logo_type: null, logo: null, locked_up_to: null, ...counts };
    putOrganization(tables, event, event.data, { ...nothing, registered_at: event.at });
  },
  OrganizationProfileChanged(tables, event) {
    const row = must(tables.organization.get(1), event, "organization");
    if (event.data.currency !== row.currency)
      throw inconsistent(event, `the currency is ${row.currency} and cannot become ${event.data.currency}`);
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
  PeriodLocked(tables, event) {
    const row = must(tables.organization.get(1), event, "organization");
    tables.organization.put({ ...row, version: event.version, locked_up_to: event.data.lockedUpTo });
  },
};

function putOrganization(
  tables: Tables,
  event: LogEvent,
  profile: OrganizationProfile,
  before: Pick<
    Row<"organization">,
    | "logo_type"
    | "logo"
    | "locked_up_to"
    | "series_count"
    | "vat_rate_count"
    | "identifier_count"
    | "account_count"
    | "registered_at"
  >,
): void {
  const { logo_type, logo, locked_up_to, registered_at } = before;
  const { series, vatRates } = profile;
  const { identifiers = [], accounts = [] } = profile.more ?? {};
  const counts = {
    ...{ series_count: series.length, vat_rate_count: vatRates.length },
    ...{ identifier_count: identifiers.length, account_count: accounts.length },
  };
  const rest = { id: 1, version: event.version, logo_type, logo, locked_up_to, ...counts, registered_at };
  tables.organization.put(profileColumns.row(profile, rest));
  for (let n = 1; n <= before.series_count; n++) tables.numberSeries.delete(1, n);
  for (const [i, one] of series.entries())
    tables.numberSeries.put(seriesColumns.row(one, { organization_id: 1, n: i + 1 }));
  for (const one of series) followPattern(tables, one);
  for (let n = 1; n <= before.vat_rate_count; n++) tables.savedVatRate.delete(1, n);
  for (const [i, one] of vatRates.entries())
    tables.savedVatRate.put(vatRateColumns.row(one, { organization_id: 1, n: i + 1 }));
  for (const [i, one] of identifiers.entries())
    tables.organizationIdentifier.put(organizationIdentifierColumns.row(one, { organization_id: 1, n: i + 1 }));
  for (const [i, one] of accounts.entries())
    tables.organizationAccount.put(organizationAccountColumns.row(one, { organization_id: 1, n: i + 1 }));
  for (let n = identifiers.length + 1; n <= before.identifier_count; n++) tables.organizationIdentifier.delete(1, n);
  for (let n = accounts.length + 1; n <= before.account_count; n++) tables.organizationAccount.delete(1, n);
}
