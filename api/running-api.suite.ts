/** An API that runs on an embedded log of its own, for tests that talk to it as clients do: over HTTP. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after } from "node:test";
import type { LogId } from "../events/log.ts";
import { newUuid, uuidText } from "../events/uuid.ts";
import { PROFILE } from "../fixtures/events.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import type { Config } from "./config.ts";
import type { Organization } from "./organizations.ts";
import { type Api, type ApiOptions, openApi } from "./server.ts";

export const OWNER = { email: "owner@example.com", name: "Olive Owner", password: "correct horse battery" };

export interface RunningApi {
  api: Api;
  /** For another server beside it, on the same storage. */
  config: Config;
  /** Its address, such as `http://127.0.0.1:41234`. */
  base: string;
  /** The owner's. */
  token: string;
  logId: LogId;
  /** The one that the token is for, as the server has it. */
  organization: Organization;
  /** `GET` with the owner's token, and JSON back. @throws if the answer is not 200 */
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  /** A call with the owner's token (unless the headers say otherwise), whatever comes back. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** A command with the owner's token. @throws if the answer is not 200 */
  send(method: string, path: string, body?: unknown): Promise<{ seq: number; stream: number; version: number }>;
}

/** Opens one in a new folder, with a founded organization; it is closed when the test file's tests have ended. */
export async function runApi(given: Partial<Config> = {}, options: ApiOptions = {}): Promise<RunningApi> {
  const config = {
    host: "127.0.0.1",
    port: 0,
    dataFolder: join(temporaryFolder(), "data"),
    mongoUrl: null,
    jwtSecret: randomUUID() + randomUUID(),
    signUp: true,
    trustedProxy: null,
    ...given,
  } as Config;
  const api = await openApi(config, options);
  after(() => api.close());
  const base = await api.app.listen({ host: "127.0.0.1", port: 0 });
  const json = { "content-type": "application/json" };
  const key = uuidText(newUuid());
  const founded = await fetch(`${base}/api/organizations`, {
    method: "POST",
    headers: { ...json, "idempotency-key": key },
    body: JSON.stringify({ profile: PROFILE, owner: OWNER }),
  });
  assert.equal(founded.status, 200, await founded.clone().text());
  const { email, password } = OWNER;
  const login = await fetch(`${base}/api/auth/login`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ email, password }),
  });
  assert.equal(login.status, 200, await login.clone().text());
  const { token } = (await login.json()) as { token: string };
  const organization = await api.organizations.get(key);
  assert.ok(organization);

  const call = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, base), { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  const answerOf = async (response: Response) => {
    const text = await response.text();
    assert.equal(response.status, 200, `${response.url}: ${text}`);
    return JSON.parse(text);
  };
  return {
    api,
    config,
    base,
    token,
    logId: key,
    organization,
    call,
    get: async (path) => answerOf(await call(path)),
    send: async (method, path, body = {}) => {
      const headers = { ...json, "idempotency-key": uuidText(newUuid()) };
      return answerOf(await call(path, { method, headers, body: JSON.stringify(body) }));
    },
  };
}
