/** Limits of a document that a user meets while adding lines, in words. */
import { DRAFT_LIMITS } from "../../../../events/values/size-limits.ts";
import { isBlank, type TypedLine } from "../../form/typed-invoice.ts";
import { count } from "../../text/format.ts";

/** Why this many lines cannot be added; null if they can. Blank lines are not sent, so they do not count. */
export function tooMany(lines: readonly TypedLine[], more: number, locale: string): string | null {
  const now = lines.filter((line) => !isBlank(line)).length;
  if (now + more <= DRAFT_LIMITS.lines) return null;
  const [most, has, added] = [DRAFT_LIMITS.lines, now, more].map((one) => count(one, locale));
  const what = more === 1 ? "one more is too many" : `${added} more are too many`;
  return `A document has at most ${most} lines. This one has ${has}, so ${what}. Continue in a second document.`;
}

/** What to check in pasted lines; null: nothing. */
export function pasteNotice(problems: readonly string[]): string | null {
  if (problems.length === 0) return null;
  const more = problems.length > 5 ? ` And ${problems.length - 5} more.` : "";
  return `Pasted. Please check: ${problems.slice(0, 5).join(" ")}${more}`;
}
