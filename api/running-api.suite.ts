/** An API with one organization, for tests that talk to it as its owner does: over HTTP. */
import assert from "node:assert/strict";
import type { LogId } from "../events/log/log.ts";
import { PROFILE } from "../fixtures/data/events.ts";
import type { Config } from "./config/config.ts";
import type { Organization } from "./organizations/organization.ts";
import type { Api, ApiOptions } from "./server.ts";
import { call as callAs, logIn, newConfig, newKey, PASSWORD, startApi } from "./sessions/people.suite.ts";

export const OWNER = { email: "owner@example.com", name: "Olive Owner", password: PASSWORD };

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
  /** A command with the owner's token and a new key. @throws if the answer is not 200 */
  send(method: string, path: string, body?: unknown): Promise<{ seq: number; stream: number; version: number }>;
}

/** Opens one in a new folder, with a founded organization; it is closed when the test file's tests have ended. */
export async function runApi(given: Partial<Config> = {}, options: ApiOptions = {}): Promise<RunningApi> {
  const config = { ...newConfig(), ...given };
  const { api, base } = await startApi(config, options);
  const logId = newKey();
  const founding = { profile: PROFILE, owner: OWNER };
  const founded = await callAs(base, "POST", "/api/organizations", founding, { headers: { "idempotency-key": logId } });
  assert.equal(founded.status, 200, founded.text);
  const { token } = await logIn(base, OWNER.email);
  const organization = await api.organizations.get(logId);
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
    logId,
    organization,
    call,
    get: async (path) => answerOf(await call(path)),
    send: async (method, path, body = {}) => {
      const headers = { "content-type": "application/json", "idempotency-key": newKey() };
      return answerOf(await call(path, { method, headers, body: JSON.stringify(body) }));
    },
  };
}
