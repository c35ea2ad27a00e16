/** Logs of release 0.1: they are read, not written, and a mark says that they were converted. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { clientRegistered, idOf, logOf, organizationRegistered } from "../../../fixtures/data/events.ts";
import { sharedMongoUrl } from "../../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../../fixtures/mongodb/temporary-databases.ts";
import { decodeEvent, decodeHeader } from "../../encoding/event.ts";
import { assertBodies, bodiesOf, storedOf } from "../../log/log-harness.suite.ts";
import { SEGMENT } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { appendEarlier, earlierCollection } from "../earlier-logs.suite.ts";
import { unconvertedLogs } from "./earlier-shape.ts";
import { openMongoLog } from "./open-mongo-log.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const serverUrl = await sharedMongoUrl();

if (serverUrl === null) test.skip("logs of release 0.1: no MongoDB server to test against (see fixtures/mongodb)");
else earlierTests(serverUrl);

function earlierTests(serverUrl: string): void {
  const { client, newDatabase } = temporaryDatabases(serverUrl);
  const events = logOf(SEGMENT + 6).map((event) => ({ ...event, request: Buffer.alloc(32, event.seq % 256) }));
  const dbOf = (address: string) => client.db(new URL(address).pathname.slice(1));
  const [one, other] = [idOf(1), idOf(1, 9)];
  const open = async (t: TestContext, address: string, access: "read" | "write" | "convert") => {
    const log = await openMongoLog(address, { client, access });
    t.after(() => log.close());
    return log;
  };

  test("a log of release 0.1 is read as it is", async (t) => {
    const address = newDatabase();
    await appendEarlier(dbOf(address), one, events);
    for (const named of [address, `${address}#${uuidText(one)}`]) {
      const log = await open(t, named, "read");
      assert.equal(await log.isEarlier(), true);
      assert.equal(await log.id(), uuidText(one));
      assert.equal(await log.head(), events.length);
      assertBodies(await bodiesOf(log, ALL), events);
      const last = await storedOf(log, { after: events.length - 2, upTo: events.length });
      assert.deepEqual(
        last.map(({ seq, request }) => [seq, Buffer.from(request ?? []).toString("hex")]),
        events.slice(-2).map(({ seq, request }) => [seq, request.toString("hex")]),
      );
      await assert.rejects(log.append([clientRegistered(events.length + 1)]), /opened for reading/);
    }
    const collection = await earlierCollection(dbOf(address));
    await collection.updateOne({ seq: 5 }, { $set: { body: events[6]?.body } });
    const log = await open(t, address, "read");
    await assert.rejects(bodiesOf(log, ALL), { code: "DAMAGED", message: /event 5 has the bytes of event 7/ });
  });

  test("a database of release 0.1 is not written, and the message names how to convert each log", async (t) => {
    const address = newDatabase();
    await appendEarlier(dbOf(address), one, events.slice(0, 3));
    await appendEarlier(dbOf(address), other, [organizationRegistered({ salt: 9 })]);
    const refused = ({ code, message }: { code: string; message: string }) => {
      assert.equal(code, "NOT_A_LOG");
      for (const log of [one, other])
        assert.match(message, new RegExp(`invoify copy (\\S+#${uuidText(log)}) \\1$`, "m"), message);
      return true;
    };
    await assert.rejects(openMongoLog(address, { client }), refused);
    const named = await open(t, `${address}#${uuidText(one)}`, "write");
    for (const call of [() => named.head(), () => bodiesOf(named, ALL), () => named.append([clientRegistered(4)])])
      await assert.rejects(call, refused);
    const fresh = await open(t, `${address}#${uuidText(idOf(1, 5))}`, "write");
    await assert.rejects(fresh.append([organizationRegistered({ salt: 5 })]), refused, "also a new log beside them");
    const collections = await dbOf(address).listCollections().toArray();
    assert.deepEqual(
      collections.map(({ name }) => name),
      ["events"],
    );
  });

  test("markConverted() lets the new release write, and stops the old one", async (t) => {
    const address = newDatabase();
    await appendEarlier(dbOf(address), one, events);
    await appendEarlier(dbOf(address), other, [organizationRegistered({ salt: 9 })]);
    const source = await open(t, `${address}#${uuidText(one)}`, "read");
    await assert.rejects(source.markConverted(events.length - 1), { code: "FORKED", message: /another process/ });
    await source.markConverted(events.length);
    assert.deepEqual(
      (await unconvertedLogs(dbOf(address))).map((log) => uuidText(log)),
      [uuidText(other)],
    );
    // An old process appends at the sequence of the mark, and reads the mark as an event of a newer release.
    const next = clientRegistered(events.length + 1);
    await assert.rejects(appendEarlier(dbOf(address), one, [next]), { code: 11_000 });
    const mark = await (await earlierCollection(dbOf(address))).findOne({ log: one, seq: next.seq });
    const body = mark?.body.buffer as Buffer;
    assert.equal(decodeHeader(body).seq, next.seq);
    assert.throws(() => decodeEvent(body), { code: "UNKNOWN_EVENT" });

    const last = await open(t, `${address}#${uuidText(other)}`, "read");
    await last.markConverted(1);
    const log = await open(t, `${address}#${uuidText(one)}`, "write");
    assert.equal(await log.append(events), events.length, "as copied");
    assertBodies(await bodiesOf(log, ALL), events);
  });
}
