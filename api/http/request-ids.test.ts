/** Each request has an id that links a response to the server's log. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { call, openOffice } from "../sessions/people.suite.ts";
import { logOptions } from "./server-log.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const lines: string[] = [];
const { base, owner } = await openOffice(undefined, { logger: logOptions({ write: (line) => lines.push(line) }) });

/** All log lines with a request's id. */
const linesOf = (id: string) =>
  lines.map((line) => JSON.parse(line) as { reqId?: string; msg: string }).filter(({ reqId }) => reqId === id);

const ask = (path: string, headers: Record<string, string> = {}) =>
  call(base, "GET", path, undefined, { token: owner.token, headers });

test("a request gets an id, in its response and in every log line about it", async () => {
  const names = new Set<string>();
  for (let n = 0; n < 3; n++) names.add((await ask("/api/auth/me")).headers.get("x-request-id") ?? "");
  assert.equal(names.size, 3);
  for (const name of names) {
    assert.match(name, UUID);
    assert.deepEqual(
      linesOf(name).map(({ msg }) => msg),
      ["incoming request", "request completed"],
    );
  }
});

test("the id from a proxy is used, and is part of a problem", async () => {
  for (const name of ["01J9Z3NDEKTSV4RRFFQ69G5FAV", "7a085853-4a3f-4f5c-9b1e-4b7a3d3c2f10", "a", "x".repeat(64)]) {
    const good = await ask("/api/auth/me", { "x-request-id": name });
    assert.equal(good.headers.get("x-request-id"), name);
    for (const [path, code] of [
      ["/api/nothing", "NO_SUCH_ROUTE"],
      ["/api/invoices?limit=no", "NOT_VALID"],
      ["/api/%zz", "BAD_REQUEST"],
    ] as const) {
      const { headers, body } = await ask(path, { "x-request-id": name });
      assert.deepEqual([body.code, body.requestId, headers.get("x-request-id")], [code, name, name]);
    }
    assert.ok(linesOf(name).length >= 6, name);
  }
});

test("an invalid id is ignored", async () => {
  for (const name of ["x".repeat(65), "a b", "-a", '"}', "{}", "é", "a,b", "<script>", owner.token]) {
    const { headers } = await ask("/api/auth/me", { "x-request-id": name });
    assert.match(headers.get("x-request-id") ?? "", UUID, name);
  }
  // Two such headers: Node joins them with a comma.
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  socket.write(
    "GET /api/health HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-request-id: a\r\nx-request-id: b\r\n\r\n",
  );
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    answer += chunk;
  });
  await once(socket, "close");
  assert.match(/x-request-id: (.*)\r/.exec(answer)?.[1] ?? "", UUID);
});
