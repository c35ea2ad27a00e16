/** A writer notifies its observer once for each occurrence. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { CLIENT_INPUT } from "../../events/business/office.suite.ts";
import { LogError } from "../../events/errors.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { FaultyLog, openOther, register, unknownOutcome } from "./faulty-log.suite.ts";
import { openOffice, requestOf } from "./office.suite.ts";

const folder = temporaryFolder();

test("a writer reports appends, lost races and unknown outcomes", async (t) => {
  const calls: string[] = [];
  const log = new FaultyLog(SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true }));
  const observer = {
    onAppend(events: number, durationMs: number) {
      assert.ok(durationMs >= 0, `${durationMs} ms`);
      calls.push(`${events} events`);
    },
    onLostRace: () => calls.push("lost race"),
    onUnknownOutcome: () => calls.push("unknown outcome"),
  };
  const office = await openOffice(t, folder, { log, writer: { observer } });
  calls.length = 0; // the founding

  await Promise.all(Array.from({ length: 5 }, () => register(office)));
  assert.deepEqual(calls.splice(0), ["5 events"]);

  const other = await openOther(t, folder, office);
  log.next.push(async (events, append) => {
    await other.execute(requestOf("RegisterClient", CLIENT_INPUT));
    return await append(events);
  });
  await register(office);
  assert.deepEqual(calls.splice(0), ["lost race", "1 events"]);

  log.next.push(async () => {
    throw unknownOutcome();
  });
  await assert.rejects(register(office), (error) => error instanceof LogError && error.code === "UNKNOWN_OUTCOME");
  assert.deepEqual(calls.splice(0), ["unknown outcome"]);

  await assert.rejects(office.run("ArchiveClient", {}, { id: 999 }));
  assert.deepEqual(calls, [], "a refusal is not an append");
});
