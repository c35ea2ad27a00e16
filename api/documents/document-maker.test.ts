/** Documents that cannot be made, and those that wait for their turn beside them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { call, join, openOffice } from "../sessions/people.suite.ts";
import { DOES } from "./document-maker.child.ts";

const program = new URL("document-maker.child.ts", import.meta.url);
const office = await openOffice(undefined, { documents: { program, limitMs: 500 }, draining: { deadlineMs: 500 } });
const { api, base, owner } = office;
const other = await join(office, "viewer");

const make = async (id: number, token = owner.token) => {
  const { status, body, text } = await call(base, "GET", `/api/invoices/${id}/document`, undefined, { token });
  return status === 200 ? text : [status, body.code, body.detail];
};

test("a document that cannot be made fails alone, and says why; the next ones are made", async () => {
  const refused = (why: string) => [500, "DOCUMENT_NOT_MADE", `the document could not be made: ${why}`];
  const cases = [
    [DOES.hang, "it took too long"],
    [DOES.crash, "the server's log has the reason"],
    [DOES.fail, "the server's log has the reason"],
  ] as const;
  for (const [id, why] of cases) {
    const [bad, next] = await Promise.all([make(id), make(7, other.token)]);
    assert.deepEqual([bad, next], [refused(why), "7"]);
  }
  assert.equal(await make(8), "8");
});

test("documents take turns: who asks for many waits for themselves", async () => {
  const order: string[] = [];
  const many = Array.from({ length: 10 }, (_, n) => make(DOES.slow + n).then((text) => order.push(String(text))));
  const one = make(9, other.token).then((text) => order.push(String(text)));
  await Promise.all([...many, one]);
  assert.ok(order.indexOf("9") < 5, order.join());
});

test("other requests are answered while a document hangs, and the server ends", async () => {
  const hanging = make(DOES.hang).catch(() => "cut");
  await sleep(50);
  const { status } = await call(base, "GET", "/api/invoices", undefined, { token: other.token });
  assert.equal(status, 200);
  const closing = api.close();
  await Promise.all([closing, hanging]);
  assert.equal(api.app.server.listening, false);
});
