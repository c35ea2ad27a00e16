/**
 * Random inputs for every read, made from its schema: enumerations, flags and which fields are required come from there,
 * and the values of the other fields from what the events of a log contain. A field without a generator is an error.
 */
import { z } from "zod";
import type { LogEvent } from "../../events/encoding/event.ts";
import { addDays } from "../../events/values/calendar.ts";
import type { Random } from "../../fixtures/data/random.ts";
import { READS, type ReadName } from "../queries/reads/reads.ts";

/** What a log contains that inputs can name. */
export interface World {
  /** The ids of the streams of each kind, such as `invoice`. */
  streams: Map<string, number[]>;
  days: string[];
  times: number[];
  currencies: string[];
  amounts: number[];
  /** Names, codes, numbers, references, addresses, notes. */
  texts: string[];
  series: string[];
  periods: string[];
  /** The last event. */
  head: number;
}

export type ReadInputs = Record<string, unknown>;

interface FieldSchema {
  properties?: Readonly<Record<string, FieldSchema>>;
  required?: readonly string[];
  oneOf?: readonly FieldSchema[];
  anyOf?: readonly FieldSchema[];
  enum?: readonly unknown[];
  const?: unknown;
  type?: string;
  format?: string;
}

interface FieldOf {
  read: ReadName;
  world: World;
  random: Random;
  schema: FieldSchema;
}

/** Set by those who call: where the read stands, and where a page begins. */
const NOT_RANDOM = ["at", "cursor"];

/** @returns undefined to leave the field out */
type Generator = (of: FieldOf) => unknown;

const day: Generator = ({ world, random }) => addDays(random.pick(world.days), random.pick([0, 0, -1, 1]));
const stream =
  (kind: string): Generator =>
  ({ world, random }) =>
    random.pick(world.streams.get(kind) ?? [1]);
const anyStream: Generator = ({ world, random }) => random.pick([...world.streams.values()].flat());
const amount: Generator = ({ world, random }) => random.pick(world.amounts) + random.pick([0, 0, -1, 1]);
/** A time in the activity, or a day of a period. */
const bound =
  (far: string): Generator =>
  (of) =>
    of.schema.format === "date-time" ? of.random.pick(of.world.times) : of.random.chance(0.3) ? far : day(of);

/** The fields whose values the schema does not list, or lists too many of, in all reads. */
const FIELDS: Readonly<Record<string, Generator>> = {
  id: (of) => (of.random.chance(0.1) ? anyStream(of) : stream(kindOf(of.read, of.random))(of)),
  ids: (of) => Array.from({ length: of.random.int(0, 9) }, () => stream("invoice")(of)),
  client: stream("client"),
  invoice: stream("invoice"),
  credit_note: stream("invoice"),
  correctsId: (of) => (of.random.chance(0.5) ? stream("invoice")(of) : null),
  draft: (of) => ({ ...DRAFT, clientId: of.random.chance(0.8) ? stream("client")(of) : null, note: query(of) }),
  payment: stream("payment"),
  source: (of) => stream(of.random.pick(["payment", "invoice"]))(of),
  own: anyStream,
  stream: anyStream,
  actor: (of) => of.random.pick([0, 2, stream("user")(of)]),
  seq: ({ world, random }) => random.int(1, world.head),
  age: ({ random }) => random.int(0, 4),
  n: ({ random }) => random.int(1, 3),
  country: ({ random }) => random.pick(["IE", "DE", "GB", "FR"]),
  vat_id: (of) => query(of),
  column: ({ random }) => random.pick(["name", "number", "status", "paid_minor", "email", "net_minor", "tax_minor"]),
  month: (of) => String(day(of)).slice(0, 7),
  on: day,
  currency: ({ world, random }) => random.pick(world.currencies),
  dated_until: day,
  from: bound("2020-01-01"),
  to: bound("2030-12-31"),
  due_from: day,
  due_to: day,
  issued_from: day,
  issued_to: day,
  issuedOn: day,
  paid_from: day,
  paid_to: day,
  received_from: day,
  received_to: day,
  gross_min: amount,
  gross_max: amount,
  limit: ({ random }) => random.pick([1, 2, 3, 50]),
  locale: () => "en-GB",
  q: query,
  text: ({ world, random }) => random.pick([random.pick(world.texts), random.pick(world.texts).toUpperCase()]),
  series: ({ world, random }) => random.pick(world.series),
  period: ({ world, random }) => random.pick(world.periods),
  // The rows of the report that there are, mostly.
  vat_category: ({ random, schema }) => random.pick(["S", "S", "S", "S", "Z", "E", ...(schema.enum ?? [])]),
  vat_rate3: ({ random }) => random.pick([20_000, 20_000, 5_000, 9_975]),
  vat_rate_bp: ({ random }) => random.pick([2_000, 2_000, 500]),
};

/** What a form would send: one line, and nothing else. */
const DRAFT = {
  ...{ clientId: null, currency: null, termsDays: null, deliveredOn: null, buyerReference: null, orderReference: null },
  ...{ note: null, adjustments: [], reasons: [], more: null },
  lines: [
    {
      ...{ itemId: null, code: null, description: "Work", quantity6: 1_000_000, unit: "HUR", price6: 95_000_000 },
      ...{ adjustments: [], vatCategory: "S", vatRate3: 20_000, more: null },
    },
  ],
};

/** Optional fields that are there more often than others: without them, an answer is mostly one page, or empty. */
const OFTEN: Readonly<Record<string, number>> = { limit: 0.7, vat_rate3: 0.9 };

/** Words, beginnings of words, amounts and whole texts of the log, as people type them. */
function query({ world, random }: FieldOf): string {
  if (random.chance(0.15)) return (random.pick(world.amounts) / 100).toFixed(2);
  const text = random.pick(world.texts);
  const words = text.split(/\s+/).filter((word) => word !== "");
  const word = random.pick(words.length > 0 ? words : ["x"]);
  const typed = random.pick([text, word, word.slice(0, random.int(1, 4)), `${word} ${random.pick(world.texts)}`]);
  return (random.chance(0.3) ? typed.toLowerCase() : typed).slice(0, 100);
}

/** The kind of the streams of a read such as `getInvoiceHistory`; of others, any. */
function kindOf(read: ReadName, random: Random): string {
  const kind = /(Invoice|Client|Payment|Refund|Item|User)/.exec(read)?.[1]?.toLowerCase();
  return kind ?? random.pick(["invoice", "client", "payment", "item"]);
}

/**
 * A random input of a read, without `at` and `cursor`: each optional field is there now and then.
 *
 * @throws Error for a field that has no generator
 */
export function randomInput(read: ReadName, world: World, random: Random): ReadInputs {
  const schema = schemas.get(read) ?? (z.toJSONSchema(READS[read].input, AS_INPUT) as FieldSchema);
  schemas.set(read, schema);
  return randomObject({ read, world, random, schema });
}

const AS_INPUT = { io: "input", unrepresentable: "any" } as const;
const schemas = new Map<ReadName, FieldSchema>();

function randomObject(of: FieldOf): ReadInputs {
  const { random, schema } = of;
  const { properties = {}, required = [] } = schema;
  const often = random.pick([0, 0.15, 0.3, 0.6]);
  const input: ReadInputs = {};
  for (const [field, schema] of Object.entries(properties)) {
    if (NOT_RANDOM.includes(field)) continue;
    const value = fieldValue(field, { ...of, schema });
    if (value !== undefined && (required.includes(field) || random.chance(OFTEN[field] ?? often))) input[field] = value;
  }
  // Two rates that differ are refused, so they are rare.
  if ("vat_rate_bp" in input && !random.chance(0.1)) delete input.vat_rate3;
  // So is a period that ends before it begins.
  if (String(input.from) > String(input.to) && input.to !== undefined && !random.chance(0.1))
    [input.from, input.to] = [input.to, input.from];
  return input;
}

function fieldValue(field: string, of: FieldOf): unknown {
  const { schema, random, read } = of;
  const generator = FIELDS[field];
  if (generator) return generator(of);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  if (schema.properties) return randomObject(of);
  const variants = schema.oneOf ?? schema.anyOf ?? [];
  if (variants.some(({ type }) => type === "boolean")) return random.chance(0.5);
  if (variants.some(({ properties }) => properties)) return randomObject({ ...of, schema: random.pick(variants) });
  throw new Error(`${read}: add a generator of its field "${field}" in projector/oracle/read-inputs.suite.ts`);
}

/** What the events contain. */
export function worldOf(events: readonly LogEvent[]): World {
  const streams = new Map<string, number[]>();
  const found = {
    days: new Set<string>(),
    texts: new Set<string>(),
    series: new Set<string>(),
    periods: new Set([""]),
  };
  const [currencies, amounts] = [new Set(["GBP"]), new Set([0])];
  const kinds = { Organization: "organization", Period: "organization", User: "user", Client: "client", Item: "item" };
  const kindOfType = (type: string) =>
    Object.entries(kinds).find(([start]) => type.startsWith(start))?.[1] ??
    (type.startsWith("Payment") ? "payment" : type.startsWith("Refund") ? "refund" : "invoice");
  for (const { seq, stream, type, data } of events) {
    if (stream === seq) streams.set(kindOfType(type), [...(streams.get(kindOfType(type)) ?? []), stream]);
    visit(data, (name, value) => {
      if (typeof value === "number" && /Minor$/.test(name)) amounts.add(value);
      if (typeof value !== "string" || value === "") return;
      if (/^\d{4}-\d\d-\d\d$/.test(value)) found.days.add(value);
      else if (name === "currency") currencies.add(value);
      else if (name === "series") found.series.add(value);
      else if (name === "period") found.periods.add(value);
      else if (/^(?:name|contact|number|reference|buyerReference|code|description|note|email|city)$/.test(name))
        found.texts.add(value);
    });
  }
  return {
    streams,
    ...{
      days: listOf(found.days, "2024-01-01"),
      texts: listOf(found.texts, "mug"),
      series: listOf(found.series, "INV"),
    },
    ...{ periods: [...found.periods], currencies: [...currencies], amounts: [...amounts] },
    ...{ times: events.map(({ at }) => at), head: events.length },
  };
}

function listOf(found: Set<string>, instead: string): string[] {
  return found.size > 0 ? [...found] : [instead];
}

/** Visits the numbers and texts of an event's data, with the names of their fields. */
function visit(value: unknown, see: (name: string, value: unknown) => void, name = ""): void {
  if (value instanceof Uint8Array) return;
  if (Array.isArray(value)) for (const one of value) visit(one, see, name);
  else if (typeof value === "object" && value !== null)
    for (const [field, one] of Object.entries(value)) visit(one, see, field);
  else see(name, value);
}
