/** An API with one organization, for tests that call it over HTTP as its owner. */
import assert from "node:assert/strict";
import type { LogId } from "../events/log/log.ts";
import { PROFILE } from "../fixtures/data/events.ts";
import type { Config } from "./config/config.ts";
import type { Organization } from "./organizations/organization.ts";
import type { Api, ApiOptions } from "./server.ts";
import { call as callAs, logIn, newConfig, newKey, PASSWORD, startApi } from "./sessions/people.suite.ts";

export const OWNER = { email: "owner@example.com", name: "Olive Owner", password: PASSWORD };

/** The body of a request that registers a client: only the required fields. */
export const CLIENT = { name: "A client", address: { country: "GB" } };

export interface RunningApi {
  api: Api;
  /** For starting another server on the same storage. */
  config: Config;
  /** Its address, such as `http://127.0.0.1:41234`. */
  base: string;
  /** The owner's access token. */
  token: string;
  logId: LogId;
  /** The token's organization in the server. */
  organization: Organization;
  /** Sends a `GET` with the owner's token. @returns the JSON body @throws if the status is not 200 */
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  /** Sends a request with the owner's token, unless the headers say otherwise. @returns any response */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a command with the owner's token and a new key. @throws if the status is not 200 */
  send(method: string, path: string, body?: unknown): Promise<{ seq: number; stream: number; version: number }>;
}

/** Starts an API in a new folder and founds an organization. It is closed after the file's tests. */
export async function runApi(overrides: Partial<Config> = {}, options: ApiOptions = {}): Promise<RunningApi> {
  const config = { ...newConfig(), ...overrides };
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
  const jsonOf = async (response: Response) => {
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
    get: async (path) => jsonOf(await call(path)),
    send: async (method, path, body = {}) => {
      const headers = { "content-type": "application/json", "idempotency-key": newKey() };
      return jsonOf(await call(path, { method, headers, body: JSON.stringify(body) }));
    },
  };
}
