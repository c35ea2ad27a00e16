/** What a founding says of its organization. It is no command: there is no log yet. */
import type { z } from "zod";
import { type OrganizationProfile, organizationProfile, type Series } from "../business/organization.ts";
import { inputOf } from "./command-input.ts";

/** An organization that names no series can issue at once. */
const USUAL_SERIES: readonly Series[] = [
  { name: "Invoices", kind: "invoice", prefix: "INV-", digits: 4, foreign: false },
  { name: "Credit notes", kind: "credit_note", prefix: "CN-", digits: 4, foreign: false },
];

const profile = inputOf(organizationProfile) as unknown as z.ZodObject;
const series = (profile.shape as { series: z.ZodDefault }).series.unwrap() as z.ZodArray;

/** An input of the profile. Absent series become `USUAL_SERIES`; an empty list stays empty. */
export const foundingProfile = profile.extend({
  series: series
    .default([...USUAL_SERIES])
    .describe("Number series, the whole list. If absent, one for invoices and one for credit notes."),
}) as unknown as z.ZodType<OrganizationProfile>;
