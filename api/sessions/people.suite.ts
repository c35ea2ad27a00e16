/** People with accounts, for tests that call the API in their name. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join as joinPath } from "node:path";
import { after } from "node:test";
import type { Role } from "../../events/business/roles.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { type Config, readConfig } from "../config/config.ts";
import { watchProblems } from "../openapi/documented-problems.suite.ts";
import { type Api, type ApiOptions, openApi } from "../server.ts";

export const PASSWORD = "correct horse battery";

/** A response with its body read. */
export interface ApiResponse {
  status: number;
  headers: Headers;
  /** The parsed body; empty if it is not JSON. */
  body: Record<string, unknown> & { code?: string; token?: string; refreshToken?: string };
  text: string;
}

export interface Person {
  /** The user's stream; the owner's is 2. */
  id: number;
  email: string;
  log: string;
  token: string;
  refreshToken: string;
}

export interface Office {
  api: Api;
  base: string;
  config: Config;
  owner: Person;
}

/** The configuration of a server on loopback, in a new folder. */
export function newConfig(env: Record<string, string> = {}): Config {
  return readConfig({
    INVOIFY_PORT: "0",
    INVOIFY_DATA: joinPath(temporaryFolder(), "data"),
    INVOIFY_JWT_SECRET: randomUUID() + randomUUID(),
    INVOIFY_SIGN_UP: "on",
    ...env,
  });
}

/** Starts a server that is closed after the file's tests. Several may share a configuration, as processes do. */
export async function startApi(config: Config, options: ApiOptions = {}): Promise<{ api: Api; base: string }> {
  const api = await openApi(config, options);
  const checkProblems = watchProblems(api);
  after(async () => {
    await api.close();
    checkProblems();
  });
  return { api, base: await api.app.listen({ host: "127.0.0.1", port: 0 }) };
}

/** A server with an organization. */
export async function openOffice(
  config: Config = newConfig(),
  options: ApiOptions = {},
  headers: Record<string, string> = {},
): Promise<Office> {
  const { api, base } = await startApi(config, options);
  return { api, base, config, owner: await signUp(base, undefined, headers) };
}

/** Founds an organization. @returns its owner, logged in */
export async function signUp(
  base: string,
  email = `owner-${randomUUID()}@example.com`,
  headers: Record<string, string> = {},
): Promise<Person> {
  const owner = { email, name: "Olive Owner", password: PASSWORD };
  const founded = await call(base, "POST", "/api/organizations", { profile: PROFILE, owner }, { headers });
  assert.equal(founded.status, 200, founded.text);
  return { ...(await logIn(base, email, PASSWORD, headers)), id: 2 };
}

/** @throws if the login fails */
export async function logIn(
  base: string,
  email: string,
  password = PASSWORD,
  headers: Record<string, string> = {},
): Promise<Person> {
  const response = await call(base, "POST", "/api/auth/login", { email, password }, { headers });
  assert.equal(response.status, 200, response.text);
  return personOf(response);
}

/** Adds a user and accepts the invitation. */
export async function join(
  { base, owner }: Pick<Office, "base" | "owner">,
  role: Role,
  email = `${role}-${randomUUID()}@example.com`,
): Promise<Person> {
  const added = await call(base, "POST", "/api/users", { email, name: `A ${role}`, role }, { token: owner.token });
  assert.equal(added.status, 200, added.text);
  const { invitation } = added.body;
  const accepted = await call(base, "POST", "/api/auth/accept", { invitation, password: PASSWORD });
  assert.equal(accepted.status, 200, accepted.text);
  return personOf(accepted);
}

function personOf({ body }: ApiResponse): Person {
  const { token, refreshToken, log, user } = body as unknown as Person & { user: { id: number; email: string } };
  return { token, refreshToken, log, id: user.id, email: user.email };
}

/** Calls the API. @throws TimeoutError if there is no response within two minutes */
export async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  { token, headers }: { token?: string; headers?: Record<string, string> } = {},
): Promise<ApiResponse> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(120_000),
  });
  return await readResponse(response);
}

export async function readResponse(response: Response): Promise<ApiResponse> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== "" ? JSON.parse(text) : {},
    text,
  };
}

/** A new `Idempotency-Key`. */
export function newKey(): string {
  return uuidText(newUuid());
}
