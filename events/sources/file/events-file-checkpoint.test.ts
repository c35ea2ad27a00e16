/** `.events` files with a checkpoint, and those of the first version of the format. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { idOf, logOf } from "../../../fixtures/data/events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { sameBytes } from "../../hash.ts";
import { bodiesOf } from "../../log/log-harness.suite.ts";
import { uuidText } from "../../uuid.ts";
import { EventsFile, writeEventsFile } from "./events-file.ts";
import { NO_CHECKPOINT_BYTES } from "./events-file-checkpoint.ts";
import type { FileLog } from "./file-log.ts";
import { NdjsonFile } from "./ndjson-file.ts";

const LOGS = fileURLToPath(new URL("../../../fixtures/logs", import.meta.url));

const folder = temporaryFolder();
const newPath = () => join(folder, `${randomUUID()}.events`);

test("EventsFile returns the checkpoint that was written with the events", async () => {
  const path = newPath();
  const text = `invoify/${"x".repeat(5000)}/1\n3\n\u2014 a signature\n`;
  const seen: unknown[] = [];
  const checkpoint = async (written: unknown) => {
    seen.push(written);
    return text;
  };
  await writeEventsFile(path, logOf(3), { checkpoint });
  assert.deepEqual(seen, [{ log: uuidText(idOf(1)), head: 3 }]);
  const log = await EventsFile.open(path);
  assert.equal(log.checkpoint, text);
  assert.equal((await bodiesOf(log, { after: 0, upTo: 3 })).length, 3);
  await log.close();

  const bytes = readFileSync(path);
  const start = bytes.length - NO_CHECKPOINT_BYTES - Buffer.byteLength(text);
  for (const at of [start, start + 4, start + 500, bytes.length - 1]) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
    writeFileSync(path, altered);
    await assert.rejects(EventsFile.open(path), { code: "DAMAGED" }, `byte ${at}`);
  }
  for (const length of [start, start + 3, start + 500, bytes.length - 1]) {
    writeFileSync(path, bytes.subarray(0, length));
    await assert.rejects(EventsFile.open(path), { code: "DAMAGED", message: new RegExp(`: byte ${length}: `) });
  }

  await writeEventsFile(path, logOf(3), { overwrite: true });
  const without = await EventsFile.open(path);
  assert.equal(without.checkpoint, null);
  await without.close();
  await assert.rejects(writeEventsFile(newPath(), logOf(1), { checkpoint: () => "x".repeat(100_000) }), RangeError);
});

test("EventsFile reads a file of format version 1", async () => {
  const log = await EventsFile.open(join(LOGS, "format-1.events"));
  const now = await NdjsonFile.open(join(LOGS, "every-event.ndjson"));
  const range = { after: 0, upTo: log.headNow };
  assert.ok(log.headNow > 20);
  assert.equal(log.checkpoint, null);
  assert.equal(await log.id(), await now.id());
  const stored = async (file: FileLog) => await Array.fromAsync(file.readStored(range));
  const [old, current] = [await stored(log), await stored(now)];
  for (const [n, { seq, body, request }] of old.entries()) {
    assert.ok(sameBytes(body, current[n]?.body), `event ${seq}`);
    assert.ok(request === null || sameBytes(request, current[n]?.request), `the request hash of event ${seq}`);
  }
  await log.close();
  await now.close();
});

test("EventsFile refuses a file of format version 1 with any byte altered", async () => {
  const bytes = readFileSync(join(LOGS, "format-1.events"));
  const path = newPath();
  for (let at = 8; at < bytes.length; at += at < 100 || at > bytes.length - 100 ? 1 : 97) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(at) ^ (1 << (at % 8)), at);
    writeFileSync(path, altered);
    const read = async () => {
      const log = await EventsFile.open(path);
      await bodiesOf(log, { after: 0, upTo: log.headNow }).finally(() => log.close());
    };
    await assert.rejects(read, { code: "DAMAGED" }, `byte ${at}`);
  }
});
