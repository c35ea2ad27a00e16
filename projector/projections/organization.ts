import type { OrganizationEvent, OrganizationProfile } from "../../events/business/organization.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
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
  kept: { logo_type: string | null; logo: Uint8Array | null; series_count: number; registered_at: number },
): void {
  tables.organization.put({
    id: 1,
    version: event.version,
    legal_name: profile.legalName,
    trading_name: profile.tradingName,
    ...profile.address,
    vat_id: profile.vatId,
    company_id: profile.companyId,
    email: profile.email,
    phone: profile.phone,
    iban: profile.iban,
    bic: profile.bic,
    time_zone: profile.timeZone,
    language: profile.language,
    currency: profile.currency,
    terms_days: profile.termsDays,
    logo_type: kept.logo_type,
    logo: kept.logo,
    series_count: profile.series.length,
    registered_at: kept.registered_at,
  });
  for (let n = 1; n <= kept.series_count; n++) tables.numberSeries.delete(1, n);
  for (const [i, { name, kind, prefix, digits, foreign }] of profile.series.entries())
    tables.numberSeries.put({
      organization_id: 1,
      n: i + 1,
      name,
      kind,
      prefix,
      digits,
      is_foreign: foreign ? 1 : 0,
    });
}
