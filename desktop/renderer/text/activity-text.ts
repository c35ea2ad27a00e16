/** What happened, in the formats and names of all other screens. */
import type { ActivityWords } from "../../contract/contract.ts";
import { METHOD_NAMES } from "./codes.ts";
import { bytes, day, money } from "./format.ts";
import { roleName } from "./roles.ts";

type Piece = ActivityWords["words"][number];

/** `Payment received: £1,234.56 by bank transfer on 15 Mar 2024` */
export function activityText(words: readonly Piece[], locale: string): string {
  return words.map((piece) => textOf(piece, locale)).join("");
}

function textOf(piece: Piece, locale: string): string {
  if (typeof piece === "string") return piece;
  switch (piece.kind) {
    case "money":
      return money(piece.minor, piece.currency, locale);
    case "day":
      return day(piece.date, locale);
    case "bytes":
      return bytes(piece.bytes, locale);
    case "method":
      return (METHOD_NAMES.find(([code]) => code === piece.code)?.[1] ?? piece.code).toLowerCase();
    case "role":
      return roleName(piece.code).toLowerCase();
  }
}
