/** The API's documentation for people: one page without scripts or external resources. */
import { createHash } from "node:crypto";
import type { JsonSchema } from "./json-schema.ts";
import type { OpenApi, Operation } from "./openapi.ts";

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
h2 { margin-top: 2rem; border-bottom: 1px solid #ccc; }
details { margin: .3rem 0; padding: .3rem .6rem; border: 1px solid #ddd; border-radius: 4px; }
summary { cursor: pointer; }
code, pre { font: 14px/1.4 ui-monospace, monospace; }
pre { overflow: auto; max-height: 30rem; padding: .6rem; background: #f6f6f6; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
.method { display: inline-block; width: 4rem; font-weight: bold; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #1b1b1b; }
  details { border-color: #444; }
  h2 { border-color: #555; }
  pre { background: #262626; }
}
`;

/** The page's content security policy: it allows the page's own style and nothing else. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function docsPage(document: OpenApi): string {
  const { title, version, description } = document.info;
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = document.tags.map(({ name }) => {
    const calls = all.filter(({ operation }) => operation.tags.includes(name));
    return `<h2>${escapeHtml(name)}</h2>\n${calls.map((call) => callHtml(call, document)).join("\n")}`;
  });
  const schemas = Object.entries(document.components.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="${escapeHtml(name)}"><summary>${escapeHtml(name)}</summary>${jsonHtml(schema)}</details>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} API</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(title)} API ${escapeHtml(version)}</h1>
<p>${escapeHtml(description)}</p>
<p><a href="/api/docs/openapi.json">OpenAPI document</a>. Log in with <code>POST /api/auth/login</code>; send the token as <code>Authorization: Bearer …</code>.</p>
${sections.join("\n")}
<h2>Responses</h2>
${schemas.join("\n")}
</body>
</html>
`;
}

function callHtml({ path, method, operation }: { path: string; method: string; operation: Operation }, all: OpenApi) {
  const { summary, description, requestBody } = operation;
  return `<details><summary><span class="method">${escapeHtml(method.toUpperCase())}</span> <code>${escapeHtml(path)}</code> ${escapeHtml(summary)}</summary>
${description ? `<p>${escapeHtml(description)}</p>` : "<p>For everyone, without a token.</p>"}
${parametersHtml(operation, all)}${requestBody ? `<p>Body</p>${jsonHtml(schemaIn(requestBody))}` : ""}
<p>Response</p>${jsonHtml(schemaIn(operation.responses["200"] ?? {}))}
<p>Problems</p>${problemsHtml(operation)}
</details>`;
}

function parametersHtml({ parameters = [] }: Operation, all: OpenApi): string {
  if (parameters.length === 0) return "";
  const rows = parameters.map((parameter) => {
    const name =
      String(parameter.$ref ?? "")
        .split("/")
        .at(-1) ?? "";
    const { name: title, in: location, description, schema } = all.components.parameters?.[name] ?? parameter;
    return `<tr><td><code>${escapeHtml(String(title))}</code></td><td>${escapeHtml(String(location))}</td><td>${escapeHtml(String(description ?? ""))}<br><code>${escapeHtml(JSON.stringify(schema))}</code></td></tr>`;
  });
  return `<table>${rows.join("\n")}</table>`;
}

function problemsHtml({ responses }: Operation): string {
  const rows = Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .map(([status, { description }]) => {
      const [meaning = "", ...codes] = String(description).split(/\n+- /);
      return `<tr><td>${status}</td><td>${[meaning, ...codes].map(codeHtml).join("<br>")}</td></tr>`;
    });
  return `<table>${rows.join("\n")}</table>`;
}

/** A line of a description, with the text in backquotes as code. */
function codeHtml(line: string): string {
  return escapeHtml(line).replace(/&#96;(.*?)&#96;|`(.*?)`/g, (_, a, b) => `<code>${a ?? b}</code>`);
}

function schemaIn({ content }: JsonSchema): unknown {
  const types = Object.entries((content ?? {}) as Record<string, { schema: unknown }>);
  return types.length === 1
    ? types[0]?.[1].schema
    : Object.fromEntries(types.map(([type, { schema }]) => [type, schema]));
}

function jsonHtml(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2) ?? "")}</pre>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
