/** Inputs that several reads share. */
import { z } from "zod";
import { streamId } from "../../../events/values/schema.ts";

export const noInput = z.strictObject({});
export const one = z.strictObject({ id: streamId().describe("The stream's number.") });
/** The fields of an export: amounts are written as people in this locale write them. */
export const forSpreadsheet = { locale: z.string().max(35) };
