/** What the further terms of a document must fulfil besides their schema. */
import { typesOf } from "../einvoice/code-lists/code-lists.ts";
import { refusal } from "../errors.ts";
import { checkDate } from "../values/date.ts";
import type { DraftInput } from "./draft.ts";

/** @throws Refusal UNKNOWN_DATE, PERIOD_ENDS_BEFORE_START, GROSS_PRICE_BELOW_PRICE */
export function checkFurther({ more, lines }: Pick<DraftInput, "more" | "lines">, currency: string): void {
  if (more !== null) {
    if (more.taxPointOn !== null) checkDate(more.taxPointOn, "more.taxPointOn");
    checkPeriod(more.period, "more.period");
    for (const [n, { issuedOn }] of more.preceding.entries())
      if (issuedOn !== null) checkDate(issuedOn, `more.preceding.${n}.issuedOn`);
  }
  for (const [n, { more, price6 }] of lines.entries()) {
    if (more === null) continue;
    checkPeriod(more.period, `lines.${n}.more.period`);
    checkGrossPrice({ grossPrice6: more.grossPrice6, price6, currency }, `lines.${n}.more.grossPrice6`);
  }
}

/**
 * The type of a document (BT-3) is one of its kind: an invoice cannot be a credit note.
 *
 * @throws Refusal UNKNOWN_CODE
 */
export function checkType(kind: "invoice" | "credit_note", more: DraftInput["more"]): void {
  const code = more?.typeCode ?? null;
  if (code === null || typesOf(kind).has(code)) return;
  const what = kind === "invoice" ? "an invoice" : "a credit note";
  throw refusal("UNKNOWN_CODE", `more.typeCode: ${code} is not a type of ${what} (UNTDID 1001)`, {
    field: "more.typeCode",
    values: { list: "uncl1001", code },
  });
}

/** Its days exist, and it does not end before it begins (BR-29, BR-30). */
function checkPeriod(period: { from: string | null; to: string | null } | null, place: string): void {
  if (period === null) return;
  const { from, to } = period;
  if (from !== null) checkDate(from, `${place}.from`);
  if (to !== null) checkDate(to, `${place}.to`);
  if (from === null || to === null || from <= to) return;
  throw refusal("PERIOD_ENDS_BEFORE_START", `${place}: ends on ${to}, before it begins on ${from}`, {
    field: `${place}.to`,
    values: { from, to },
  });
}

/** The discount of a price (BT-147) is not below zero. */
function checkGrossPrice(
  { grossPrice6, price6, currency }: { grossPrice6: number | null; price6: number; currency: string },
  field: string,
): void {
  if (grossPrice6 === null || grossPrice6 >= price6) return;
  throw refusal("GROSS_PRICE_BELOW_PRICE", `${field}: ${grossPrice6} is below the price, ${price6}`, {
    field,
    values: { currency, grossPrice6, price6 },
  });
}
