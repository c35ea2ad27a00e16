import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { COMMANDS } from "../../../events/commands/commands.ts";
import { packedSize } from "../../../events/values/packed-size.ts";
import { MAX_EVENT_BYTES } from "../../../events/values/size-limits.ts";
import { CLIENT } from "../../../fixtures/data/events.ts";
import { call, join, openOffice, type Person } from "../../sessions/people.suite.ts";
import { MAX_BODY_BYTES, MAX_LONG_BODY_BYTES } from "./long-bodies.ts";

const { base, owner } = await openOffice();
const clerk = await join({ base, owner }, "clerk");
const { body: client } = await call(base, "POST", "/api/clients", CLIENT, owner);

const LINE = { quantity6: 2e6, unit: "HUR", price6: 50e6, vatCategory: "S", vatRate3: 20_000 };
const linesOf = (letter: string) => Array(2000).fill({ ...LINE, description: letter.repeat(400) });
const short = (note: string) => ({ clientId: client.stream, lines: [{ ...LINE, description: "Work" }], note });

test("2,000 lines of 400 letters are drafted, revised, issued and credited; in Japanese they are TOO_LONG", async () => {
  const drafted = await call(base, "POST", "/api/invoices", { clientId: client.stream, lines: linesOf("e") }, owner);
  assert.equal(drafted.status, 200, drafted.text);
  const path = `/api/invoices/${drafted.body.stream}`;
  const japanese = { lines: linesOf("請") };
  for (const [method, to, body] of [
    ["POST", "/api/invoices", { clientId: client.stream, ...japanese }],
    ["PATCH", path, japanese],
  ] as const) {
    const { status, body: problem } = await call(base, method, to, body, owner);
    const { what, bytes, limit } = problem.values as { what: string; bytes: number; limit: number };
    assert.deepEqual([status, problem.code, what], [422, "TOO_LONG", "document"]);
    assert.ok(bytes > packedSize(japanese.lines) && bytes < packedSize(japanese.lines) + 20_000, `${bytes} bytes`);
    assert.ok(limit > MAX_EVENT_BYTES - 500 && limit < MAX_EVENT_BYTES);
  }
  assert.equal((await call(base, "PATCH", path, { lines: linesOf("f") }, owner)).status, 200);
  assert.equal((await call(base, "POST", `${path}/issue`, {}, owner)).status, 200);
  const draft = { clientId: client.stream, lines: linesOf("g") };
  const credited = await call(base, "POST", `${path}/credit-note`, { draft }, owner);
  assert.equal(credited.status, 200, credited.text);
  assert.equal((await call(base, "POST", `/api/invoices/${credited.body.stream}/issue`, {}, owner)).status, 200);
});

test("only the commands that draft documents accept 4 MiB; all name their limit", async () => {
  const drafting = Object.entries(COMMANDS).filter(([, command]) => "isDocument" in command && command.isDocument);
  assert.deepEqual(drafting.map(([name]) => name).sort(), ["DraftCreditNote", "DraftInvoice", "ReviseInvoice"]);
  for (const { method, path, isDocument } of Object.values(COMMANDS)) {
    const limit = isDocument ? MAX_LONG_BODY_BYTES : MAX_BODY_BYTES;
    const to = path.replace(":id", "9");
    const sizes = [limit, limit + 1].map((size) => ({ x: "x".repeat(size - '{"x":""}'.length) }));
    const [fits, tooLong] = [
      await call(base, method, to, sizes[0], owner),
      await call(base, method, to, sizes[1], owner),
    ];
    assert.notEqual(fits.status, 413, path);
    const detail = `the body is longer than ${limit / 1024} KiB`;
    assert.deepEqual([tooLong.status, tooLong.body.code, tooLong.body.detail], [413, "BODY_TOO_LARGE", detail], path);
  }
});

test("a user's second long body waits for the first; other bodies and other users do not", async () => {
  const first = begin(owner, "first");
  let answered = false;
  const second = begin(owner, "second").finish();
  void second.then(() => {
    answered = true;
  });
  assert.equal((await call(base, "POST", "/api/invoices", short("short"), owner)).status, 200);
  assert.equal(await begin(clerk, "of a clerk").finish(), 200);
  assert.equal(answered, false);
  first.abort();
  assert.equal(await second, 200);
});

/** Sends all but the last byte of a draft that is padded to a long body. */
function begin({ token }: Person, note: string): { finish: () => Promise<number>; abort: () => void } {
  const body = JSON.stringify(short(note)).padEnd(MAX_BODY_BYTES + 1);
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "content-length": body.length,
  };
  const sent: ClientRequest = request(`${base}/api/invoices`, { method: "POST", headers });
  sent.on("error", () => {}); // of the aborted one
  const answer = once(sent, "response");
  answer.catch(() => {});
  sent.write(body.slice(0, -1));
  return {
    finish: async () => {
      sent.end(body.slice(-1));
      const [response] = await answer;
      await text(response);
      return response.statusCode;
    },
    abort: () => sent.destroy(),
  };
}
