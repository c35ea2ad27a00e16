/** Stream numbers in paths, such as `/api/clients/7`. */
import { z } from "zod";

/** A stream number in its only spelling: digits without a leading zero. */
export const streamText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "must be a positive whole number")
  .transform(Number);
