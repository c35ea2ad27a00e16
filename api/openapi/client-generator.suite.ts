/**
 * A client generated from an OpenAPI document alone, for a test that the document is complete. It supports what any
 * generator supports: parameters by location, bodies, security, responses by status and media type.
 */
import type { JsonSchema } from "./json-schema.ts";
import type { OpenApi, Operation } from "./openapi.ts";

type Arguments = Record<string, unknown>;

/** The exports of the generated module. */
export interface ClientModule {
  newClient(
    base: string,
    options: { onAnswer: (operation: string, status: number, value: unknown) => void },
  ): Record<string, (args?: Arguments) => Promise<unknown>> & { useToken(token: string): void };
}

/** The source of an ES module with one function for each operation. */
export function generateClient(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationSource(document, { path, method, operation })),
  );
  return `// Generated from ${document.info.title} ${document.info.version}.
export function newClient(base, { onAnswer }) {
  let token = null;
  async function call(operation, method, path, { query, headers, body, secured, answers }) {
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
    if (secured) sent.authorization = "Bearer " + token;
    if (body !== undefined) sent["content-type"] = "application/json";
    const response = await fetch(url, { method, headers: sent, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const types = answers[response.status] ?? answers.default;
    if (!types) throw new Error(operation + ": no answer is described for " + response.status);
    const type = (response.headers.get("content-type") ?? "").split(";")[0];
    if (response.status !== 304 && !types.includes(type)) throw new Error(operation + ": " + type + " is not described for " + response.status);
    const value = /json$/.test(type) ? await response.json() : new Uint8Array(await response.arrayBuffer());
    onAnswer(operation, response.status, value);
    if (!response.ok) throw Object.assign(new Error(value.detail), { status: response.status, problem: value });
    return value;
  }
  return {
    useToken(given) { token = given; },
${operations.join("\n")}
  };
}
`;
}

function operationSource(
  document: OpenApi,
  { path, method, operation }: { path: string; method: string; operation: Operation },
): string {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  const parametersIn = (place: string) =>
    parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name }) => `${JSON.stringify(name)}: args[${JSON.stringify(name)}]`);
  const url = path.replace(/\{(\w+)\}/g, (_, name) => `\${encodeURIComponent(args[${JSON.stringify(name)}])}`);
  const answers = Object.entries(operation.responses).map(
    ([status, answer]) =>
      `${JSON.stringify(status)}: ${JSON.stringify(Object.keys((resolve(document, answer).content ?? {}) as object))}`,
  );
  return `    ${operation.operationId}: (args = {}) => call(${JSON.stringify(operation.operationId)}, ${JSON.stringify(method.toUpperCase())}, \`${url}\`, {
      query: { ${parametersIn("query").join(", ")} }, headers: { ${parametersIn("header").join(", ")} },
      body: ${operation.requestBody ? "args.body" : "undefined"}, secured: ${operation.security.length > 0},
      answers: { ${answers.join(", ")} } }),`;
}

/** The target of a `$ref` within the document. */
function resolve(document: OpenApi, schema: JsonSchema): JsonSchema {
  if (typeof schema.$ref !== "string") return schema;
  let found: unknown = document;
  for (const name of schema.$ref.split("/").slice(1)) found = (found as Record<string, unknown>)[name];
  return found as JsonSchema;
}
