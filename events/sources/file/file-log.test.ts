import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clientRegistered, logOf, organizationRegistered } from "../../../fixtures/data/events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { sameBytes, sha256 } from "../../hash.ts";
import { conformance } from "../../log/log.suite.ts";
import type { StoredEvent } from "../../log/log.ts";
import { assertBodies, bodiesOf } from "../../log/log-harness.suite.ts";
import { SEGMENT } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { EventsFile, writeEventsFile } from "./events-file.ts";
import type { FileLog } from "./file-log.ts";
import { NdjsonFile, writeNdjsonFile } from "./ndjson-file.ts";

const folder = temporaryFolder();
const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };

type Kind = {
  extension: string;
  write: typeof writeEventsFile;
  open: (path: string) => Promise<FileLog>;
};
const kinds: Kind[] = [
  { extension: "events", write: writeEventsFile, open: (path) => EventsFile.open(path) },
  { extension: "ndjson", write: writeNdjsonFile, open: (path) => NdjsonFile.open(path) },
];

for (const { extension, write, open } of kinds) {
  const newPath = () => join(folder, `${randomUUID()}.${extension}`);

  conformance(`.${extension}`, {
    async seed(events) {
      const path = newPath();
      await write(path, events);
      return await open(path);
    },
    grow: null,
    newAddress: null,
    long: {
      count: extension === "events" ? { usual: 100_000, long: 10_000_000 } : { usual: 20_000, long: 1_000_000 },
      async newAddress(batches) {
        const path = newPath();
        await write(path, flat(batches));
        return path;
      },
    },
  });

  const written = `${write.name}()`;

  test(`${written} returns the log's id and head`, async () => {
    assert.deepEqual(await write(newPath(), []), { log: null, head: 0 });
    const expected = { log: uuidText(organizationRegistered().id), head: 5 };
    assert.deepEqual(await write(newPath(), logOf(5)), expected);
  });

  test(`${written} keeps the request hash of each event`, async () => {
    const path = newPath();
    const events = logOf(SEGMENT + 2).map((event) => ({
      ...event,
      request: event.seq % 3 ? sha256(`${event.seq}`) : null,
    }));
    await write(path, events);
    const log = await open(path);
    const stored: StoredEvent[] = [];
    for await (const event of log.readStored({ after: 1, upTo: SEGMENT + 2 })) stored.push(event);
    await log.close();
    assertBodies(
      stored.map(({ body }) => body),
      events.slice(1),
    );
    for (const { seq, request } of stored) assert.ok(seq % 3 ? sameBytes(request, sha256(`${seq}`)) : request === null);
  });

  test(`${written} leaves an existing file unchanged unless it may overwrite it`, async () => {
    const path = newPath();
    writeFileSync(path, "precious");
    await assert.rejects(write(path, neverRead()), { code: "EEXIST" });
    assert.equal(readFileSync(path, "utf8"), "precious");
    await write(path, logOf(3), { overwrite: true });
    const log = await open(path);
    assertBodies(await bodiesOf(log, ALL), logOf(3));
    await log.close();
  });

  test(`${written} leaves a file unchanged that appeared while it wrote`, async () => {
    const path = newPath();
    async function* slowly() {
      yield* logOf(3);
      writeFileSync(path, "precious");
    }
    await assert.rejects(write(path, slowly()), { code: "EEXIST" });
    assert.equal(readFileSync(path, "utf8"), "precious");
    assert.deepEqual(leftovers(path), [path]);
  });

  test(`${written} leaves nothing behind if reading the events fails`, async () => {
    const path = newPath();
    async function* failing() {
      yield* logOf(SEGMENT + 1);
      throw new Error("the source is gone");
    }
    await assert.rejects(write(path, failing()), /the source is gone/);
    assert.deepEqual(leftovers(path), []);
    writeFileSync(path, "precious");
    await assert.rejects(write(path, failing(), { overwrite: true }), /the source is gone/);
    assert.equal(readFileSync(path, "utf8"), "precious");
  });

  test(`${written} refuses a log with a gap, and one that does not begin at event 1`, async () => {
    const events = logOf(4);
    const path = newPath();
    await assert.rejects(write(path, [...events.slice(0, 2), ...events.slice(3)]), { code: "GAP" });
    await assert.rejects(write(path, events.slice(1)), { code: "GAP" });
    assert.ok(!existsSync(path));
  });

  test(`${written} refuses the bytes of another event`, async () => {
    const [first, second] = logOf(2);
    assert.ok(first && second);
    const path = newPath();
    const stray = { seq: 2, body: clientRegistered(3).body, request: null };
    await assert.rejects(write(path, [first, stray]), ({ code }) => code === "MALFORMED_EVENT" || code === "GAP");
    await assert.rejects(write(path, [first, { seq: 2, body: Buffer.from("{}"), request: null }]), {
      code: "MALFORMED_EVENT",
    });
    assert.ok(!existsSync(path));
  });
}

function* flat<T>(batches: Iterable<readonly T[]>): Generator<T> {
  for (const batch of batches) yield* batch;
}

async function* neverRead(): AsyncGenerator<StoredEvent> {
  yield assert.fail("the events were read, although they could not be written");
}

/** The files whose names begin with this one. */
function leftovers(path: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((name) => name.startsWith(path));
}
