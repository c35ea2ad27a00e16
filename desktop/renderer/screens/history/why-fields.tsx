/** The fields of an event in words, as they were recorded. */
import type { ComponentChild } from "preact";
import { placeWords } from "../../form/place-words.ts";
import { locale } from "../../state/state.ts";
import { methodName } from "../../text/codes.ts";
import { count, day, millionths, money, rate } from "../../text/format.ts";

interface FieldsProps {
  data: object;
  /** The names of the records that fields refer to, by the path of the field. */
  names: Readonly<Record<string, string>>;
  /** Null: unknown, so amounts are written in minor units. */
  currency: string | null;
}

/** Fields that are listed at first. */
const FIRST = 60;

export function EventFields({ data, names, currency }: FieldsProps): ComponentChild {
  const fields = [...fieldsOf(data)].filter(({ value }) => value !== null && value !== "");
  if (fields.length === 0) return null;
  return (
    <section class="panel">
      <h2>Fields</h2>
      <dl class="event-fields">
        {fields.slice(0, FIRST).map(({ path, value }) => (
          <div key={path}>
            <dt>{placeWords(path)}</dt>
            <dd>{fieldText(path, value, { names, currency: currencyIn(data) ?? currency })}</dd>
          </div>
        ))}
      </dl>
      {fields.length > FIRST && (
        <p class="detail">{count(fields.length - FIRST, locale.value)} more fields are in the recorded text below.</p>
      )}
    </section>
  );
}

function currencyIn(data: object): string | null {
  const { currency, content } = data as { currency?: unknown; content?: { currency?: unknown } };
  const found = currency ?? content?.currency;
  return typeof found === "string" ? found : null;
}

interface Field {
  path: string;
  value: unknown;
}

function* fieldsOf(value: unknown, path = ""): Generator<Field> {
  if (typeof value !== "object" || value === null) return yield { path, value };
  for (const [name, part] of Object.entries(value)) yield* fieldsOf(part, path === "" ? name : `${path}.${name}`);
}

/** Long texts, such as an image, are cut off. */
const MAX_TEXT = 300;

function fieldText(path: string, value: unknown, { names, currency }: Pick<FieldsProps, "names" | "currency">): string {
  const language = locale.value;
  const name = names[path];
  if (name !== undefined && name !== "") return name;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") {
    if (path.endsWith("Minor")) return currency === null ? count(value, language) : money(value, currency, language);
    if (path.endsWith("Rate3")) return rate(value, language);
    if (path.endsWith("6")) return millionths(value, language);
    return count(value, language);
  }
  if (path.endsWith("method")) return methodName(value as Parameters<typeof methodName>[0]);
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return day(text, language);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
