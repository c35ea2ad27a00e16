/** The organization: stream 1 of every log. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { savedVatRateV1, upcastSavedVatRateV1 } from "../document/basis-points.ts";
import { compact } from "../document/compact.ts";
import { address, furtherOfOrganization } from "../document/party.ts";
import { type Refusal, refusal } from "../errors.ts";
import type { StreamState } from "../sequence.ts";
import { checkCurrency } from "../values/currency.ts";
import { MAX_LOGO_BYTES } from "../values/logo.ts";
import { VAT_CATEGORIES } from "../values/money.ts";
import { bytes, currency, email, int, language, line, rate3, timeZone } from "../values/schema.ts";
import { DRAFT_LIMITS, MAX_VAT_RATES } from "../values/size-limits.ts";
import { isTimeZone } from "../values/time-zone.ts";
import { uniqueKey } from "../values/unique-key.ts";
import { checkVat } from "../values/vat.ts";
import {
  checkSeries,
  checkSeriesInUse,
  MAX_SERIES,
  type Series,
  type SeriesBooks,
  series,
  seriesV1,
  upcastSeriesV1,
} from "./series.ts";

/** A VAT rate that the organization uses, with a name that its users pick it by. */
export const savedVatRate = z.object({
  name: line(60).describe("What users pick it by, such as Standard; unique."),
  vatCategory: z.enum(VAT_CATEGORIES).describe("VAT category (EN 16931)."),
  vatRate3: rate3().nullable().describe("VAT rate in thousandths of a per cent: 20000 is 20 %; null for category O."),
  reason: line(DRAFT_LIMITS.reason).nullable().describe("Why it has no VAT, for documents that state no reason."),
});
export type SavedVatRate = z.infer<typeof savedVatRate>;

/** The profile as first shipped: without VAT rates. */
export const organizationProfileV1 = z.object({
  legalName: line(200).describe("Registered name."),
  tradingName: line(200).nullable().describe("Name that it trades under."),
  address: address.describe("Postal address."),
  vatId: line(20).nullable().describe("VAT identification number, with its country's letters."),
  companyId: line(50).nullable().describe("Number in the register of companies."),
  email: email().nullable().describe("E-mail address, in lower case."),
  phone: line(50).nullable().describe("Telephone number."),
  iban: line(34).nullable().describe("Bank account, IBAN."),
  bic: line(11).nullable().describe("Bank, BIC."),
  timeZone: timeZone().describe("IANA name of the time zone that days begin and end in, such as Europe/Paris."),
  language: language().describe("Language of invoices, BCP 47."),
  currency: currency().describe("ISO 4217; it cannot change."),
  termsDays: int(0, 365).describe("Days from issue to due, where a client has no terms."),
  series: z.array(seriesV1).max(MAX_SERIES).describe("Number series, the whole list."),
});
type ProfileV1 = z.infer<typeof organizationProfileV1>;

/** The profile in which the numbers of a series were a prefix and a counter. */
export const organizationProfileV2 = organizationProfileV1.extend({
  vatRates: z.array(savedVatRateV1).max(MAX_VAT_RATES),
});
type ProfileV2 = z.infer<typeof organizationProfileV2>;

/** The profile in which VAT rates were in basis points, with the usual fields alone. */
export const organizationProfileV3 = organizationProfileV2.extend({
  series: z.array(series).max(MAX_SERIES).describe("Number series, the whole list."),
});
type ProfileV3 = z.infer<typeof organizationProfileV3>;

export const organizationProfile = organizationProfileV3.extend({
  vatRates: z.array(savedVatRate).max(MAX_VAT_RATES).describe("VAT rates to pick from, the whole list in its order."),
  more: furtherOfOrganization
    .nullable()
    .describe("What else its documents state; null: nothing. A change replaces all of it."),
});
export type OrganizationProfile = z.infer<typeof organizationProfile>;

/** Organizations that were founded before rates could be saved have none. */
export function upcastProfileV1(old: ProfileV1): ProfileV2 {
  return { ...old, vatRates: [] };
}

/** Counters began at 1 and never began again. */
export function upcastProfileV2(old: ProfileV2): ProfileV3 {
  return { ...old, series: old.series.map(upcastSeriesV1) };
}

export function upcastProfileV3(old: ProfileV3): OrganizationProfile {
  return { ...old, vatRates: old.vatRates.map(upcastSavedVatRateV1), more: null };
}

const organizationLogo = z.object({
  mediaType: z.enum(["image/png", "image/jpeg"]).describe("Media type of the image."),
  image: bytes(MAX_LOGO_BYTES, "The image's bytes."),
});

export const organizationLogoChanged = z.object({
  logo: organizationLogo.nullable().describe("The new logo; null takes it away."),
});

export type OrganizationEvent =
  | { type: "OrganizationRegistered"; data: OrganizationProfile }
  | { type: "OrganizationProfileChanged"; data: OrganizationProfile }
  | { type: "OrganizationLogoChanged"; data: z.infer<typeof organizationLogoChanged> };

export interface OrganizationOnBooks extends StreamState {
  profile: OrganizationProfile;
  hasLogo: boolean;
  /** The last day of the locked period; null: no day is locked. */
  lockedUpTo: string | null;
}

export interface OrganizationBooks extends SeriesBooks {
  organization(): OrganizationOnBooks | undefined;
}

/** Founds an organization: the first event of a log. */
export function registerOrganization(books: OrganizationBooks, profile: OrganizationProfile): OrganizationEvent {
  if (books.organization()) throw organizationExists();
  return { type: "OrganizationRegistered", data: checkProfile(profile) };
}

/** The refusal of a second organization in a log. */
export function organizationExists(): Refusal {
  return refusal("ORGANIZATION_EXISTS", "this log already has its organization", { values: {} });
}

/** Replaces the profile. A series that is in use stays, with what its numbers follow from. */
export function changeProfile(books: OrganizationBooks, profile: OrganizationProfile): OrganizationEvent | null {
  const before = books.organization()?.profile;
  const next = checkProfile(profile, before?.series);
  if (isDeepStrictEqual(before, next)) return null;
  checkSeriesInUse(books, before?.series ?? [], next.series);
  if (before && before.currency !== next.currency)
    throw refusal("CURRENCY_FIXED", `the organization's currency is ${before.currency} and cannot be changed`, {
      field: "currency",
      values: { from: before.currency, to: next.currency },
    });
  return { type: "OrganizationProfileChanged", data: next };
}

/** Sets the logo, or removes it (null). */
export function changeLogo(
  books: OrganizationBooks,
  logo: z.infer<typeof organizationLogo> | null,
): OrganizationEvent | null {
  if (logo === null && !books.organization()?.hasLogo) return null;
  if (logo && !looksLike(logo.mediaType, logo.image))
    throw refusal("LOGO_NOT_AN_IMAGE", `the bytes are not ${logo.mediaType}`, {
      field: "logo",
      values: { mediaType: logo.mediaType },
    });
  return { type: "OrganizationLogoChanged", data: { logo } };
}

/**
 * Checks what does not depend on the state of the books.
 *
 * @param before the series until now: names with one key (`uniqueKey`) that are both among them may stay
 * @throws Refusal UNKNOWN_CURRENCY, UNKNOWN_TIME_ZONE, SERIES_TWICE, SERIES_REPEATS, SERIES_MAKES_SAME,
 *   VAT_RATE_NOT_ALLOWED, VAT_RATE_TWICE
 */
export function checkProfile(profile: OrganizationProfile, before: readonly Series[] = []): OrganizationProfile {
  checkCurrency(profile.currency);
  checkTimeZone(profile);
  checkSeries(profile.series, before);
  checkVatRates(profile.vatRates);
  return { ...profile, more: compact(profile.more) };
}

function checkVatRates(rates: readonly SavedVatRate[]): void {
  const seen = new Set<string>();
  for (const [n, rate] of rates.entries()) {
    checkVat(rate, `vatRates.${n}.`);
    const name = uniqueKey(rate.name);
    if (seen.has(name))
      throw refusal("VAT_RATE_TWICE", `the VAT rate ${rate.name} is listed twice`, {
        field: `vatRates.${n}.name`,
        values: { rate: rate.name },
      });
    seen.add(name);
  }
}

/** Refuses to date anything if this runtime does not know the organization's days. @throws Refusal UNKNOWN_TIME_ZONE */
export function checkTimeZone({ timeZone }: Pick<OrganizationProfile, "timeZone">): void {
  if (isTimeZone(timeZone)) return;
  throw refusal("UNKNOWN_TIME_ZONE", `${timeZone} is not a time zone that this server knows`, {
    field: "timeZone",
    values: { timeZone },
  });
}

/** True if the bytes begin as an image of that type. */
export function looksLike(mediaType: "image/png" | "image/jpeg", image: Uint8Array): boolean {
  const magic = mediaType === "image/png" ? [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] : [0xff, 0xd8, 0xff];
  return magic.every((byte, n) => image[n] === byte);
}
