/** The rules of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1) for the parts that our document uses. */
import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";

type Node = Record<string, unknown>;

/** Required and optional fields of an object of the specification, and their kinds. */
interface Rule {
  required: readonly string[];
  optional: readonly string[];
}

const RULES = {
  document: { required: ["openapi", "info", "paths"], optional: ["servers", "components", "tags", "security"] },
  info: { required: ["title", "version"], optional: ["summary", "description", "license", "contact"] },
  server: { required: ["url"], optional: ["description"] },
  tag: { required: ["name"], optional: ["description"] },
  operation: {
    required: ["responses"],
    optional: ["operationId", "tags", "summary", "description", "parameters", "requestBody", "security", "deprecated"],
  },
  parameter: { required: ["name", "in", "schema"], optional: ["description", "required", "deprecated"] },
  requestBody: { required: ["content"], optional: ["description", "required"] },
  response: { required: ["description"], optional: ["headers", "content"] },
  header: { required: ["schema"], optional: ["description", "required"] },
  mediaType: { required: ["schema"], optional: ["example", "examples"] },
  components: { required: [], optional: ["schemas", "responses", "parameters", "headers", "securitySchemes"] },
  securityScheme: { required: ["type"], optional: ["scheme", "bearerFormat", "description"] },
} as const satisfies Record<string, Rule>;

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const STATUS = /^(?:[1-5]\d\d|[1-5]XX|default)$/;

/** @throws AssertionError naming the path that breaks a rule */
export function assertOpenApi(document: Node): void {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
  ajv.addVocabulary(["components"]);
  ajv.addSchema({ $id: "document", components: document.components ?? {} });
  const compiled = new Set<string>();
  const seen = new Set<string>();

  const check = (value: unknown, rule: keyof typeof RULES, where: string): Node => {
    assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), `${where} is no object`);
    const { required, optional }: Rule = RULES[rule];
    for (const name of required) assert.ok(name in value, `${where} has no ${name}`);
    for (const name of Object.keys(value))
      assert.ok([...required, ...optional].includes(name), `${where}.${name}: there is no such field`);
    return value as Node;
  };
  const each = (value: unknown, where: string, work: (one: unknown, where: string, name: string) => void) => {
    for (const [name, one] of Object.entries((value ?? {}) as Node)) work(one, `${where}.${name}`, name);
  };
  /** Follows a reference, which must lead to an object of that kind. */
  const resolve = (value: unknown, kind: string, where: string): unknown => {
    const { $ref } = value as { $ref?: string };
    if ($ref === undefined) return value;
    const [, name] = new RegExp(`^#/components/${kind}/(\\w+)$`).exec($ref) ?? [];
    const found = (document.components as Record<string, Node>)[kind]?.[name ?? ""];
    assert.ok(found, `${where}: ${$ref} leads nowhere`);
    assert.deepEqual(Object.keys(value as Node), ["$ref"], where);
    return found;
  };
  const schema = (value: unknown, where: string) => {
    const text = JSON.stringify(value).replaceAll('"#/', '"document#/');
    if (compiled.has(text)) return;
    compiled.add(text);
    assert.doesNotThrow(() => ajv.compile(JSON.parse(text)), `${where} is no JSON Schema`);
  };
  const content = (value: unknown, where: string) =>
    each(value, where, (one, at, type) => {
      assert.match(type, /^[a-z]+\/[a-z.+-]+$/, at);
      schema(check(one, "mediaType", at).schema, at);
    });
  const response = (value: unknown, where: string) => {
    const { headers, content: of } = check(resolve(value, "responses", where), "response", where);
    each(headers, `${where}.headers`, (one, at) => schema(check(one, "header", at).schema, at));
    content(of, `${where}.content`);
  };

  const { openapi, info, servers, paths, components, tags } = check(document, "document", "document");
  assert.match(String(openapi), /^3\.1\.\d+$/);
  check(info, "info", "info");
  each(servers, "servers", (one, at) => check(one, "server", at));
  const tagNames = Object.values((tags ?? []) as Node[]).map((tag) => check(tag, "tag", "tags").name);
  check(components, "components", "components");
  const parts = components as Record<string, unknown>;
  each(parts.schemas, "schemas", schema);
  each(parts.responses, "responses", response);
  each(parts.securitySchemes, "securitySchemes", (one, at) => check(one, "securityScheme", at));
  each(paths, "paths", (methods, at, path) => {
    assert.match(path, /^\//);
    each(methods, at, (operation, where, method) => {
      assert.ok(METHODS.includes(method), where);
      const {
        operationId,
        parameters,
        requestBody,
        responses,
        security,
        tags: own,
      } = check(operation, "operation", where);
      assert.ok(typeof operationId === "string" && !seen.has(operationId), `${where}: ${operationId} is not unique`);
      seen.add(operationId);
      for (const tag of (own ?? []) as string[]) assert.ok(tagNames.includes(tag), `${where}: tag ${tag}`);
      const named = Object.values((parameters ?? []) as Node[]).map((one) => {
        const parameter = check(resolve(one, "parameters", where), "parameter", where);
        assert.ok(["query", "header", "path", "cookie"].includes(String(parameter.in)), where);
        if (parameter.in === "path") assert.equal(parameter.required, true, where);
        schema(parameter.schema, `${where} ${parameter.name}`);
        return `${parameter.in} ${parameter.name}`;
      });
      assert.equal(new Set(named).size, named.length, `${where}: a parameter twice`);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `path ${name}`);
      assert.deepEqual(named.filter((name) => name.startsWith("path ")).sort(), inPath.sort(), where);
      if (requestBody) content(check(requestBody, "requestBody", where).content, where);
      assert.ok(Object.keys(responses as Node).length > 0, where);
      each(responses, where, (one, place, status) => {
        assert.match(status, STATUS, place);
        response(one, place);
      });
      for (const requirement of (security ?? []) as Node[])
        for (const name of Object.keys(requirement)) assert.ok(name in (parts.securitySchemes as Node), where);
    });
  });
}
