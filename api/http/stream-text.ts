/** Numbers of streams in paths, such as `/api/clients/7`. */
import { z } from "zod";

/** A stream's number, in the one way that it is written. */
export const streamText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "not the number of anything")
  .transform(Number);
