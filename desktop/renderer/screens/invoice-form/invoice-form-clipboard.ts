/** A copied line on the clipboard, beside its row of text, which has no place for all that a line states. */
import { vatCategoryIn } from "../../form/read-vat.ts";
import { NEW_LINE, type TypedAdjustment, type TypedLine } from "../../form/typed-invoice.ts";
import {
  entriesAt,
  fieldsOfGroup,
  listsOfGroup,
  NOTHING_MORE,
  type TypedMore,
  textAt,
  withMore,
} from "../../more/more.ts";
import { LINE_MORE } from "../../more/more-of-document.ts";

export const LINE_TYPE = "application/x-invoify-line";

export function copyOfLine(line: TypedLine): string {
  return JSON.stringify(line);
}

/** A line that was copied in the app; null: something else was. Any program can write to the clipboard. */
export function copiedLine(json: string): Omit<TypedLine, "key"> | null {
  const from = parse(json);
  if (from === null) return null;
  const { code, description, quantity, unit, price, vatCategory, vatRate } = from;
  const adjustments = Array.isArray(from.adjustments) ? from.adjustments.flatMap(adjustmentOf) : [];
  const more = moreOf(from.more);
  return {
    ...NEW_LINE,
    ...{ code: text(code), description: text(description), quantity: text(quantity), price: text(price) },
    unit: text(unit) || NEW_LINE.unit,
    ...{ vatCategory: vatCategoryIn(text(vatCategory)) ?? NEW_LINE.vatCategory, vatRate: text(vatRate) },
    ...{ adjustments, ownVat: true },
    ...(Object.keys(more).length > 0 && { more }),
  };
}

function parse(json: string): Record<string, unknown> | null {
  try {
    return recordOf(JSON.parse(json));
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Record<string, unknown> | null {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function adjustmentOf(value: unknown): TypedAdjustment[] {
  const from = recordOf(value);
  if (from === null) return [];
  const [reasonCode, base] = [text(from.reasonCode), text(from.base)];
  return [
    {
      ...{
        kind: from.kind === "charge" ? "charge" : "allowance",
        reason: text(from.reason),
        amount: text(from.amount),
      },
      ...(reasonCode !== "" && { reasonCode }),
      ...(base !== "" && { base }),
    },
  ];
}

/** Only what the form has fields for. */
function moreOf(value: unknown): TypedMore {
  const from = (recordOf(value) ?? NOTHING_MORE) as TypedMore;
  let more = NOTHING_MORE;
  for (const [path] of fieldsOfGroup(LINE_MORE)) more = withMore(more, path, textAt(from, path));
  for (const [path, { fields }] of listsOfGroup(LINE_MORE)) {
    const all: unknown = entriesAt(from, path);
    const entries = (Array.isArray(all) ? all : []).flatMap((one): Record<string, unknown>[] => [recordOf(one) ?? {}]);
    const names = Object.keys(fields);
    more = withMore(
      more,
      path,
      entries.map((entry) => Object.fromEntries(names.map((name) => [name, text(entry[name])]))),
    );
  }
  return more;
}
