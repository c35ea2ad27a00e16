/** Files of an API: what arrives is what its name says, and each answer without a file says why. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { blobText, MAX_BLOB_BYTES } from "../../blobs/blob-store.ts";
import { sha256 } from "../../hash.ts";
import { newUuid, uuidText } from "../../uuid.ts";
import { LOG_HEADERS } from "./events-request.ts";
import { HttpBlobs } from "./http-blobs.ts";

const LOG = uuidText(newUuid());
const bytes = randomBytes(3_000);
const name = sha256(bytes);
const FILE = { [LOG_HEADERS.log]: LOG, "content-type": "application/pdf" };

const file = (body: Uint8Array, headers: Record<string, string> = {}) =>
  new Response(new Uint8Array(body), { headers: { ...FILE, ...headers } });
function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ type: "about:blank", title: "No", status, code, detail: "why" });
  return new Response(body, { status, headers: { "content-type": "application/problem+json", ...headers } });
}

/** A store behind answers that come one after the other. */
function behind(...answers: (Response | Error)[]) {
  const requests: { path: string; authorization: string | null; accept: string | null }[] = [];
  const store = new HttpBlobs("https://invoices.example/invoify", {
    log: LOG,
    token: (refused) => (refused === undefined ? "first" : "second"),
    async fetch(input, init) {
      const headers = new Headers(init?.headers);
      const path = new URL(String(input)).pathname;
      requests.push({ path, authorization: headers.get("authorization"), accept: headers.get("accept") });
      const answer = answers.shift() ?? assert.fail("one request too many");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { store, requests, left: answers };
}

test("get() asks once, below the API's address, and returns the bytes", async () => {
  const { store, requests } = behind(file(bytes));
  assert.deepEqual(Buffer.from((await store.get(name)) ?? []), bytes);
  const [request] = requests;
  assert.equal(request?.path, `/invoify/api/blobs/${blobText(name)}`);
  assert.equal(request?.authorization, "Bearer first");
  assert.match(request?.accept ?? "", /application\/pdf.*application\/xml/);
  assert.deepEqual([await Array.fromAsync(store.list()), await store.remove()], [[], false]);
  await assert.rejects(store.put(), { code: "NOT_A_LOG" });
});

test("get() renews a refused token once, and waits while the log is opened", async () => {
  const { store, requests, left } = behind(
    problem(503, "OPENING", { "retry-after": "0" }),
    problem(401, "SESSION_ENDED"),
    file(bytes),
  );
  assert.ok(await store.get(name));
  assert.deepEqual(
    [requests.map(({ authorization }) => authorization?.slice(7)), left],
    [["first", "first", "second"], []],
  );
  await assert.rejects(behind(problem(401, "SESSION_ENDED"), problem(401, "SESSION_ENDED")).store.get(name), {
    code: "UNAUTHORIZED",
  });
});

test("missing is not altered: null is what the server does not have", async () => {
  for (const code of ["NO_SUCH_FILE", "NO_SUCH_ROUTE"])
    assert.equal(await behind(problem(404, code)).store.get(name), null);
  await assert.rejects(behind(problem(409, "FILE_ALTERED")).store.get(name), {
    code: "DAMAGED",
    blob: blobText(name),
    message: /was altered: the server says so itself/,
  });
});

test("other bytes than the name says are never returned, wherever they were changed", async () => {
  for (const changed of [bytes.subarray(1), Buffer.alloc(0), Buffer.concat([bytes, bytes])])
    await assert.rejects(behind(file(changed)).store.get(name), {
      code: "DAMAGED",
      blob: blobText(name),
      message: new RegExp(`file ${blobText(name)} was altered: its ${changed.length} bytes`),
    });
  const tooLong = behind(file(Buffer.alloc(MAX_BLOB_BYTES + 1))).store;
  await assert.rejects(tooLong.get(name), { code: "DAMAGED", message: /file .+ was altered: it has / });
});

test("an answer that is not about this file of this log is none", async () => {
  const another = uuidText(newUuid());
  await assert.rejects(behind(file(bytes, { [LOG_HEADERS.log]: another })).store.get(name), { code: "NOT_A_LOG" });
  const page = new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
  await assert.rejects(behind(page).store.get(name), { code: "FOREIGN_REPLY" });
  const proxy = new Response("gone", { status: 404, headers: { "content-type": "text/plain" } });
  await assert.rejects(
    behind(proxy).store.get(name),
    { code: "FOREIGN_REPLY" },
    "a proxy's 404 says nothing of the file",
  );
  await assert.rejects(behind(new TypeError("fetch failed")).store.get(name), { code: "UNREACHABLE" });
  await assert.rejects(behind(problem(429, "TOO_MANY_REQUESTS")).store.get(name), { code: "UNREACHABLE" });
});

test("get() ends with its signal", async () => {
  const reason = new Error("closing");
  const { store } = behind(problem(503, "OPENING", { "retry-after": "30" }));
  const ending = new AbortController();
  const asked = store.get(name, ending.signal);
  ending.abort(reason);
  await assert.rejects(asked, reason);
});
