/** `Idempotency-Key` and `If-Match`, over HTTP. */
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { withNewFields } from "../../events/commands/schema-change.suite.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { CLIENT, runApi } from "../running-api.suite.ts";

const running = await runApi();
const newKey = () => uuidText(newUuid());

interface Answer {
  status: number;
  body: { code?: string; values?: Record<string, unknown>; seq?: number | null; stream?: number; version?: number };
}

async function post(path: string, body: object, headers: Record<string, string>, method = "POST"): Promise<Answer> {
  const init = { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
  const response = await running.call(path, init);
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

const head = () => running.organization.log.head();

test("Idempotency-Key becomes the event's id, in any spelling", async () => {
  for (const spell of [(key: string) => key, (key: string) => `"${key}"`, (key: string) => key.toUpperCase()]) {
    const key = newKey();
    const { status, body } = await post("/api/clients", CLIENT, { "idempotency-key": spell(key) });
    assert.equal(status, 200);
    assert.equal((body as { id?: string }).id, key);
  }
});

test("the same Idempotency-Key gives the same response and one event", async () => {
  const headers = { "idempotency-key": newKey() };
  const first = await post("/api/clients", CLIENT, headers);
  const before = await head();
  for (let n = 0; n < 3; n++) assert.deepEqual(await post("/api/clients", CLIENT, headers), first);
  const together = await Promise.all([1, 2, 3].map(() => post("/api/clients", CLIENT, headers)));
  assert.deepEqual(together, [first, first, first]);
  assert.equal(await head(), before);
});

test("the same Idempotency-Key with another command gets 422 KEY_REUSED", async () => {
  const key = newKey();
  const { body: first } = await post("/api/clients", CLIENT, { "idempotency-key": key });
  const { status, body } = await post("/api/clients", { ...CLIENT, name: "Other" }, { "idempotency-key": key });
  assert.deepEqual([status, body.code, body.values], [422, "KEY_REUSED", { key, seq: first.seq }]);
});

test("the same Idempotency-Key gives the same response after an upgrade that adds optional fields", async (t) => {
  const { body: other } = await post("/api/clients", CLIENT, {});
  const requests = [
    { path: "/api/clients", body: CLIENT, method: "POST" },
    { path: "/api/users", body: { email: "u@example.org", name: "Uma User", role: "viewer" }, method: "POST" },
    { path: `/api/clients/${other.stream}`, body: { note: null, contact: "Cam" }, method: "PATCH" },
  ].map((request) => ({ ...request, headers: { "idempotency-key": newKey() } }));
  const firsts = await Array.fromAsync(requests, (r) => post(r.path, r.body, r.headers, r.method));
  for (const command of ["RegisterClient", "AddUser", "ChangeClientDetails"] as const) withNewFields(t, command);
  for (const [n, { path, body, headers, method }] of requests.entries()) {
    const { seq, stream } = firsts[n]?.body ?? {};
    const again = await post(path, body, headers, method);
    assert.deepEqual([again.status, again.body.seq, again.body.stream], [200, seq, stream], path);
    const used = await post(path, { ...body, newText: "x" }, headers, method);
    assert.deepEqual([used.status, used.body.code], [422, "KEY_REUSED"], path);
  }
});

test("an Idempotency-Key that is not a UUIDv7 gets 400, and nothing is written", async () => {
  const before = await head();
  const v4 = "6f2c1a52-4c1e-4f6b-9a51-3a5d5b8b7a11";
  for (const key of [
    v4,
    "",
    "7",
    `${newKey()}0`,
    `${newKey()}, ${newKey()}`,
    "../../etc",
    newKey().replaceAll("-", ""),
  ]) {
    const { status, body } = await post("/api/clients", CLIENT, { "idempotency-key": key });
    assert.deepEqual([status, body.code], [400, "KEY_NOT_VALID"], key);
  }
  assert.equal(await head(), before);
});

test("two Idempotency-Keys in one request get 400", async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = ["Authorization", `Bearer ${running.token}`, "Content-Type", "application/json"];
    for (let n = 0; n < 2; n++) headers.push("Idempotency-Key", newKey());
    const request = http.request(new URL("/api/clients", running.base), { method: "POST", headers: headers as never });
    request.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
    request.end(JSON.stringify(CLIENT));
  });
  assert.equal(status, 400);
});

test("If-Match allows a change only at the version it names", async () => {
  const { stream } = await running.send("POST", "/api/clients", CLIENT);
  const path = `/api/clients/${stream}`;
  const rename = (name: string, ifMatch: string) => post(path, { name }, { "if-match": ifMatch }, "PATCH");
  assert.equal((await rename("one", '"1"')).body.version, 2);
  assert.equal((await rename("two", "2")).body.version, 3);
  assert.equal((await rename("three", "*")).body.version, 4);
  for (const stale of ['"1"', '"3"', '"5"', '"0"']) {
    const { status, body } = await rename("four", stale);
    const expected = Number(stale.slice(1, -1));
    assert.deepEqual([status, body.code, body.values], [412, "VERSION_MISMATCH", { version: 4, expected }]);
  }
});

test("If-Match without a valid version gets 400", async () => {
  const { stream } = await running.send("POST", "/api/clients", CLIENT);
  for (const ifMatch of ['W/"1"', '"one"', '"1", "2"', "-1", "1.0", "", `"${"9".repeat(20)}"`]) {
    const { status, body } = await post(`/api/clients/${stream}/archive`, {}, { "if-match": ifMatch });
    assert.deepEqual([status, body.code], [400, "IF_MATCH_NOT_VALID"], ifMatch);
  }
});

test("a retry gets the first response, even if the version it names is no longer current", async () => {
  const { stream } = await running.send("POST", "/api/clients", CLIENT);
  const headers = { "if-match": '"1"', "idempotency-key": newKey() };
  const first = await post(`/api/clients/${stream}/archive`, {}, headers);
  assert.equal(first.body.version, 2);
  assert.deepEqual(await post(`/api/clients/${stream}/archive`, {}, headers), first);
});
