import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import { RULES, type Rule } from "../../events/rules.ts";
import { splitEvents } from "../../events/sources/http/http-log.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { newConfig, newKey, PASSWORD, startApi } from "../sessions/people.suite.ts";
import { type ClientModule, generateClient } from "./client-generator.suite.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { OpenApi } from "./openapi.ts";
import { assertOpenApi } from "./openapi-rules.suite.ts";
import { problemsOf } from "./problem-responses.ts";

const { api, base } = await startApi(newConfig());
const document = (await (await fetch(`${base}/api/docs/openapi.json`)).json()) as OpenApi;
const folder = temporaryFolder();
const source = join(folder, "client.mjs");
writeFileSync(source, generateClient(document));
const { newClient } = (await import(pathToFileURL(source).href)) as ClientModule;

/** Makes a schema strict: a field without a description is an error. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const { allOf, ...rest } = schema as Record<string, unknown>;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, strict(value)]));
  if (allOf) return { ...rest, allOf, unevaluatedProperties: false };
  return "properties" in inner && !("additionalProperties" in inner)
    ? { ...inner, unevaluatedProperties: false }
    : inner;
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({
  $id: "doc",
  components: {
    ...document.components,
    schemas: {
      ...(strict(document.components.schemas) as object),
      // Taken apart by what extends it, so it cannot be strict itself.
      Written: document.components.schemas?.Written,
    },
  },
} as AnySchema);
const operations = new Map(
  Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => [one.operationId, one])),
);
const checked = new Map<string, Set<number>>();

/** Checks a response against the document's schema of the operation. */
function checkAnswer(operation: string, status: number, value: unknown): void {
  checked.set(operation, (checked.get(operation) ?? new Set()).add(status));
  if (value instanceof Uint8Array) return;
  const { responses } = operations.get(operation) ?? assert.fail(operation);
  const answer = (responses[status] ?? assert.fail(`${operation}: ${status} is not described`)) as JsonSchema;
  const name = String(answer.$ref ?? "").replace("#", "doc#");
  const { content } = (answer.$ref ? (ajv.getSchema(name)?.schema ?? assert.fail(name)) : answer) as {
    content: Record<string, { schema: object }>;
  };
  const { schema } = content["application/json"] ?? content["application/problem+json"] ?? assert.fail(operation);
  const local = JSON.parse(JSON.stringify(strict(schema)).replaceAll('"#/', '"doc#/')) as AnySchema;
  const validate = ajv.compile(local);
  assert.ok(validate(value), `${operation} ${status}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`);
}

const client = newClient(base, { onAnswer: checkAnswer });
const call = <T = Record<string, unknown>>(operation: string, args: Record<string, unknown> = {}) =>
  (client[operation] ?? assert.fail(`there is no ${operation}`))(args) as Promise<T>;
type Receipt = { seq: number; stream: number; version: number };
const OWNER = { email: "owner@example.com", name: "Olive Owner", password: PASSWORD };
const LINE = { description: "Work", quantity6: 2e6, unit: "HUR", price6: 50e6, vatCategory: "S", vatRate3: 20_000 };

before(async () => {
  await call("foundOrganization", { "Idempotency-Key": newKey(), body: { profile: PROFILE, owner: OWNER } });
  const { token } = await call<{ token: string }>("logIn", {
    body: { email: OWNER.email, password: OWNER.password },
  });
  client.useToken(token);
});

test("every rule is explained, with its status", () => {
  const rules = document.components.schemas?.Rule?.oneOf as { const: string; description: string }[];
  assert.deepEqual(rules.map((rule) => rule.const).sort(), Object.keys(RULES).sort());
  assert.equal(rules.find((rule) => rule.const === "UNKNOWN_CLIENT")?.description, "404: there is no such client");
});

test("/api/docs/openapi.json is OpenAPI 3.1", () => {
  assertOpenApi(document as never);
});

test("/api/docs/openapi.json describes every route of the server, and no other", () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${path.replace("{path}", "*").replace(/\{(\w+)\}/g, ":$1")}`,
    ),
  );
  const routes = api.routes.filter(({ method }) => method !== "HEAD").map(({ method, url }) => `${method} ${url}`);
  assert.deepEqual(described.sort(), routes.sort());
  for (const { method, url, access } of api.routes) {
    if (method === "HEAD") continue;
    const operation = document.paths[url.replace(/:(\w+)/g, "{$1}").replace("*", "{path}")]?.[method.toLowerCase()];
    assert.deepEqual(operation?.security, access === "public" ? [] : [{ token: [] }], `${method} ${url}`);
  }
});

test("a value in a path has the schema of what the route takes there", () => {
  const example: Record<string, string | number> = { id: 12, sha256: "0a".repeat(32), path: "0/x001/234" };
  for (const [id, { parameters = [] }] of operations)
    for (const { name, in: place, schema } of parameters as { name: string; in?: string; schema: { type: string } }[]) {
      if (place !== "path") continue;
      const value = example[name];
      assert.equal(schema.type, typeof value === "number" ? "integer" : typeof value, `${id}: ${name}`);
    }
});

test("every route lists the codes of its problems with their meanings", () => {
  for (const [id, { responses }] of operations)
    for (const [status, response] of Object.entries(responses)) {
      if (Number(status) < 400 || status === "default") continue;
      const { description, content } = response as {
        description: string;
        content: Record<string, { schema: { allOf: [object, { properties: { code: { enum: string[] } } }] } }>;
      };
      const codes = content["application/problem+json"]?.schema.allOf[1].properties.code.enum ?? [];
      assert.ok(codes.length > 0, `${id} ${status}`);
      for (const code of codes) assert.match(description, new RegExp(`^- \`${code}\`: \\S`, "m"), `${id} ${status}`);
    }
});

test("every rule is documented by a route that it can refuse", () => {
  const documented = new Set(
    api.routes.flatMap((route) => (route.docs ? Object.values(problemsOf(route, route.docs)).flat() : [])),
  );
  // No route names a stream by the key of the command that begins it, or founds an organization in a log that has one.
  // Too many lines do not fit the schema of the body, so only an import can have them.
  const elsewhere = ["STREAM_NOT_BEGUN", "ORGANIZATION_EXISTS", "TOO_MANY_LINES"];
  assert.deepEqual(
    (Object.keys(RULES) as Rule[]).filter((rule) => !documented.has(rule)),
    elsewhere,
  );
});

/** The paths in a schema that have no description. */
function silentIn(schema: JsonSchema, at: string): string[] {
  const {
    properties = {},
    items,
    anyOf = [],
  } = schema as {
    properties?: Record<string, JsonSchema>;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
  };
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [
      ...(field.description ? [] : [`${at}.${name}`]),
      ...silentIn(field, `${at}.${name}`),
    ]),
    ...(items ? silentIn(items, `${at}[]`) : []),
    ...anyOf.flatMap((one) => silentIn(one, at)),
  ];
}

test("every field of a request has a description", () => {
  const silent = [...operations].flatMap(([id, { parameters = [], requestBody }]) => {
    const content = requestBody?.content as Record<string, { schema: JsonSchema }> | undefined;
    return [
      ...parameters.filter(({ $ref, description }) => !$ref && !description).map(({ name }) => `${id}?${name}`),
      ...(content?.["application/json"] ? silentIn(content["application/json"].schema, id) : []),
    ];
  });
  assert.deepEqual(silent, []);
});

/** Every pattern of the document. */
function patternsIn(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "pattern" && typeof value === "string" ? [value] : patternsIn(value),
  );
}

test("every pattern can be read by ECMAScript without flags, and by Python", (t) => {
  const patterns = [...new Set(patternsIn(document))];
  assert.ok(patterns.length > 8, patterns.join("\n"));
  for (const pattern of patterns) {
    assert.doesNotMatch(pattern, /\\p\{|\(\?<[=!]/, "not in every dialect");
    new RegExp(pattern);
    new RegExp(pattern, "u");
  }
  const line = patterns.find((pattern) => pattern.includes("x9f") && !pattern.includes("|")) ?? assert.fail();
  for (const [text, fits] of [
    ["Zoë 😀", true],
    ["a\nb", false],
    ["a\u0085", false],
  ] as const)
    assert.equal(new RegExp(line).test(text), fits, text);
  const program = "import json, re, sys; [re.compile(one) for one in json.load(sys.stdin)]";
  const { error, status, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify(patterns) });
  if (error) t.diagnostic("there is no python3 here");
  else assert.equal(status, 0, String(stderr));
});

test("the Idempotency-Key is documented as what works", () => {
  const { schema } = document.components.parameters?.IdempotencyKey ?? {};
  const pattern = new RegExp((schema as { pattern: string }).pattern);
  for (const key of [newKey(), `"${newKey()}"`, newKey().toUpperCase()]) assert.match(key, pattern);
  for (const key of [randomUUID(), newKey().replaceAll("-", ""), `${newKey()}0`]) assert.doesNotMatch(key, pattern);
});

test("commands are described with their keys and versions", () => {
  const names = (operation: string) =>
    operations.get(operation)?.parameters?.map(({ $ref, name }) => $ref ?? name) ?? assert.fail(operation);
  assert.deepEqual(names("issueInvoice"), [
    "id",
    "#/components/parameters/IdempotencyKey",
    "#/components/parameters/IfMatch",
  ]);
});

test("a client generated from the document logs in, writes, and reads what it wrote", async () => {
  const { stream: clientId } = await call<Receipt>("registerClient", {
    body: { name: "Müller GmbH", address: { country: "DE" } },
  });
  const { stream: item } = await call<Receipt>("addItem", {
    body: { code: "WORK", description: "Work", unit: "HUR", price6: 50e6, vatCategory: "S", vatRate3: 20_000 },
  });
  const key = newKey();
  const body = { clientId, lines: [{ ...LINE, itemId: item }] };
  const draft = await call<Receipt>("draftInvoice", { "Idempotency-Key": key, body });
  assert.deepEqual(
    await call("draftInvoice", { "Idempotency-Key": key, body }),
    draft,
    "the same key, the same answer",
  );
  const { stream: id, version } = draft;
  await assert.rejects(call("issueInvoice", { id, "If-Match": '"7"', body: {} }), { status: 412 });
  const issued = await call<Receipt>("issueInvoice", { id, "If-Match": `"${version}"`, body: {} });
  assert.equal(issued.version, version + 1);
  const { stream: paymentId } = await call<Receipt>("receivePayment", {
    body: {
      clientId,
      receivedOn: "2024-03-01",
      currency: "GBP",
      amountMinor: 5000,
      method: "card",
      allocations: [{ invoiceId: id, amountMinor: 5000 }],
    },
  });
  const { stream: noteId } = await call<Receipt>("draftCreditNote", { id, body: {} });
  await call("issueInvoice", { id: noteId, body: {} });
  await call("applyCredit", { id: noteId, body: { allocations: [{ invoiceId: id, amountMinor: 1000 }] } });
  await call("addUser", { body: { email: "clerk@example.com", name: "Cleo", role: "clerk" } });

  const invoice = await call<{ number: string; paid_minor: number; lines: { item_id: number }[] }>("getInvoice", {
    id,
  });
  assert.equal(invoice.number, "INV-00001");
  assert.equal(invoice.paid_minor, 6000);
  assert.deepEqual(
    invoice.lines.map(({ item_id }) => item_id),
    [item],
  );
  type Rows = { rows: { id: number }[]; next: string | null };
  const pages = [await call<Rows>("listInvoices", { limit: 1 })];
  pages.push(await call<Rows>("listInvoices", { limit: 1, cursor: pages[0]?.next }));
  assert.deepEqual(
    pages.flatMap(({ rows }) => rows.map((row) => row.id)),
    [noteId, id],
  );
  assert.equal(pages[1]?.next, null);
  const found = await call<Rows>("listInvoices", { q: "muller", kind: "invoice", open: true, overdue: false });
  assert.deepEqual(
    found.rows.map((row) => row.id),
    [id],
  );
  for (const [operation, args] of [
    ["getMe", {}],
    ["getOrganization", {}],
    ["getClient", { id: clientId }],
    ["getItem", { id: item }],
    ["getPayment", { id: paymentId }],
    ["getInvoice", { id: noteId }],
    ["getInvoiceHistory", { id }],
    ["getUser", { id: 2 }],
    ["listClients", { q: "mull" }],
    ["listItems", { archived: false }],
    ["listPayments", { invoice: id }],
    ["listUsers", {}],
    ["listActivity", { from: "2020-01-01T00:00:00Z", limit: 200 }],
    ["pull", { since: "1970-01-01T00:00:00Z" }],
    ["health", {}],
    ["signUp", {}],
    ["docs", {}],
    ["getCheckpoint", {}],
    ["getTile", { path: "0/000.p/2" }],
    ["getProof", { id: 2 }],
    ["getSigningKey", {}],
    ["getForks", {}],
  ] as const)
    await call(operation, args);
  const activity = await call<{ rows: { seq: number }[] }>("listActivity", { limit: 200 });
  const events = await call<Uint8Array>("readEvents", { after: 0 });
  assert.equal(splitEvents(events, "events").length, activity.rows.length);
  assert.equal(await call<{ count: number }>("pull", { since: "1970-01-01T00:00:00Z" }).then(({ count }) => count), 8);
});

test("every call with an unknown id or an invalid body gets a documented response", async () => {
  for (const [operation, { requestBody }] of operations) {
    if (operation === "logOut") continue;
    const nonsense = {
      id: 999_999,
      path: "nonsense",
      since: "yesterday",
      limit: 0,
      ...(requestBody && { body: { nonsense: true } }),
    };
    await call(operation, nonsense).catch((error: { status?: number }) => {
      if (error.status === undefined) throw error;
    });
    await call(operation, { ...nonsense, body: undefined }).catch((error: { status?: number }) => {
      if (error.status === undefined) throw error;
    });
  }
  const silent = [...operations.keys()].filter((operation) => !checked.has(operation));
  assert.deepEqual(silent, ["logOut"], "all others were called, and their responses compared");
});

test("/api/docs is one readable page with every call, and loads nothing from other sites", async () => {
  const response = await fetch(`${base}/api/docs`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'/);
  const page = await response.text();
  for (const [path, methods] of Object.entries(document.paths))
    for (const { summary } of Object.values(methods)) {
      assert.ok(page.includes(path), path);
      assert.ok(page.includes(summary.replace("'", "&#39;")), summary);
    }
  assert.doesNotMatch(page, /<script|<link|<img|src=|@import|url\(/i);
  assert.deepEqual(
    new Set(Array.from(page.matchAll(/href="([^"]*)"/g), ([, to]) => to)),
    new Set(["/api/docs/openapi.json"]),
  );
});
