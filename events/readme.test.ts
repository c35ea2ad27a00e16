/**
 * Compares the tables of README.md with the code. Names, types, units and ranges come from the schemas. The meanings of
 * fields are only in README.md, and UPDATE_README=1 keeps them when it rebuilds the tables.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { passedOver, seriesPeriod } from "./business/numbering.ts";
import { series, seriesV1 } from "./business/series.ts";
import { CATALOGUE, type EventType } from "./encoding/catalogue.ts";
import { encodeEvent } from "./encoding/event.ts";
import { describeShape, type Shape, shapeOf } from "./encoding/shape.ts";
import { eventHash } from "./hash.ts";
import { parseUuidV7 } from "./uuid.ts";
import * as schema from "./values/schema.ts";

const README = new URL("./README.md", import.meta.url);
const TYPES = Object.keys(CATALOGUE) as EventType[];

type ObjectShape = Extract<Shape, { kind: "object" }>;

/** Names of the objects inside events, by the path where each shape appears first. A new shape needs a name here. */
const PARTS: Record<string, string> = {
  "OrganizationRegistered 1.address": "address",
  "OrganizationRegistered 1.series[]": "earlier series",
  "OrganizationRegistered 2.vatRates[]": "earlier saved VAT rate",
  "OrganizationRegistered 3.series[]": "series",
  "OrganizationRegistered 4.vatRates[]": "saved VAT rate",
  "OrganizationRegistered 4.more": "further organization",
  "OrganizationRegistered 4.more.identifiers[]": "identifier",
  "OrganizationRegistered 4.more.electronicAddress": "electronic address",
  "OrganizationRegistered 4.more.contact": "contact",
  "OrganizationRegistered 4.more.taxRepresentative": "tax representative",
  "ClientRegistered 2.more": "further client",
  "OrganizationLogoChanged 1.logo": "logo",
  "InvoiceDrafted 1.content": "earlier content",
  "InvoiceDrafted 1.content.lines[]": "earlier line",
  "InvoiceDrafted 1.content.lines[].adjustments[]": "earlier line adjustment",
  "InvoiceDrafted 1.content.adjustments[]": "earlier document adjustment",
  "InvoiceDrafted 1.content.taxes[]": "earlier tax",
  "InvoiceDrafted 1.content.totals": "earlier totals",
  "InvoiceDrafted 2.content": "content",
  "InvoiceDrafted 2.content.lines[]": "line",
  "InvoiceDrafted 2.content.lines[].adjustments[]": "line adjustment",
  "InvoiceDrafted 2.content.lines[].more": "further line terms",
  "InvoiceDrafted 2.content.lines[].more.object": "object identifier",
  "InvoiceDrafted 2.content.lines[].more.period": "period of delivery",
  "InvoiceDrafted 2.content.lines[].more.standardItemId": "standard item identifier",
  "InvoiceDrafted 2.content.lines[].more.classifications[]": "classification",
  "InvoiceDrafted 2.content.lines[].more.attributes[]": "attribute",
  "InvoiceDrafted 2.content.totals": "totals",
  "InvoiceDrafted 2.content.more": "further terms",
  "InvoiceDrafted 2.content.more.notes[]": "note",
  "InvoiceDrafted 2.content.more.preceding[]": "preceding invoice",
  "InvoiceDrafted 2.content.more.payee": "payee",
  "InvoiceDrafted 2.content.more.delivery": "delivery",
  "InvoiceDrafted 2.content.more.payment": "payment terms",
  "InvoiceDrafted 2.content.more.payment.accounts[]": "account",
  "InvoiceDrafted 2.content.more.payment.card": "card",
  "InvoiceDrafted 2.content.more.payment.directDebit": "direct debit",
  "ItemAdded 4.more": "further item terms",
  "InvoiceDrafted 2.content.adjustments[]": "document adjustment",
  "InvoiceDrafted 2.content.taxes[]": "tax",
  "InvoiceIssued 1.seller": "earlier seller",
  "InvoiceIssued 1.buyer": "earlier buyer",
  "InvoiceIssued 3.seller": "seller",
  "InvoiceIssued 3.seller.more": "further seller",
  "InvoiceIssued 3.buyer": "buyer",
  "InvoiceIssued 3.buyer.more": "further buyer",
  "InvoiceIssued 1.accounting": "accounting",
  "InvoiceIssued 2.passedOver[]": "number passed over",
  "DocumentDelivered 2.file": "delivered file",
  "CreditApplied 1.allocations[]": "allocation",
  "RefundPaid 1.sources[]": "refund source",
};

/** Names of patterns. */
const PATTERNS = new Map(
  Object.entries({
    line: schema.line(1),
    lines: schema.lines(1),
    date: schema.date(),
    currency: schema.currency(),
    country: schema.country(),
    language: schema.language(),
    email: schema.email(),
    "time zone": schema.timeZone(),
    unit: schema.unit(),
    prefix: seriesV1.shape.prefix,
    "number pattern": series.shape.pattern,
    period: seriesPeriod(),
    "own number": passedOver.shape.number,
  }).map(([name, text]) => {
    const shape = shapeOf(text);
    return [String(shape.kind === "string" && shape.patterns[0]), name];
  }),
);

const UNITS: [RegExp, string][] = [
  [/Minor$/, "minor units"],
  [/^quantity6$/, "10⁻⁶ of `unit`"],
  [/^price6$/, "10⁻⁶ of the currency"],
  [/^rate6$/, "10⁻⁶"],
  [/Rate3$/, "thousandths of a per cent"],
  [/Bp$|^tax$/, "basis points"],
  [/Days$/, "days"],
  [/^(clientId|itemId|invoiceId|correctsId|sourceId)$/, "stream"],
];

function unitOf(name: string): string {
  return UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? "";
}

function number(n: number): string {
  if (Math.abs(n) === schema.MAX_INT) return `${n < 0 ? "−" : ""}(2⁵³ − 1)`;
  return String(n)
    .replace("-", "−")
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

function rangeOf(shape: Shape): string {
  switch (shape.kind) {
    case "nullable":
      return rangeOf(shape.of);
    case "int":
      return `${number(shape.min)} … ${number(shape.max)}`;
    case "array":
      return `0 … ${number(shape.max)}`;
    case "bytes":
      return `0 … ${number(shape.max)}`;
    case "enum":
      return shape.values.map((value) => `\`${value}\``).join(" ");
    case "string": {
      const names = shape.patterns.map((pattern) => PATTERNS.get(String(pattern)) ?? String(pattern));
      const length = shape.max === Number.POSITIVE_INFINITY ? [] : [`${shape.min} … ${number(shape.max)}`];
      return [...length, ...names].join(", ");
    }
    default:
      return "";
  }
}

function typeOf(shape: Shape, parts: Map<string, string>): string {
  if (shape.kind === "nullable") return `${typeOf(shape.of, parts)}?`;
  if (shape.kind === "array") return `list of ${typeOf(shape.of, parts)}`;
  if (shape.kind === "string") return "text";
  if (shape.kind !== "object") return shape.kind;
  const name = parts.get(describeShape(shape));
  assert.ok(name, `give this object a name in PARTS: ${describeShape(shape)}`);
  return `[${name}](#${name.toLowerCase().replaceAll(" ", "-")})`;
}

/** The objects inside a shape, each with its path. */
function objectsIn(shape: Shape, path: string): [string, ObjectShape][] {
  if (shape.kind === "nullable") return objectsIn(shape.of, path);
  if (shape.kind === "array") return objectsIn(shape.of, `${path}[]`);
  if (shape.kind !== "object") return [];
  return [[path, shape], ...shape.fields.flatMap((field) => objectsIn(field.shape, `${path}.${field.name}`))];
}

const escapeCell = (text: string) => text.replaceAll("|", "\\|");
const row = (...cells: string[]) => `| ${cells.map(escapeCell).join(" | ")} |`.replace(/ +(?= \|)/g, "");

/** The generated part of README.md. @param meaningOf the meaning of a row in README.md, by table and first cell */
function tables(meaningOf: (table: string, name: string) => string): string {
  const all = TYPES.flatMap((type) =>
    CATALOGUE[type].schemas.map(({ shape }, n) => ({ name: `${type} ${n + 1}`, shape: shape as ObjectShape })),
  );
  const objects = all.flatMap(({ name, shape }) => objectsIn(shape, name).slice(1));
  const parts = new Map<string, string>();
  for (const [path, shape] of objects) if (PARTS[path]) parts.set(describeShape(shape), PARTS[path]);

  const table = (title: string, { fields }: ObjectShape) => {
    const rows = fields.map(({ name, shape }) => {
      return row(`\`${name}\``, typeOf(shape, parts), unitOf(name), rangeOf(shape), meaningOf(title, name));
    });
    if (rows.length === 0) return `#### ${title}\n\nNo fields: an empty array.\n`;
    return `#### ${title}\n\n| field | type | unit | range | meaning |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
  };
  const titles = new Map<string, string[]>();
  const shapes = new Map<string, ObjectShape>();
  for (const { name, shape } of all) {
    const key = describeShape(shape);
    titles.set(key, [...(titles.get(key) ?? []), name]);
    shapes.set(key, shape);
  }
  const types = TYPES.map((type) => {
    const { stream, begins, schemas } = CATALOGUE[type];
    return row(`\`${type}\``, stream, begins ? "yes" : "", String(schemas.length), meaningOf("types", type));
  });
  const patterns = [...PATTERNS].map(([pattern, name]) => row(name, `\`${pattern}\``, meaningOf("texts", name)));
  return [
    `#### types\n\n| type | stream | begins it | current schema | meaning |\n|---|---|---|---|---|\n${types.join("\n")}\n`,
    `#### texts\n\n| text | pattern | meaning |\n|---|---|---|\n${patterns.join("\n")}\n`,
    ...[...titles].map(([key, names]) => table(names.join(", "), shapes.get(key) as ObjectShape)),
    ...[...parts].map(([key, name]) =>
      table(name, objects.find(([, s]) => describeShape(s) === key)?.[1] as ObjectShape),
    ),
  ].join("\n");
}

const BEGIN = "<!-- Generated by events/readme.test.ts, except for the last column. -->\n\n";
const END = "\n<!-- End of the tables that events/readme.test.ts generates. -->";

function split(text: string): { before: string; tables: string; after: string } {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  assert.ok(begin >= 0 && end > begin, "README.md has no comments around its tables");
  return { before: text.slice(0, begin), tables: text.slice(begin + BEGIN.length, end), after: text.slice(end) };
}

/**
 * The last column of README.md, by table and first cell. A table of several types may have one type less than before.
 */
function meaningsIn(text: string): (table: string, name: string) => string {
  const meanings = new Map<string, string>();
  let titles: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("#### ")) titles = line.slice(5).split(", ");
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [name, meaning] = [cells[1]?.replaceAll("`", ""), cells.at(-2)];
    for (const title of titles) if (name && meaning) meanings.set(`${title}: ${name}`, meaning.replaceAll("\\|", "|"));
  }
  return (title, name) => {
    const candidates = title
      .split(", ")
      .flatMap(schemasUpTo)
      .map((table) => meanings.get(`${table}: ${name}`));
    return candidates.find((meaning) => meaning !== undefined) ?? "";
  };
}

/** `ItemAdded 3` and its earlier schemas, newest first, because a field keeps its meaning. */
function schemasUpTo(table: string): string[] {
  const [, type, schema] = /^(\w+) (\d+)$/.exec(table) ?? [];
  if (schema === undefined) return [table];
  return Array.from({ length: Number(schema) }, (_, n) => `${type} ${Number(schema) - n}`);
}

/** README.md with its tables rebuilt from the schemas. */
function updateTables(text: string): string {
  const parts = split(text);
  return parts.before + BEGIN + tables(meaningsIn(parts.tables)) + parts.after;
}

if (process.env.UPDATE_README) writeFileSync(README, updateTables(readFileSync(README, "utf8")));
const readme = readFileSync(README, "utf8");

test("README.md has the tables that UPDATE_README=1 writes, byte for byte", () => {
  assert.equal(readme, updateTables(readme), "run UPDATE_README=1 node --test events/readme.test.ts");
});

test("UPDATE_README=1 undoes formatting and mistakes in the tables, and keeps the meanings", () => {
  const { before, tables, after } = split(readme);
  const aligned = tables.replace(/^\|.*$/gm, (line) => line.replaceAll(" | ", "    | ").replaceAll("---", "------"));
  const slipped = tables.replace("| text |", "| int |");
  for (const changed of [aligned, slipped]) {
    assert.notEqual(changed, tables);
    assert.equal(updateTables(before + BEGIN + changed + after), readme);
  }
});

test("a field of a new schema keeps its meaning of earlier schemas, unless README.md has another one", () => {
  const meaningOf = meaningsIn(
    "#### ItemAdded 1, ItemChanged 1\n\n| `code` | text | the code |\n\n#### ItemAdded 2\n\n| `code` | text | |\n",
  );
  assert.equal(meaningOf("ItemAdded 3, ItemChanged 2", "code"), "the code");
  assert.equal(meaningOf("ItemAdded 3, ItemChanged 2", "unit"), "");
});

test("README.md has the meaning of each type, text and field", () => {
  const missing: string[] = [];
  const meaningOf = meaningsIn(split(readme).tables);
  tables((table, name) => {
    const meaning = meaningOf(table, name);
    if (!meaning) missing.push(`${table}: ${name}`);
    return meaning;
  });
  assert.deepEqual(missing, [], "write the last column of these rows");
});

test("README.md lists every code of LogError", () => {
  const source = readFileSync(new URL("./errors.ts", import.meta.url), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code);
  assert.ok(codes.length > 5);
  const listed = [...readme.matchAll(/^\| `([A-Z_]+)` *\|/gm)].map(([, code]) => code);
  assert.deepEqual(listed, codes);
});

test("README.md shows the correct bytes and hash of its example", () => {
  const id = parseUuidV7("0192f0c1-7b3a-7abc-8def-000000000017");
  assert.ok(id);
  const { body } = encodeEvent({
    ...{ seq: 17, id, stream: 9, version: 4, at: 1_760_000_000_000, actor: 2 },
    type: "UserDetailsChanged",
    data: { email: "ann@example.com", name: "Ann" },
  });
  const shown = [...readme.matchAll(/^ {4}((?:[0-9a-f]{2} ?)+) {2,}/gm)].map(([, hex]) => hex?.replaceAll(" ", ""));
  assert.equal(shown.join(""), Buffer.from(body).toString("hex"));
  assert.ok(readme.includes(eventHash(body).toString("hex")));
});
