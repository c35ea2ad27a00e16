/** The line above every table of the past: which moment it shows. */
import { dateAt } from "../../../events/values/calendar.ts";
import type { Moment } from "../../../projector/queries/moment.ts";
import { BYTE_ORDER_MARK, csvLine, csvStyleOf } from "../../../projector/text/csv.ts";

/** An export's answer, or a part of one. The first part gets the line: it is the one with the byte order mark. */
export function withMomentLine<Answer>(answer: Answer, moment: Moment, { locale, zone }: Place): Answer {
  if (typeof answer === "string") return `${lineAbove(answer, moment, { locale, zone })}` as Answer;
  const part = answer as { csv: string } | null;
  if (part === null || typeof part !== "object") return answer;
  return { ...answer, csv: lineAbove(part.csv, moment, { locale, zone }) };
}

interface Place {
  /** BCP 47 */
  locale: string;
  /** The organization's time zone, as of the moment. */
  zone: string;
}

function lineAbove(csv: string, { seq, atMs }: Moment, { locale, zone }: Place): string {
  if (!csv.startsWith(BYTE_ORDER_MARK)) return csv;
  const cells = ["Books as of", `${dateAt(atMs, zone)} (${zone})`, new Date(atMs).toISOString(), `event ${seq}`];
  return BYTE_ORDER_MARK + csvLine(cells, csvStyleOf(locale || "en")) + csv.slice(BYTE_ORDER_MARK.length);
}
