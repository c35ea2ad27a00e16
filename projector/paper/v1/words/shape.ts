/** What the table of each language must have. */
import type { EN } from "./en.ts";

type Shape<T> = T extends string
  ? string
  : T extends readonly string[]
    ? readonly string[]
    : { readonly [K in keyof T]: Shape<T[K]> };

export type Words = Shape<typeof EN>;
