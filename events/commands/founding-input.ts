/** What a founding says of its organization. It is no command: there is no log yet. */
import type { z } from "zod";
import type { OrganizationProfile } from "../business/organization.ts";
import { inputOf } from "./command-input.ts";
import { type ProfileInput, profileInput, type SeriesInput, seriesOf } from "./series-input.ts";

/** An organization that names no series can issue at once. */
const USUAL_SERIES: readonly SeriesInput[] = [
  { name: "Invoices", kind: "invoice", pattern: "INV-{0000}", first: 1, reset: "never", foreign: false },
  { name: "Credit notes", kind: "credit_note", pattern: "CN-{0000}", first: 1, reset: "never", foreign: false },
];

const profile = inputOf(profileInput) as unknown as z.ZodObject;
const series = (profile.shape as { series: z.ZodDefault }).series.unwrap() as z.ZodArray;

/** An input of the profile. Absent series become `USUAL_SERIES`; an empty list stays empty. */
export const foundingProfile = profile.extend({
  series: series
    .default([...USUAL_SERIES])
    .describe("Number series, the whole list. If absent, one for invoices and one for credit notes."),
}) as unknown as z.ZodType<ProfileInput>;

/** The profile that a founding states. */
export function foundedProfile(input: ProfileInput): OrganizationProfile {
  return { ...input, series: seriesOf(input.series) };
}
