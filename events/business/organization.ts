/** The organization: stream 1 of every log. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Refusal, refusal } from "../errors.ts";
import type { StreamState } from "../sequence.ts";
import { checkCurrency } from "../values/currency.ts";
import { MAX_LOGO_BYTES } from "../values/logo.ts";
import { VAT_CATEGORIES } from "../values/money.ts";
import { bytes, currency, email, int, language, line, rateBp, timeZone } from "../values/schema.ts";
import { DRAFT_LIMITS, MAX_VAT_RATES } from "../values/size-limits.ts";
import { isTimeZone } from "../values/time-zone.ts";
import { uniqueKey } from "../values/unique-key.ts";
import { checkVat } from "../values/vat.ts";
import { address } from "./party.ts";

/**
 * A number series. It makes numbers from `prefix` and a counter of at least `digits` digits, without a gap. A foreign
 * series takes numbers from elsewhere: they must be unique, and may have gaps.
 */
export const series = z.object({
  name: line(40).describe("Name of the series; unique."),
  kind: z.enum(["invoice", "credit_note", "both"]).describe("Which documents it numbers."),
  prefix: z
    .string()
    .max(20)
    .regex(/^[A-Za-z0-9/_.-]*$/, "must be letters, digits and / _ . -")
    .describe("What its numbers begin with."),
  digits: int(1, 12).describe("The fewest digits of the counter."),
  foreign: z.boolean().describe("true: its numbers are given elsewhere, and come with the command."),
});
export type Series = z.infer<typeof series>;

/** A VAT rate that the organization uses, with a name that its users pick it by. */
export const savedVatRate = z.object({
  name: line(60).describe("What users pick it by, such as Standard; unique."),
  vatCategory: z.enum(VAT_CATEGORIES).describe("VAT category (EN 16931)."),
  vatRateBp: rateBp().nullable().describe("VAT rate in basis points: 2000 is 20 %; null for category O."),
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
  series: z.array(series).max(100).describe("Number series, the whole list."),
});

export const organizationProfile = organizationProfileV1.extend({
  vatRates: z.array(savedVatRate).max(MAX_VAT_RATES).describe("VAT rates to pick from, the whole list in its order."),
});
export type OrganizationProfile = z.infer<typeof organizationProfile>;

/** Organizations that were founded before rates could be saved have none. */
export function upcastProfileV1(old: z.infer<typeof organizationProfileV1>): OrganizationProfile {
  return { ...old, vatRates: [] };
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

/** The state of a number series. */
export interface SeriesOnBooks {
  /** The last counter used; 0 before the first. */
  lastNumber: number;
  /** The latest issue date, `YYYY-MM-DD`. */
  lastIssuedOn: string | null;
}

export interface OrganizationBooks {
  organization(): OrganizationOnBooks | undefined;
  series(name: string): SeriesOnBooks;
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

/** Replaces the profile. A series that is in use stays, and stays foreign or not. */
export function changeProfile(books: OrganizationBooks, profile: OrganizationProfile): OrganizationEvent | null {
  const before = books.organization()?.profile;
  const next = checkProfile(profile, before?.series);
  if (isDeepStrictEqual(before, next)) return null;
  for (const old of before?.series ?? []) {
    if (books.series(old.name).lastIssuedOn === null) continue;
    const now = next.series.find((series) => series.name === old.name);
    if (!now || now.foreign !== old.foreign)
      throw refusal(
        "SERIES_IN_USE",
        `series ${old.name} is in use; it cannot be removed, or become foreign or stop being so`,
        {
          field: "series",
          values: { series: old.name },
        },
      );
  }
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

/** The series that numbers a document: the named one, else the first one for its kind that is not foreign. */
export function pickSeries(profile: OrganizationProfile, kind: "invoice" | "credit_note", name: string | null): Series {
  const fits = (series: Series) => series.kind === kind || series.kind === "both";
  const found = profile.series.find((series) =>
    name === null ? fits(series) && !series.foreign : series.name === name,
  );
  if (!found)
    throw refusal("UNKNOWN_SERIES", name === null ? `no series for kind ${kind}` : `no series is called ${name}`, {
      field: "series",
      values: { series: name, kind },
    });
  if (!fits(found))
    throw refusal("SERIES_OF_OTHER_KIND", `series ${found.name} is for ${found.kind}, not for ${kind}`, {
      field: "series",
      values: { series: found.name, kind },
    });
  return found;
}

/**
 * Checks what does not depend on the state of the books.
 *
 * @param before the series until now: names with one key (`uniqueKey`) that are both among them may stay
 * @throws Refusal UNKNOWN_CURRENCY, UNKNOWN_TIME_ZONE, SERIES_TWICE, VAT_RATE_NOT_ALLOWED, VAT_RATE_TWICE
 */
export function checkProfile(profile: OrganizationProfile, before: readonly Series[] = []): OrganizationProfile {
  checkCurrency(profile.currency);
  checkTimeZone(profile);
  const isOld = (name: string) => before.some((series) => series.name === name);
  const names = profile.series.map(({ name }) => ({ name, key: uniqueKey(name), old: isOld(name) }));
  for (const [n, { name, key, old }] of names.entries()) {
    const earlier = names.slice(0, n);
    const existing =
      earlier.find((other) => other.name === name) ?? earlier.find((other) => other.key === key && !(other.old && old));
    if (existing)
      throw refusal("SERIES_TWICE", seriesTwice(name, existing.name), {
        field: `series.${n}.name`,
        values: { series: name, existing: existing.name },
      });
  }
  checkVatRates(profile.vatRates);
  return profile;
}

function seriesTwice(name: string, existing: string): string {
  return name === existing ? `series ${name} is listed twice` : `series ${name} is too similar to series ${existing}`;
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
