/** What a wish of a random business is, and what the plans for all wishes share. */
import type { Input } from "../../events/business/office.suite.ts";
import type { CommandName } from "../../events/commands/commands.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { chancesOf, randomFurther, randomFurtherOfLine } from "../../fixtures/data/random-further.ts";
import type { Books } from "./books-lists.suite.ts";
import { VATS } from "./random-inputs.suite.ts";

/** Numbers from which commands are made, modulo what there is to choose from. */
export interface WishNumbers {
  /** Days that pass before it. */
  days: number;
  /** Days from its date to the day on which it is entered. */
  back: number;
  which: number;
  much: number;
  odd: boolean;
}

/** The state that a wish meets. */
export interface View {
  events: readonly LogEvent[];
  books: Books;
  clients: readonly number[];
  /** `YYYY-MM-DD` */
  today: string;
  /** The date of what is entered. */
  on: string;
  /** Runs a command. @returns its stream; null if it is refused */
  run(command: CommandName, input: Input, id?: number): Promise<number | null>;
}

export type Plan = (view: View, wish: WishNumbers) => Promise<unknown>;

export const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length];

/**
 * The content of a document. A larger `much` has other VAT, so a document that is revised has more or fewer lines. Half of
 * the documents state something beyond the usual; a revision mostly states something else, or nothing.
 */
export function contentOf(view: View, { which, much, odd }: WishNumbers) {
  const sign = which % 6 === 5 ? -1 : 1;
  const chances = chancesOf(which, much);
  const isUsual = much % 2 === 0;
  const lines = (pick(VATS, much) ?? []).map((vat, n) => ({
    ...{ description: `Goods ${n}`, unit: "C62", ...vat },
    quantity6: sign * (1 + n) * 1_000_000,
    price6: (1 + ((much * (n + 7)) % 333)) * 1_010_000,
    more: isUsual ? null : randomFurtherOfLine(chances),
  }));
  return {
    clientId: pick(view.clients, which) ?? null,
    currency: which % 11 === 10 ? "USD" : null,
    lines,
    prepaidMinor: which % 7 === 6 ? (odd ? 50 : 90_000) : 0,
    roundingMinor: which % 5 === 3 ? (much % 9) - 4 : 0,
    reasons: [{ vatCategory: "E", reason: "exempt" }],
    more: isUsual ? null : randomFurther(chances),
  };
}
