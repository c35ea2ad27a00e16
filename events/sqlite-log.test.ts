import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { smallBatches } from "../fixtures/events.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import type { EncodedEvent } from "./event.ts";
import { appendAll, conformance } from "./log.suite.ts";
import { SqliteLog } from "./sqlite-log.ts";

const folder = temporaryFolder();
const newPath = () => join(folder, `${randomUUID()}.sqlite`);

conformance("SqliteLog", {
  async seed(events) {
    const log = SqliteLog.open(newPath(), { create: true });
    await appendAll(log, events);
    return log;
  },
  async grow(log, events) {
    const other = SqliteLog.open(log.name);
    await appendAll(other, events);
    await other.close();
  },
  newPlace: async () => newPath(),
  long: {
    count: { usual: 300_000, long: 10_000_000 },
    async newPlace(count) {
      const path = newPath();
      const log = SqliteLog.open(path, { create: true });
      for (const batch of smallBatches(count, 10_000)) await log.append(batch);
      await log.close();
      return path;
    },
  },
});

const bodiesOf = (events: readonly EncodedEvent[]) => events.map(({ body }) => body);

conformance("SqliteLog as a mirror", {
  async seed(events) {
    const log = SqliteLog.open(newPath(), { create: true, kind: "mirror" });
    log.mirror(0, bodiesOf(events));
    return log;
  },
  async grow(log, events) {
    const other = SqliteLog.open(log.name);
    other.mirror(other.headNow(), bodiesOf(events));
    await other.close();
  },
  newPlace: null,
  long: null,
});
