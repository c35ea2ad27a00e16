/** The sheet of paper, by the country of the sender. */
import type { PaperSize } from "../paper/parts/input.ts";

/** The countries where sheets are Letter. */
const LETTER = new Set(["US", "CA", "MX", "CL", "CO", "CR", "GT", "PA", "PH", "PR", "VE", "DO", "SV", "NI", "HN"]);

export function sizeOf(country: string): PaperSize {
  return LETTER.has(country) ? "letter" : "a4";
}
