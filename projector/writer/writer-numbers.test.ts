/** Numbers that are taken while they are decided, and series of logs that release 0.1 wrote. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, OWNER } from "../../events/business/office.suite.ts";
import { encodeFact } from "../../events/encoding/event.ts";
import { newUuid } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openFaulty, openOther } from "./faulty-log.suite.ts";
import { openOffice, requestOf } from "./office.suite.ts";

const folder = temporaryFolder();
const FOREIGN = { name: "old", kind: "both", pattern: "{0}", foreign: true };
const MAIN = { name: "main", kind: "both", pattern: "INV-{00000}", foreign: false };

test("a number that another writer takes in the race is passed over, and the gap names its document", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  await office.run("ChangeProfile", { series: [MAIN, FOREIGN] });
  const other = await openOther(t, folder, office);
  const [own, foreign, next] = [await draftOf(office), await draftOf(office), await draftOf(office)];
  log.next.push(async (events, append) => {
    const input = { series: "old", number: "inv-00001", confirmNumber: true };
    await other.execute(requestOf("IssueInvoice", input, { id: foreign }));
    return await append(events);
  });
  const { seq } = await office.run("IssueInvoice", {}, { id: own });
  const event = (await office.events()).find((one) => one.seq === seq);
  assert.ok(event?.type === "InvoiceIssued");
  assert.equal(event.data.number, "INV-00002");
  assert.deepEqual(event.data.passedOver, [{ counter: 1, number: "INV-00001", takenBy: foreign }]);
  const last = await office.accepts("IssueInvoice", {}, { id: next });
  assert.ok(last.type === "InvoiceIssued");
  assert.deepEqual([last.data.number, last.data.passedOver], ["INV-00003", []]);
});

test("a series whose prefix release 0.1 changed goes on, and is no longer stuck on a number that is taken", async (t) => {
  const office = await openOffice(t, folder);
  await office.run("ChangeProfile", { series: [MAIN, FOREIGN] });
  const ids = [await draftOf(office), await draftOf(office), await draftOf(office)] as const;
  await office.run("IssueInvoice", {}, { id: ids[0] });
  await office.run("IssueInvoice", { series: "old", number: "B-2", confirmNumber: true }, { id: ids[1] });
  // As that release wrote it: the prefix of a series in use changes.
  const old = (name: string, prefix: string, foreign: boolean) => ({ name, kind: "both", prefix, digits: 1, foreign });
  const data = { ...PROFILE, series: [old("main", "B-", false), old("old", "", true)] };
  const seq = (await office.head()) + 1;
  const version = (await office.events()).filter(({ stream }) => stream === 1).length + 1;
  const place = { seq, id: newUuid(), stream: 1, version, at: office.clock.nowMs, actor: OWNER };
  await office.log.append([encodeFact(place, { type: "OrganizationProfileChanged", data }, 2, null)]);
  const event = await office.run("IssueInvoice", {}, { id: ids[2] });
  const issued = (await office.events()).find(({ seq }) => seq === event.seq);
  assert.ok(issued?.type === "InvoiceIssued");
  assert.equal(issued.data.number, "B-3");
  assert.deepEqual(issued.data.passedOver, [{ counter: 2, number: "B-2", takenBy: ids[1] }]);
});
