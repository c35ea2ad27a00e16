/** Commands on the organization. */
import { z } from "zod";
import { changeLogo, changeProfile, organizationLogoChanged } from "../business/organization.ts";
import { lockPeriod, periodLocked } from "../business/period-lock.ts";
import { OWNER } from "../business/roles.ts";
import { define } from "./command.ts";
import { changeOf, inputOf } from "./command-input.ts";
import { profileInput, seriesOf } from "./series-input.ts";

export const organizationCommands = {
  ChangeProfile: define({
    stream: "organization",
    event: "OrganizationProfileChanged",
    begins: false,
    roles: OWNER,
    method: "PATCH",
    path: "/api/organization",
    summary: "Change the organization's profile and number series",
    input: changeOf(profileInput),
    rules: [
      "SERIES_IN_USE",
      "SERIES_FROZEN",
      "SERIES_REPEATS",
      "SERIES_MAKES_SAME",
      "CURRENCY_FIXED",
      "UNKNOWN_TIME_ZONE",
      "SERIES_TWICE",
      "VAT_RATE_NOT_ALLOWED",
      "VAT_RATE_TWICE",
      "UNKNOWN_CURRENCY",
    ],
    before: (books) => books.organization()?.profile,
    decide: (books, change) => {
      const organization = books.organization();
      if (!organization) throw new Error("the log has no organization");
      const { profile } = organization;
      const series = change.series ? seriesOf(change.series, profile.series) : profile.series;
      return changeProfile(books, { ...profile, ...change, series });
    },
  }),

  ChangeLogo: define({
    stream: "organization",
    event: "OrganizationLogoChanged",
    begins: false,
    roles: OWNER,
    method: "PUT",
    path: "/api/organization/logo",
    summary: "Set or remove the logo",
    input: inputOf(organizationLogoChanged),
    rules: ["LOGO_NOT_AN_IMAGE"],
    decide: (books, { logo }) => changeLogo(books, logo),
  }),

  LockPeriod: define({
    stream: "organization",
    event: "PeriodLocked",
    begins: false,
    roles: OWNER,
    method: "POST",
    path: "/api/organization/lock",
    summary: "Lock the books up to a day, or move the lock back",
    // Both fields are required: an absent day must not open every period.
    input: z.strictObject(periodLocked.shape),
    rules: ["LOCK_IN_FUTURE", "UNKNOWN_DATE", "UNKNOWN_TIME_ZONE"],
    decide: (books, lock, { atMs }) => lockPeriod(books, lock, atMs),
  }),
} as const;
