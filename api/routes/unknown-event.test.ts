/** An event of a newer release in the log: no list leaves it out, and its bytes are still served. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Packr } from "msgpackr";
import { decodeHeader } from "../../events/encoding/event.ts";
import { newUuid } from "../../events/uuid.ts";
import { until } from "../../fixtures/tests/until.ts";
import { runApi } from "../running-api.suite.ts";

test("lists stop at an event that this release does not know; JSON names it; bytes are served", async () => {
  const { organization, token, base } = await runApi();
  const seq = (await organization.log.head()) + 1;
  const positions = [seq, Buffer.from(newUuid()), seq, 1, "InvoiceSigned", 1, Date.now(), 2, []];
  const body = new Packr({ useRecords: false }).pack(positions);
  await organization.log.append([{ ...decodeHeader(body), request: null, body }]);
  const get = async (path: string, accept = "application/json") => {
    const response = await fetch(new URL(path, base), { headers: { authorization: `Bearer ${token}`, accept } });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const json = await get("/api/events?after=0");
  const problemIn = ({ bytes }: { bytes: Buffer }) => JSON.parse(String(bytes)) as { code: string; detail: string };
  const problem = {
    code: "UNKNOWN_EVENT",
    detail: `event ${seq}: a newer release has written to the log; this server must be updated`,
  };
  assert.equal(json.status, 503);
  assert.partialDeepStrictEqual(problemIn(json), problem);
  const before = await get(`/api/events?after=0&limit=${seq - 1}`);
  assert.equal((JSON.parse(String(before.bytes)) as unknown[]).length, seq - 1);
  assert.ok((await get("/api/events?after=0", "*/*")).bytes.includes(body));
  for (const path of ["/api/activity", "/api/invoices", "/api/clients"]) {
    // Reads may be one second old.
    await until(`${path} stops`, async () => (await get(path)).status === 503);
    assert.partialDeepStrictEqual(problemIn(await get(path)), problem);
  }
});
